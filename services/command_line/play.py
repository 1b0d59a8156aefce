"""Play visits through the running system as a tablet would, and compare where each ended with where it should."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

import httpx

from schemas.vocabulary import Role
from services.command_line.sample import SampleVisit
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.service import Tools
from services.shared.sign_ins import let_in
from services.shared.transactions import transaction

PATIENCE_S = 15.0
# The story's word for it, and the review queue's.
NEEDS_PERSON, GEO_REVIEW = "NEEDS_PERSON", "GEO_REVIEW"
RESTING = {"QUEUED", "CONFLICT", GEO_REVIEW}


@dataclass
class Played:
    """What came of one visit: the device's answer, and each step with its time after sending, in seconds.

    `headers` sign its officer in, who may read what became of it.
    """

    visit: SampleVisit
    status: int
    visit_id: str
    answered_s: float
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    story: list[dict[str, Any]] = field(default_factory=list)

    @property
    def states(self) -> set[str]:
        """Return every state the visit has been in."""
        return {GEO_REVIEW if line["state"] == NEEDS_PERSON else line["state"] for line in self.story}

    @property
    def end(self) -> str:
        """Return where it ended, in the sample's words."""
        if self.status == 422:
            return "refused_422"
        if self.status == 409:
            return "conflict_409"
        if self.status == 200:
            return "duplicate"
        if "LOCATED" in self.states:
            return "located"
        return "needs_person" if GEO_REVIEW in self.states else "in flight"

    @property
    def premises_id(self) -> str:
        """Return the premises it was located at, if it was."""
        located = [line["detail"] for line in self.story if line["state"] == "LOCATED"]
        return located[-1].rpartition("(")[2].rstrip(")") if located else ""

    @property
    def referrals(self) -> set[str]:
        """Return the kinds of open referrals that were raised."""
        return {line["detail"].split(",")[0] for line in self.story if line["state"] == "REFERRAL_RAISED"}

    @property
    def is_unverified_on_control(self) -> bool:
        """Return whether control was shown something of it, marked unverified."""
        return any(line["state"] == "CONTROL_SHOWN" and "UNVERIFIED" in line["detail"] for line in self.story)

    def after_s(self, state: str) -> float | None:
        """Return how long after it was received a state was reached."""
        times = [datetime.fromisoformat(line["at"]) for line in self.story if line["state"] == state]
        received = [datetime.fromisoformat(line["at"]) for line in self.story if line["state"] == "RECEIVED"]
        return max(0.0, (min(times) - received[0]).total_seconds()) if times and received else None

    @property
    def is_at_wrong_place(self) -> bool:
        """Return whether it was located where the sample says it should not be."""
        if self.end != "located":
            return False
        return "located" not in self.visit.ends or bool(
            self.visit.premises_ids and self.premises_id not in self.visit.premises_ids
        )

    def faults(self) -> list[str]:
        """Return in what it did not end where it should; empty if it did."""
        visit, found = self.visit, []
        if not self.matches(self.end, visit.ends):
            found.append(f"ended {self.end}, should be {' or '.join(sorted(visit.ends))}")
        if self.end == "located" and visit.premises_ids and self.premises_id not in visit.premises_ids:
            found.append(f"at premises {self.premises_id}, should be {' or '.join(sorted(visit.premises_ids))}")
        if self.status != 202:
            return found
        if visit.referrals is not None and self.referrals != visit.referrals:
            words = ", ".join(sorted(visit.referrals)) or "none"
            found.append(f"raised {', '.join(sorted(self.referrals)) or 'none'}, should be {words}")
        if visit.unverified is not None and self.is_unverified_on_control != visit.unverified:
            found.append(f"unverified on control: should be {'yes' if visit.unverified else 'no'}")
        if visit.review_states is not None and not self.states & visit.review_states:
            found.append(f"never {' or '.join(sorted(visit.review_states))}")
        return found

    @staticmethod
    def matches(end: str, expected: frozenset[str]) -> bool:
        """Return whether an end is one of those expected; a person is asked wherever nothing could be located."""
        return end in expected or (end == "needs_person" and "not_located" in expected)

    def has_come_to_rest(self) -> bool:
        """Return whether everything that should come of it has, as far as can be seen.

        Its topics are heard each in its own time, so nothing follows from the order in which its states are told.
        """
        if self.status != 202:
            return True
        if self.end == "in flight" or not self.states & RESTING:
            return False
        if self.is_at_wrong_place:
            return True
        visit = self.visit
        if visit.unverified and self.end == "located" and not self.is_unverified_on_control:
            return False
        if visit.review_states is not None and not self.states & visit.review_states:
            return False
        return visit.referrals is None or visit.referrals <= self.referrals


class Officers:
    """The officers who led the sample's visits: each sends their own, signed in by a token of their own."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._headers: dict[tuple[str, str, str], dict[str, str]] = {}

    async def headers(self, visit: SampleVisit) -> dict[str, str]:
        """Return the headers by which the officer who led a visit is signed in."""
        if visit.lead not in self._headers:
            name, station, watch = visit.lead
            person = Person(name, (Role.FIREFIGHTER,), station, watch)
            self._headers[visit.lead] = await bearer_of(self._tools, person)
        return self._headers[visit.lead]


async def bearer_of(tools: Tools, person: Person) -> dict[str, str]:
    """Return the header by which a machine signs in as somebody."""
    async with transaction(tools.people, tools.clock, Cause("platform", "demo", "demo")) as work:
        secret = await let_in(work, person, "token", tools.clock.now(), tools.stamps)
    return {"Authorization": f"Bearer {secret}"}


async def post(device: httpx.AsyncClient, visit: SampleVisit, officers: Officers) -> Played:
    """Send one visit as the officer who led it, without waiting for what comes of it."""
    began = monotonic()
    headers = await officers.headers(visit)
    json_too = {**headers, "content-type": "application/json"}
    answer = await device.post("/api/v1/visits", content=visit.body(), headers=json_too)
    return Played(visit, answer.status_code, visit.id, monotonic() - began, headers)


async def send(device: httpx.AsyncClient, visit: SampleVisit, officers: Officers) -> Played:
    """Send one visit and wait until it has come to rest, or patience ends."""
    began = monotonic()
    played = await post(device, visit, officers)
    while not played.has_come_to_rest() and monotonic() - began < PATIENCE_S:
        await asyncio.sleep(0.02)
        await look_again(device, played)
    return played


async def look_again(device: httpx.AsyncClient, played: Played) -> None:
    """Read the story of a visit as its crew sees it now."""
    answer = await device.get(f"/api/v1/visits/{played.visit_id}", headers=played.headers)
    if answer.status_code == 200:
        played.story = answer.json()["story"]
