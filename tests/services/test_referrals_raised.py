"""A crew sees the state of what it raised with a visit, sealed or open; nothing else, and nobody else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW
from tests.services.referrals_desk import CHILD, REFERRALS, listed, send
from tests.services.test_referrals_cases import MARKER, leaks
from tests.services.test_referrals_pages import browser_of, words_of
from tests.system import System, a_system

CRIME = {"kind": "RI6", "note": MARKER, "override_ground": "CRIME", "override_note": MARKER}
VIOLENCE = {"code": "VIOLENCE", "basis": MARKER, "review_on": "2027-05-01"}
RAISED = (CHILD | {"note": MARKER, "unit_ref": MARKER}, CRIME, {"kind": "BS3", "note": MARKER})
SENDERS = (Role.FIREFIGHTER, Role.OFFICER_IN_CHARGE, Role.RISK_TEAM, Role.PROTECTION, Role.SAFEGUARDING)


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


async def test_the_crew_sees_the_state_of_every_referral_it_raised_and_no_word_of_it(
    desk: System, clock: SetClock
) -> None:
    visit_id = await send(desk, *RAISED, hazards=[VIOLENCE], none_found=False)
    clock.move(timedelta(minutes=9))
    (case,) = [each for each in await listed(desk, Role.SAFEGUARDING) if each["kind"] == "SG2"]
    officer = await desk.client(Role.SAFEGUARDING, name="dso-elm")
    await officer.post(f"{REFERRALS}/{case['id']}/acknowledge", json={"version": 1})
    for step in ("reject", "contact"):
        body = {"reason": MARKER} if step == "reject" else {"spoken_to": MARKER, "at": NOW.isoformat()}
        version = 2 if step == "reject" else 3
        done = await officer.post(f"{REFERRALS}/{case['id']}/{step}", json={"version": version, **body})
        assert done.status_code == 200
    crew = await desk.client(Role.FIREFIGHTER)
    answer = await crew.get(f"{REFERRALS}/of-visit/{visit_id}")
    assert answer.headers["cache-control"] == "no-store"
    found = {each["kind"]: (each["state"], each["changed_at"]) for each in answer.json()["raised"]}
    at_first = NOW.isoformat().replace("+00:00", "Z")
    assert found == {
        "SG2": ("REJECTED", (NOW + timedelta(minutes=9)).isoformat().replace("+00:00", "Z")),
        "RI6": ("SENT", at_first),
        "RI9": ("SENT", at_first),
        "BS3": ("SENT", at_first),
    }
    page = await (await browser_of(desk, Role.FIREFIGHTER)).get(f"/referrals/of-visit/{visit_id}")
    assert page.headers["cache-control"] == "no-store"
    shown = words_of(page)
    for words in ("Concern about a child", "To be sent on to another desk", "Crime, counter-terrorism", "14:11 today"):
        assert words in shown
    for text in (answer.text, page.text):
        assert not leaks(text)
        assert "dso-elm" not in text
        assert case["id"] not in text


async def test_ones_own_visit_without_a_referral_says_so(desk: System) -> None:
    visit_id = await send(desk, premises_class="OFFICE")
    assert (await (await desk.client(Role.FIREFIGHTER)).get(f"{REFERRALS}/of-visit/{visit_id}")).json() == {
        "visit_id": visit_id,
        "raised": [],
    }
    page = await (await browser_of(desk, Role.FIREFIGHTER)).get(f"/referrals/of-visit/{visit_id}")
    assert "You raised no referral with this visit." in words_of(page)


async def test_what_the_facts_raised_by_themselves_is_not_called_raised_by_the_crew(desk: System) -> None:
    visit_id = await send(desk, water={"adequate": False, "hydrants": [], "none_within_100m": True})
    assert await desk.rows("SELECT kind FROM referrals.referrals") == [("RI4",)]
    answer = await (await desk.client(Role.FIREFIGHTER)).get(f"{REFERRALS}/of-visit/{visit_id}")
    assert answer.json()["raised"] == []


@pytest.mark.parametrize("role", SENDERS)
async def test_anothers_visit_is_told_exactly_like_one_that_is_not_there(desk: System, role: Role) -> None:
    with_a_case, without = await send(desk, *RAISED), await send(desk)
    other = await desk.client(role, name="somebody-else")
    for where in (f"{REFERRALS}/of-visit", "/referrals/of-visit"):
        answers = [await other.get(f"{where}/{visit_id}") for visit_id in (with_a_case, without, str(uuid4()), "x")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1
        assert len({str(sorted(answer.headers.keys())) for answer in answers}) == 1


async def test_nobody_sees_it_signed_out_and_a_tablet_of_control_never(desk: System) -> None:
    visit_id = await send(desk, *RAISED)
    assert (await (await desk.client()).get(f"{REFERRALS}/of-visit/{visit_id}")).status_code == 401
    for role in (Role.MDT, Role.CONTROL, Role.NEIGHBOUR, Role.ADMINISTRATOR):
        refused = await (await desk.client(role, name="firefighter")).get(f"{REFERRALS}/of-visit/{visit_id}")
        assert refused.status_code == 403


async def test_the_story_of_every_visit_has_the_same_link_whatever_was_raised(desk: System) -> None:
    pages = []
    for reported in ((), RAISED):
        visit_id = await send(desk, *reported)
        story = await (await browser_of(desk, Role.FIREFIGHTER)).get(f"/device/visits/{visit_id}")
        line = next(line for line in story.text.splitlines() if "/referrals/of-visit/" in line)
        pages.append(line.replace(visit_id, "ID"))
    assert pages[0] == pages[1]
