"""Who agreed to tell of the help they need stands on control's screen, and is gone once they no longer agree."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from schemas.visits import ConcernsNoted
from schemas.vocabulary import Role
from services.referrals.handlers.needs import remove_lapsed_needs
from services.referrals.handlers.visits import place_referrals, take_in_concerns
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.event_log import Cause
from services.shared.secrets import CannotOpen
from services.shared.service import Tools
from services.shared.transactions import Heard, transaction
from tests.builders import NOW, a_premises
from tests.services.control_records import MARLOWE
from tests.services.needs_site import (
    A_MINUTE,
    CONTROL,
    GUIDE,
    HELP,
    NEEDS,
    REFUSED,
    a_flat,
    located_at,
    said_needs,
    says,
    show,
    shown,
    submit_visit,
    visit,
)
from tests.services.referrals_desk import hear_all_again
from tests.services.test_referrals_pages import browser_of, submit, words_of
from tests.system import System, a_system

WITHDRAWERS = (Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.SAFEGUARDING, Role.PROTECTION)
# Section J tells of somebody who did not agree only beside a safeguarding referral (docs/domain/4.1.md).
CONCERN = {"kind": "SG3", "note": "x", "consent_state": "REFUSED", "override_ground": "CRIME", "override_note": "y"}
NONE_HELD = {"state": "NONE_HELD", "says": "No consented needs held", "ask": "ask on scene"}


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[System]:
    """Return visits, referrals and control on this test's database, with Marlowe House on control's screen."""
    whole = await a_system(tools, ("visits", "referrals", "control"))
    await show(whole)
    yield whole
    await whole.close()


async def test_what_people_agreed_to_reaches_control_flat_by_flat_with_the_date(site: System) -> None:
    assert NONE_HELD.items() <= (await shown(site)).items()
    await visit(site, HELP, GUIDE, HELP | {"assistance": "EQUIPMENT", "ees_exists": None, "sleeps_in": "front room"})
    found = await shown(site)
    assert (found["state"], found["says"]) == ("HELD", "2 flats")
    assert says(found) == [
        "9 (floor 1, a guide)",
        "12 (floor 2, 1 person, statement exists)",
        "12 (floor 2, equipment)",
    ]
    assert found["consented_from"] == found["consented_until"] == NOW.isoformat().replace("+00:00", "Z")
    assert {person["consent"] for person in found["people"]} == {"GIVEN"}
    assert "front room" not in str(found)
    page = words_of(await (await browser_of(site, Role.CONTROL)).get(f"/control/premises/{MARLOWE}"))
    assert "Needs help out 2 flats: 9 (floor 1, a guide)" in page
    assert "agreed 22 Nov 2026" in page
    assert (
        "needs_help_out" not in (await (await site.client(Role.CONTROL)).get(f"{CONTROL}/{MARLOWE}")).json()["unknown"]
    )


async def test_none_held_never_says_that_nobody_needs_help(site: System) -> None:
    page = words_of(await (await browser_of(site, Role.CONTROL)).get(f"/control/premises/{MARLOWE}"))
    assert "Needs help out No consented needs held, ask on scene" in page


async def test_a_flat_that_was_found_by_itself_counts_to_its_building_and_both_records_show_it(site: System) -> None:
    await visit(site, {"assistance": "GUIDE", "consent_state": "GIVEN"}, premises=a_flat())
    assert says(await shown(site)) == ["12 (a guide)"]
    await show(site, premises=a_flat())
    assert says(await shown(site, "999900000112")) == ["12 (a guide)"]


async def test_it_does_not_matter_whether_the_place_or_the_people_are_heard_of_first(site: System) -> None:
    submitted = await submit_visit(site, HELP)
    (concerns,) = await site.said("visits.concerns-noted")
    assert isinstance(concerns, ConcernsNoted)
    tools = site.tools
    cause = Cause("referrals", "referrals", "a-correlation", happened_at=tools.clock.now())
    async with transaction(tools.database, tools.clock, cause) as work:
        located = Heard(located_at(submitted, a_premises(MARLOWE)), cause)
        await place_referrals([located], work, vault=tools.vault)
    assert await said_needs(site) == []
    async with transaction(tools.database, tools.clock, cause) as work:
        await take_in_concerns([Heard(concerns, cause)], work, vault=tools.vault)
    await site.settle()
    assert says(await shown(site)) == ["12 (floor 2, 1 person, statement exists)"]


async def test_a_later_visit_to_the_same_flat_replaces_however_it_is_written(site: System, clock: SetClock) -> None:
    await visit(site, HELP, GUIDE)
    clock.move(timedelta(days=30))
    await visit(site, HELP | {"unit_ref": "  flat  12", "assistance": "EQUIPMENT", "ees_exists": False})
    assert says(await shown(site)) == ["9 (floor 1, a guide)", "12 (floor 2, equipment, no statement)"]


async def test_an_older_visit_that_is_located_late_never_replaces_a_newer(site: System, clock: SetClock) -> None:
    older = await submit_visit(site, HELP)
    await site.settle()
    clock.move(A_MINUTE)
    await visit(site, HELP | {"assistance": "GUIDE"})
    await site.say(located_at(older, a_premises(MARLOWE)), source="premises")
    await site.settle()
    assert says(await shown(site)) == ["12 (floor 2, a guide, statement exists)"]


@pytest.mark.parametrize("consent", ["REFUSED", "NOT_SAFE_TO_ASK", "BELIEVED_LACKS_CAPACITY", "NOT_REQUIRED_CHILD"])
async def test_a_visit_to_which_consent_was_not_given_withdraws(site: System, clock: SetClock, consent: str) -> None:
    await visit(site, HELP, GUIDE)
    clock.move(A_MINUTE)
    await visit(site, REFUSED | {"consent_state": consent}, referrals=[CONCERN])
    assert says(await shown(site)) == ["9 (floor 1, a guide)"]
    assert await site.rows("SELECT count(*) FROM safeguarding.needs WHERE facts IS NOT NULL") == [(1,)]


async def test_who_did_not_agree_never_reaches_control_nor_do_people_of_a_safeguarding_visit(site: System) -> None:
    await visit(site, REFUSED, GUIDE | {"consent_state": "NOT_SAFE_TO_ASK"}, referrals=[CONCERN])
    assert await said_needs(site) == []
    assert NONE_HELD.items() <= (await shown(site)).items()


async def test_a_visit_that_is_placed_anew_takes_its_needs_along_and_gives_back_what_it_stood_before(
    site: System, clock: SetClock
) -> None:
    await visit(site, HELP)
    clock.move(A_MINUTE)
    wrong = await submit_visit(site, HELP | {"assistance": "EQUIPMENT"})
    await site.settle()
    for premises in (a_premises(MARLOWE), a_premises("999900000014")):
        clock.move(A_MINUTE)
        await site.say(located_at(wrong, premises), source="premises")
        await site.settle()
    assert says(await shown(site)) == ["12 (floor 2, 1 person, statement exists)"]
    await show(site, premises=a_premises("999900000014"))
    assert says(await shown(site, "999900000014")) == ["12 (floor 2, equipment, statement exists)"]


async def test_hearing_everything_again_says_nothing_new(site: System) -> None:
    await visit(site, HELP, GUIDE)
    await hear_all_again(site)
    assert len(await said_needs(site)) == 1


@pytest.mark.parametrize("role", WITHDRAWERS)
async def test_a_withdrawal_is_checked_then_gone_everywhere_and_does_not_come_back(
    site: System, clock: SetClock, role: Role
) -> None:
    await visit(site, HELP, GUIDE)
    before = clock.now().isoformat()
    clock.move(A_MINUTE)
    client = await browser_of(site, role)
    record = await client.get(f"/control/premises/{MARLOWE}")
    assert f'href="/referrals/needs/{MARLOWE}"' in record.text
    listed = await client.get(f"/referrals/needs/{MARLOWE}")
    assert "Flat 12 floor 2, 1 person to help, statement exists 22 Nov 2026" in words_of(listed)
    assert "Sat 22 Jan 2028" in words_of(listed), "14 months after they agreed"
    check = next(
        part for part in listed.text.split('href="') if re.match(r"[^<]*They have withdrawn<[^<]*Flat 12", part)
    )
    here = check.partition('"')[0]
    assert "Have they withdrawn?" in words_of(await client.get(here))
    done = await submit(client, here, "withdraw")
    assert "The withdrawal is recorded." in words_of(done)
    await site.settle()
    assert says(await shown(site)) == ["9 (floor 1, a guide)"]
    then = await shown(site, as_of=before)
    assert (then["state"], then["says"], then["people"]) == ("WITHDRAWN", "Withdrawn", [])
    await hear_all_again(site)
    assert says(await shown(site)) == ["9 (floor 1, a guide)"]


async def test_older_copies_in_the_log_cannot_be_opened_after_a_withdrawal(site: System, clock: SetClock) -> None:
    await visit(site, HELP)
    clock.move(A_MINUTE)
    await visit(site, GUIDE)
    team = await site.client(Role.RISK_TEAM)
    held = (await team.get(f"{NEEDS}/{MARLOWE}")).json()
    assert held["total"] == 2
    for unit in held["needs"]:
        clock.move(A_MINUTE)
        assert (await team.post(f"{NEEDS}/{MARLOWE}/{unit['id']}/withdraw")).status_code == 204
    assert (await team.post(f"{NEEDS}/{MARLOWE}/{unit['id']}/withdraw")).status_code == 404
    await site.settle()
    events = await said_needs(site)
    assert len(events) == 4
    tools = site.tools
    async with tools.database.reading() as session:
        for event in events[:-1]:
            with pytest.raises(CannotOpen):
                await tools.vault.open(session, event.needs, f"needs/{MARLOWE}")
        assert (await tools.vault.open(session, events[-1].needs, f"needs/{MARLOWE}")).strip() == "{}"
    assert NONE_HELD.items() <= (await shown(site)).items()
    assert (await shown(site, as_of=clock.now().isoformat()))["state"] == "WITHDRAWN"
    assert await site.rows("SELECT count(*) FROM safeguarding.needs WHERE facts IS NOT NULL") == [(0,)]


async def test_two_changes_at_the_same_moment_are_both_shown_the_later_last(site: System) -> None:
    await visit(site, HELP, GUIDE)
    team = await site.client(Role.RISK_TEAM)
    for unit in (await team.get(f"{NEEDS}/{MARLOWE}")).json()["needs"]:
        assert (await team.post(f"{NEEDS}/{MARLOWE}/{unit['id']}/withdraw")).status_code == 204
    await site.settle()
    assert NONE_HELD.items() <= (await shown(site)).items()


async def test_what_was_shown_at_a_time_is_shown_again_as_long_as_nobody_withdrew(
    site: System, clock: SetClock
) -> None:
    await visit(site, HELP)
    then = clock.now().isoformat()
    clock.move(A_MINUTE)
    await visit(site, GUIDE)
    assert says(await shown(site, as_of=then)) == ["12 (floor 2, 1 person, statement exists)"]
    assert len((await shown(site))["people"]) == 2


async def test_what_nobody_confirmed_for_14_months_is_removed(site: System, clock: SetClock) -> None:
    given = (NOW - timedelta(days=30)).isoformat()
    await visit(site, HELP | {"consent_at": given}, GUIDE)
    deadlines = Deadlines("referrals", site.tools.database, clock, partial(remove_lapsed_needs, vault=site.tools.vault))
    clock.move(timedelta(days=395))
    assert await deadlines.step() == 0
    clock.move(timedelta(days=2))
    assert await deadlines.step() == 1
    await site.settle()
    assert says(await shown(site)) == ["9 (floor 1, a guide)"]
    clock.move(timedelta(days=60))
    assert await deadlines.step() == 1
    await site.settle()
    assert NONE_HELD.items() <= (await shown(site)).items()
