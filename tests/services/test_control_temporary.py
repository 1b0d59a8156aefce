"""Temporary risks on control's record and in a tablet's pack: greyed after their end, and never gone by themselves."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from schemas.risk_register import RiskRecord
from schemas.vocabulary import Role
from services.control.presenters.device_pack import packed
from services.control.presenters.record import present, reads_so_until
from services.control.rules.device_pack import PackRecord
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.control_records import a_record, a_temporary_risk
from tests.services.risk_register_desk import Desk, located
from tests.system import a_system

SHOP = "999900000014"
SCAFFOLD = "Scaffold on the east face"
RECORD = f"/api/v1/control/premises/{SHOP}"
PAGE = f"/control/premises/{SHOP}"
PACK = "/api/v1/control/device-pack"
RISKS = "/api/v1/risk-register/temporary-risks"
LATER = a_temporary_risk("Funfair in the yard", starts_on=date(2026, 11, 28), ends_on=date(2026, 11, 30))
OVER = a_temporary_risk("Road closed", ends_on=date(2026, 11, 21))
CREWS = a_temporary_risk("Lift out", callsign="K41")


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register and control, with the record of a shop in the ground of S1."""
    desk = Desk(await a_system(tools, ("risk_register", "control")))
    shop = a_premises(SHOP)
    ground = shop.place.model_copy(update={"station_ground": "S1"})
    await desk.receive(located(shop.model_copy(update={"place": ground})))
    return desk


async def raise_one(desk: Desk) -> dict[str, Any]:
    """Raise scaffolding at the shop that stands from tomorrow until 2 December."""
    ada = await desk.reviewer()
    body = {"premises_id": SHOP, "what": SCAFFOLD, "why": "Told by the site manager", "owner": "Protection"}
    answer = await ada.post(RISKS, json=body | {"starts_on": "2026-11-23", "ends_on": "2026-12-02"})
    assert answer.status_code == 201, answer.text
    await desk.system.settle()
    raised: dict[str, Any] = answer.json()
    return raised


async def on_screen(desk: Desk) -> list[tuple[str, str, bool]]:
    """Return what control reads of the shop's temporary risks: what, when, and whether it is past its end."""
    operator = await desk.system.client(Role.CONTROL)
    found = (await operator.get(RECORD)).json()["temporary"]
    return [(each["what"], each["says"], each["past_its_end"]) for each in found]


async def on_tablet(desk: Desk) -> list[tuple[str, str, bool]]:
    """Return what a tablet of the station is given of them."""
    crew = await desk.system.client(Role.FIREFIGHTER, station="S1")
    (shop,) = (await crew.get(PACK)).json()["premises"]
    return [(each["what"], each["says"], each["past_its_end"]) for each in shop["temporary"]]


async def test_it_is_on_the_record_and_in_the_pack_until_somebody_ends_it(desk: Desk, clock: SetClock) -> None:
    risk = await raise_one(desk)
    for days, says, is_past in (
        (0, "from 23 Nov until 2 Dec", False),
        (1, "until 2 Dec", False),
        (9, "until 2 Dec", False),
        (1, "ended on 2 Dec: to be confirmed", True),
        (300, "ended on 2 Dec 2026: to be confirmed", True),
    ):
        clock.move(timedelta(days=days))
        assert await on_screen(desk) == [(SCAFFOLD, says, is_past)]
        assert await on_tablet(desk) == [(SCAFFOLD, says, is_past)]
    ada = await desk.reviewer()
    answer = await ada.post(f"{RISKS}/{risk['risk_id']}/end", json={"version": 1, "reason": "Taken down"})
    assert answer.status_code == 200, answer.text
    await desk.system.settle()
    assert await on_screen(desk) == []
    assert await on_tablet(desk) == []


async def test_a_renewal_takes_the_grey_away(desk: Desk, clock: SetClock) -> None:
    risk = await raise_one(desk)
    clock.move(timedelta(days=30))
    ada = await desk.reviewer()
    body = {"version": 1, "reason": "The works go on", "ends_on": "2027-01-31"}
    assert (await ada.post(f"{RISKS}/{risk['risk_id']}/renew", json=body)).status_code == 200
    await desk.system.settle()
    assert await on_screen(desk) == [(SCAFFOLD, "until 31 Jan 2027", False)]


async def test_what_a_crew_refers_is_on_the_screen_at_once_under_its_callsign(desk: Desk) -> None:
    await desk.receive(located(a_premises(SHOP), referrals=[{"kind": "RI3", "note": "Funfair in the yard"}]))
    operator = await desk.system.client(Role.CONTROL)
    (told,) = (await operator.get(RECORD)).json()["temporary"]
    assert (told["what"], told["says"], told["callsign"]) == ("Funfair in the yard", "until 6 Dec", "S1P1")
    page = (await operator.get(PAGE)).text
    assert re.search(r"<b>Funfair in the yard</b>, until 6 Dec <span[^>]*>crew report, S1P1", page)


async def test_the_page_greys_what_is_past_its_end_and_says_so_in_words(desk: Desk, clock: SetClock) -> None:
    operator = await desk.system.client(Role.CONTROL)
    assert "control-temporary" not in (await operator.get(PAGE)).text, "where there is none, no room is taken"
    await raise_one(desk)
    page = (await operator.get(PAGE)).text
    assert f"<b>{SCAFFOLD}</b>, from 23 Nov until 2 Dec" in page
    assert "control-temporary__one--past" not in page
    clock.move(timedelta(days=11))
    page = (await operator.get(PAGE)).text
    assert f"<b>{SCAFFOLD}</b>, ended on 2 Dec: to be confirmed" in page
    assert "control-temporary__one--past" in page


def test_what_holds_now_is_read_first() -> None:
    screen = present(a_record(temporary=(OVER, LATER, CREWS)), NOW, NOW)
    assert [each.what for each in screen.temporary] == ["Funfair in the yard", "Lift out", "Road closed"]


@pytest.mark.parametrize(
    ("record", "until"),
    [
        (a_record(temporary=(OVER,)), datetime(2026, 12, 22, tzinfo=UTC)),
        (a_record(temporary=(CREWS,)), datetime(2026, 12, 13, tzinfo=UTC)),
        (a_record(temporary=(OVER, LATER, CREWS)), datetime(2026, 11, 28, tzinfo=UTC)),
    ],
)
def test_a_screen_that_is_kept_is_made_anew_when_one_begins_or_ends(record: RiskRecord, until: datetime) -> None:
    screen = present(record, NOW, NOW)
    assert reads_so_until(record, screen, NOW) == until
    moment = timedelta(microseconds=1)
    assert present(record, NOW, until - moment) == screen
    if record.temporary != (OVER,):
        assert present(record, NOW, until) != screen


def test_a_packed_record_holds_until_the_day_on_which_one_begins_or_ends() -> None:
    record = PackRecord.model_validate(a_record(temporary=(OVER, LATER, CREWS)).model_dump())
    told, holds_until = packed(record, NOW.date())
    assert holds_until == date(2026, 11, 28)
    assert [(each.what, each.by_crew) for each in told.temporary] == [
        ("Road closed", False), ("Funfair in the yard", False), ("Lift out", True),
    ]  # fmt: skip
    again, _ = packed(record, holds_until)
    assert again.temporary[1].says == "until 30 Nov"
