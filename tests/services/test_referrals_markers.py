"""What a violence marker rests on is read by those who decide it, and by nobody else, on any screen."""

from collections.abc import AsyncIterator

import pytest

from schemas.vocabulary import Role
from services.shared.event_log import Cause
from services.shared.history import list_history
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.conftest import Templates
from tests.lasting import lasting_system
from tests.services.premises_desk import TOWN_HALL, know_the_area, send
from tests.services.referrals_desk import REFERRALS
from tests.services.test_referrals_cases import every_cell, leaks
from tests.system import System, a_system

MARKER = "zebra-marmalade"
VIOLENCE = {
    "code": "VIOLENCE",
    "basis": f"the son threatened us {MARKER}",
    "location": f"door {MARKER}",
    "note": MARKER,
    "review_on": "2027-05-01",
}
CLUTTER = {"code": "CLUTTER", "location": "all rooms", "clutter": {"bedroom": 8, "kitchen": 7, "living": 8}}
RI9 = {"kind": "RI9", "note": f"police were told {MARKER}", "spoken_to": f"PC {MARKER}"}
DECIDERS = (Role.HEALTH_AND_SAFETY, Role.SAFEGUARDING)
OTHERS = [role for role in Role if role not in DECIDERS]


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database that knows the sample area."""
    return await templates.filled("the_area", know_the_area)


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return all services on this test's database, with the sample area."""
    whole = await a_system(tools)
    yield whole
    await whole.close()


async def a_marker(desk: System) -> tuple[str, str]:
    """Return the ids of a visit that puts a violence marker on the town hall, and of its referral."""
    people = [{"assistance": "EQUIPMENT", "consent_state": "GIVEN", "sleeps_in": "the attic"}]
    marker = RI9 | {"spoken_at": desk.tools.clock.now().isoformat()}
    visit_id = await send(
        desk, None, uprn=TOWN_HALL, hazards=[VIOLENCE, CLUTTER], none_found=False, referrals=[marker], people=people
    )
    [(referral_id,)] = await desk.rows("SELECT id FROM referrals.referrals WHERE kind = 'RI9'")
    assert await desk.quarantined() == []
    return visit_id, str(referral_id)


@pytest.fixture(scope="module")
async def marked(postgres: str, templates: Templates) -> AsyncIterator[tuple[System, str, str]]:
    """Return a desk that only reads, with the ids of the one visit and the one referral of its marker."""
    async with lasting_system(postgres, template=await templates.filled("the_area", know_the_area)) as whole:
        yield whole, *await a_marker(whole)


@pytest.mark.parametrize("role", OTHERS)
async def test_control_crews_and_all_others_read_caution_on_approach_and_not_why(
    marked: tuple[System, str, str], role: Role
) -> None:
    desk, visit_id, referral_id = marked
    client = await desk.client(role, station="71")
    opened = await client.post(f"/referrals/{referral_id}/open", data={"purpose": "DECIDE"})
    assert opened.status_code in (403, 404)
    answers = {
        path: await client.get(path)
        for path in (
            f"/api/v1/control/premises/{TOWN_HALL}",
            f"/control/premises/{TOWN_HALL}",
            "/api/v1/control/search?q=town+hall",
            f"/api/v1/risk-register/queue/{visit_id}",
            "/api/v1/risk-register/queue",
            f"/review/{visit_id}",
            "/review",
            f"/api/v1/visits/{visit_id}",
            f"/device/visits/{visit_id}",
            REFERRALS,
            "/referrals",
            f"/referrals/{referral_id}",
            "/scorecard",
        )
    }
    assert [path for path, answer in answers.items() if MARKER in answer.text] == []
    on_control = answers[f"/api/v1/control/premises/{TOWN_HALL}"]
    if on_control.status_code == 200:
        assert "Caution on approach" in on_control.text
        assert "VIOLENCE" not in on_control.text
    on_the_page = answers[f"/referrals/{referral_id}"]
    if on_the_page.status_code == 200:
        assert "What the marker rests on is sealed" in on_the_page.text
    assert await desk.rows("SELECT count(*) FROM safeguarding.reads") == [(0,)]


@pytest.mark.parametrize("role", DECIDERS)
async def test_those_who_decide_read_it_once_they_said_why_and_that_is_kept(desk: System, role: Role) -> None:
    _, referral_id = await a_marker(desk)
    client = await desk.client(role, name="decider")
    here = f"/referrals/{referral_id}"
    assert MARKER not in (await client.get(here)).text
    assert (await client.post(f"{here}/open", data={})).status_code == 422
    assert (await client.post(f"{here}/open", data={"purpose": "DECIDE"})).status_code == 303
    page = (await client.get(here)).text
    for words in (f"the son threatened us {MARKER}", f"police were told {MARKER}", f"PC {MARKER}"):
        assert words in page
    for words in ("bedroom 8 of 9", "Equipment needed", "the attic"):
        assert words not in page, "who decides a marker reads nothing else of the people there"
    assert await desk.rows("SELECT case_id::text, who, purpose FROM safeguarding.reads") == [
        (referral_id, "decider", "DECIDE")
    ]
    async with desk.tools.database.reading() as session:
        history = await list_history(session, "referrals", f"referral/{referral_id}")
    assert [entry.action for entry in history][-1] == "basis read"
    await client.post(f"{here}/shut")
    assert MARKER not in (await client.get(here)).text


async def test_what_one_decider_opened_is_not_open_to_the_other(desk: System) -> None:
    _, referral_id = await a_marker(desk)
    first, second = await desk.client(DECIDERS[0]), await desk.client(DECIDERS[1])
    await first.post(f"/referrals/{referral_id}/open", data={"purpose": "ACT"})
    assert MARKER not in (await second.get(f"/referrals/{referral_id}")).text


async def test_a_referral_that_was_sent_on_as_a_marker_keeps_the_crews_words_for_those_who_decide(desk: System) -> None:
    await send(desk, None, uprn=TOWN_HALL, referrals=[{"kind": "RI1", "note": "dogs loose behind the gate"}])
    [(referral_id,)] = await desk.rows("SELECT id FROM referrals.referrals WHERE kind = 'RI1'")
    team = await desk.client(Role.RISK_TEAM)
    version = 1
    for action, body in (("acknowledge", {}), ("reject", {"reason": "x"}), ("reroute", {"reason": "x", "kind": "RI9"})):
        answer = await team.post(f"{REFERRALS}/{referral_id}/{action}", json={"version": version, **body})
        assert answer.status_code == 200, answer.text
        version = answer.json()["version"]
    assert "dogs loose" in (await (await desk.client(DECIDERS[0])).get(f"/referrals/{referral_id}")).text
    assert "dogs loose" not in (await team.get(f"/referrals/{referral_id}")).text


async def test_at_rest_and_in_the_log_it_is_sealed(desk: System, database_address: str) -> None:
    _, referral_id = await a_marker(desk)
    for role in DECIDERS:
        await (await desk.client(role)).post(f"/referrals/{referral_id}/open", data={"purpose": "DECIDE"})
    assert {where for where, text in every_cell(database_address) if leaks(text)} == set()
    assert await desk.rows("SELECT count(*) FROM safeguarding.cases") == [(0,)]


async def test_a_marker_whose_key_is_destroyed_says_so(desk: System) -> None:
    _, referral_id = await a_marker(desk)
    [(facts_id,)] = await desk.rows("SELECT id FROM safeguarding.people")
    async with transaction(desk.tools.database, desk.tools.clock, Cause("test", "test", "test")) as work:
        await desk.tools.vault.destroy(work, f"concerns/people/{facts_id}")
    client = await desk.client(Role.HEALTH_AND_SAFETY)
    await client.post(f"/referrals/{referral_id}/open", data={"purpose": "DECIDE"})
    page = (await client.get(f"/referrals/{referral_id}")).text
    assert "it cannot be read" in page
    assert MARKER not in page
