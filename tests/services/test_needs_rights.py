"""Who reads the help that people agreed to tell of, and that no word of it lies open anywhere."""

import logging
from collections.abc import AsyncIterator

import pytest

from schemas.topics import TOPICS
from schemas.vocabulary import Role
from services.shared.event_log import read_after
from services.shared.service import Tools
from tests.builders import a_premises
from tests.lasting import lasting_system
from tests.services.control_records import MARLOWE
from tests.services.needs_site import CONTROL, GUIDE, HELP, NEEDS, said_needs, show, shown, visit
from tests.services.referrals_desk import hear_all_again
from tests.services.test_referrals_cases import MARKER, every_cell, leaks
from tests.system import System, a_system

# The number of a flat may be shown to those who may know; what else was written with it may be kept nowhere.
NUMBER = "zx98071q"
MARKED = HELP | {"unit_ref": f"Flat {NUMBER} ({MARKER})", "floor": f"2, {MARKER}", "sleeps_in": f"sleeps {MARKER}"}
RECORD_READERS = {
    Role.CONTROL,
    Role.FIREFIGHTER,
    Role.OFFICER_IN_CHARGE,
    Role.MDT,
    Role.RISK_TEAM,
    Role.RISK_TEAM_MANAGER,
    Role.PROTECTION,
    Role.SAFEGUARDING,
    Role.INFORMATION_GOVERNANCE,
}
WITHDRAWERS = {Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.SAFEGUARDING, Role.PROTECTION}


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[System]:
    """Return all services on this test's database, with Marlowe House on control's screen."""
    whole = await a_system(tools)
    await show(whole)
    yield whole
    await whole.close()


@pytest.fixture(scope="module")
async def flat_of_need(postgres: str) -> AsyncIterator[tuple[System, str]]:
    """Return all services, with the help that somebody told of and its visit, for tests that only look at them."""
    async with lasting_system(postgres) as whole:
        await show(whole)
        visit_id = await visit(whole, MARKED, referrals=[{"kind": "BS3", "note": "x"}])
        yield whole, visit_id


@pytest.mark.parametrize("role", Role)
async def test_each_role_reads_and_ends_what_the_table_of_rights_gives_it(
    flat_of_need: tuple[System, str], role: Role
) -> None:
    site, _ = flat_of_need
    client = await site.client(role)
    assert ((await client.get(f"{CONTROL}/{MARLOWE}")).status_code == 200) is (role in RECORD_READERS)
    for where in (f"{NEEDS}/{MARLOWE}", f"/referrals/needs/{MARLOWE}"):
        assert ((await client.get(where)).status_code == 200) is (role in WITHDRAWERS)
    assert ('href="/referrals/needs"' in (await client.get("/referrals")).text) is (role in WITHDRAWERS)
    record = await client.get(f"/control/premises/{MARLOWE}")
    assert ("/referrals/needs/" in record.text) is (role in WITHDRAWERS)


async def test_a_building_of_which_nothing_is_held_is_told_like_one_that_is_not_there(
    flat_of_need: tuple[System, str],
) -> None:
    site, _ = flat_of_need
    team = await site.client(Role.RISK_TEAM)
    nothing = [(await team.get(f"{NEEDS}/{where}")).json() for where in ("999900000014", "nowhere")]
    assert [(each["total"], each["needs"]) for each in nothing] == [(0, []), (0, [])]


async def test_no_word_of_it_lies_open_in_any_table_log_line_or_metric(
    site: System, database_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await visit(site, MARKED)
    screen = str(await shown(site))
    assert NUMBER in screen, "the screen itself does say which flat it is, to those who may read it"
    assert MARKER not in screen
    team = await site.client(Role.RISK_TEAM)
    (unit,) = (await team.get(f"{NEEDS}/{MARLOWE}")).json()["needs"]
    await hear_all_again(site)
    await team.post(f"{NEEDS}/{MARLOWE}/{unit['id']}/withdraw")
    await site.settle()
    metrics = (await (await site.client()).get("/metrics")).text
    for word in (MARKER, NUMBER):
        assert {where for where, text in every_cell(database_address) if leaks(text, word)} == set()
        assert not leaks(caplog.text, word)
        assert not leaks(metrics, word)


@pytest.mark.parametrize("role", Role)
async def test_no_other_page_or_list_holds_a_word_of_it(flat_of_need: tuple[System, str], role: Role) -> None:
    site, visit_id = flat_of_need
    client = await site.client(role)
    paths = (
        "/api/v1/control/search?q=marlowe",
        "/control?q=marlowe",
        f"/control/premises/{MARLOWE}/history",
        "/api/v1/risk-register/queue",
        f"/review/{visit_id}",
        f"/review/records/{MARLOWE}",
        f"/api/v1/visits/{visit_id}",
        f"/device/visits/{visit_id}",
        "/api/v1/referrals",
        "/referrals",
        f"/api/v1/referrals/of-visit/{visit_id}",
        "/scorecard",
        "/referrals/needs",
        "/api/v1/referrals/needs",
        "/api/v1/control/device-pack?station=Wexcombe%20Quay",
    )
    texts = {path: (await client.get(path)).text for path in paths}
    assert [path for path, text in texts.items() if MARKER in text or NUMBER in text] == []


async def test_what_is_said_is_of_one_size_and_leads_to_no_visit(site: System) -> None:
    many = [GUIDE | {"unit_ref": f"Flat {number}"} for number in range(1, 41)]
    visit_id = await visit(site, *many)
    await visit(site, HELP, premises=a_premises("999900000014"))
    events = await said_needs(site)
    assert len({len(event.needs.cipher_text) for event in events}) == 1
    async with site.tools.database.reading() as session:
        logged = await read_after(session, 0, topics=["referrals.needs-updated"])
    assert {(each.envelope.correlation_id, each.envelope.caused_by) for each in logged} == {("withheld", None)}
    assert not any(visit_id in str(each) for each in logged)


async def test_the_topic_is_restricted_and_its_keys_are_told_from_those_of_concerns(
    flat_of_need: tuple[System, str],
) -> None:
    site, _ = flat_of_need
    (event,) = await said_needs(site)
    assert event.needs.key_id.startswith("needs/")
    assert MARLOWE not in event.needs.key_id
    assert next(topic for topic in TOPICS if topic.name == "referrals.needs-updated").restricted


async def test_every_reading_is_kept_with_who_and_what_for(site: System) -> None:
    await shown(site)
    assert await site.rows("SELECT count(*) FROM control.reads WHERE purpose LIKE 'needs%'") == [(0,)]
    await visit(site, HELP)
    await shown(site)
    kept = await site.rows("SELECT who, premises_id FROM control.reads WHERE purpose = 'needs help out'")
    assert kept == [("control", MARLOWE)]
    await (await site.client(Role.SAFEGUARDING)).get(f"/referrals/needs/{MARLOWE}")
    assert await site.rows("SELECT who, purpose FROM safeguarding.reads") == [("safeguarding", "LOOK_AFTER")]
