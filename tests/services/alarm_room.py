"""What the tests of the alarms share: a control room and the desks, and a clock that somebody watches."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import httpx

from schemas.vocabulary import Role
from services.domain.working_time import UK
from services.referrals.handlers.lateness import sound_alarms
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.identity import COOKIE, Person
from tests.services.referrals_desk import REFERRALS, listed
from tests.system import System, signed_in

ALARMS = f"{REFERRALS}/alarms"
NOW_PAGE = "/referrals/alarms/now"
ALL_PAGE = "/referrals/alarms"


@dataclass
class Room:
    """A control room beside the desks; `wait` lets time pass and the clocks be looked at."""

    desk: System
    clock: SetClock

    async def wait(self, minutes: float) -> None:
        """Let so many minutes pass."""
        self.clock.move(timedelta(minutes=minutes))
        looked = Deadlines("referrals", self.desk.tools.database, self.clock, sound_alarms)
        while await looked.step():
            pass

    async def alarms(self) -> list[dict[str, Any]]:
        """Return the alarms as a control room's own system gets them."""
        answer = await (await self.desk.client(Role.CONTROL)).get(ALARMS)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["alarms"]
        return found

    async def browser(self, role: Role, name: str = "") -> httpx.AsyncClient:
        """Return a client with the cookie of a session, as a browser has it."""
        tools, person = self.desk.tools, Person(name or role.value, (role.value,), "S1")
        secret = await signed_in(tools, person, "session")
        client = await self.desk.client()
        client.headers.update({"accept": "text/html"})
        client.cookies.set(COOKIE, secret)
        return client

    async def banner(self) -> str:
        """Return what the head of control's pages says, without its marks."""
        answer = await (await self.browser(Role.CONTROL)).get(NOW_PAGE)
        assert answer.status_code == 200, answer.text
        return words_of(answer)

    async def page_of(self, role: Role) -> str:
        """Return what the page of the one referral on a desk says to a role."""
        (referral,) = await listed(self.desk, role)
        return words_of(await (await self.browser(role)).get(f"/referrals/{referral['id']}"))

    async def desk_page(self, role: Role) -> str:
        """Return what the desk of a role says."""
        return words_of(await (await self.browser(role)).get("/referrals"))

    def local(self, at: datetime | None = None) -> str:
        """Return a moment as a form gives it."""
        return (at or self.clock.now()).astimezone(UK).strftime("%Y-%m-%dT%H:%M")


async def submit(client: httpx.AsyncClient, page: str, action: str, **typed: str) -> httpx.Response:
    """Fill in the form of a page that goes to an action, with its hidden fields as they are, and follow the answer."""
    text = (await client.get(page)).text
    form = next(each for each in re.findall(r"<form.*?</form>", text, re.S) if re.search(rf'/{action}"', each))
    address = re.search(r'action="([^"]+)"', form)
    assert address
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return await client.post(address[1], data=hidden | typed, follow_redirects=True)


def words_of(response: httpx.Response) -> str:
    """Return what a page says on a screen, without its marks."""
    seen = re.sub(r'<span class="ravi-time__full">.*?</span>', "", response.text)
    return re.sub(r" ([;,.])", r"\1", " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split()))
