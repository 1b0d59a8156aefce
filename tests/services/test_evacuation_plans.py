"""Evacuation plans: what responsible persons and residents send is entered, reviewed, withdrawn, and leaves nothing."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from schemas.sensitive import Sealed
from schemas.visits import ConcernsNoted
from schemas.vocabulary import Role
from services.referrals.handlers.entering import note_reviews_due
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.secrets import CannotOpen
from services.shared.service import Tools
from tests.builders import a_premises
from tests.services.control_records import MARLOWE, high_rise_facts
from tests.services.needs_site import A_MINUTE, CONTROL, HELP, NEEDS, a_flat, said_needs, says, show, shown, visit
from tests.services.referrals_desk import CHILD, hear_all_again
from tests.services.test_referrals_cases import every_cell, leaks
from tests.services.test_referrals_pages import browser_of, words_of
from tests.system import System, a_system

NUMBER = "zx98071q"
SECRET = "zebra-marmalade"
ENTRY: dict[str, Any] = {
    "unit_ref": f"Flat {NUMBER}",
    "people": [{"assistance": "PHYSICAL_1", "floor": "2nd floor", "ees_exists": True}],
    "source": "RESPONSIBLE_PERSON",
    "explicit_consent": True,
    "taken_by": f"Agent {SECRET}",
    "how": "IN_WRITING",
    "consented_on": "2026-11-20",
}
FORM = {
    "unit_ref": "Flat 21",
    "assistance": "GUIDE",
    "floor": "3",
    "statement": "yes",
    "source": "RESIDENT",
    "explicit": "yes",
    "taken_by": "Station officer",
    "how": "IN_PERSON",
    "consented_on": "2026-11-20",
}
PACK = "/api/v1/control/device-pack?station=Wexcombe%20Quay"


@pytest.fixture
async def site(tools: Tools) -> AsyncIterator[System]:
    """Return visits, referrals and control on this test's database, with Marlowe House visited and on the screen."""
    whole = await a_system(tools, ("visits", "referrals", "control"))
    await show(whole)
    await visit(whole)
    yield whole
    await whole.close()


async def enter(site: System, role: Role = Role.PROTECTION, **changes: Any) -> str:
    """Enter what the people of a flat agreed to, and return the id under which it is kept."""
    answer = await (await site.client(role)).post(f"{NEEDS}/{MARLOWE}", json=ENTRY | changes)
    assert answer.status_code == 201, answer.text
    await site.settle()
    return str(answer.json()["id"])


async def held(site: System) -> list[dict[str, Any]]:
    """Return what is held of Marlowe House."""
    team = await site.client(Role.RISK_TEAM)
    found: list[dict[str, Any]] = (await team.get(f"{NEEDS}/{MARLOWE}")).json()["needs"]
    return found


async def test_what_is_entered_is_corrected_and_confirmed_and_control_follows(
    site: System, clock: SetClock, database_address: str
) -> None:
    await enter(site)
    found = await shown(site)
    assert says(found) == [f"{NUMBER} (floor 2, 1 person, statement exists)"]
    assert (found["told_by"], found["overdue"]) == ("the responsible person", 0)
    assert SECRET not in str(found), "who took the consent is no business of control's"
    (unit,) = await held(site)
    assert (unit["review"], unit["review_due_on"]) == ("IN_DATE", "2027-11-20")
    assert unit["people"][0]["taken_by"] == f"Agent {SECRET}"
    protection = await site.client(Role.PROTECTION)
    mine = f"{NEEDS}/{MARLOWE}/{unit['id']}"
    twice = await protection.post(f"{NEEDS}/{MARLOWE}", json=ENTRY)
    assert (twice.status_code, twice.json()["errors"][0]["pointer"]) == (422, "/unit_ref")
    clock.move(A_MINUTE)
    two = [{"assistance": "EQUIPMENT", "floor": "G"}, {"assistance": "GUIDE", "floor": "G", "ees_exists": False}]
    assert (await protection.put(mine, json=ENTRY | {"unit_ref": "Flat 9", "people": two})).status_code == 200
    await site.settle()
    assert says(await shown(site)) == ["9 (floor G, equipment)", "9 (floor G, a guide, no statement)"]
    assert (await protection.put(mine, json=ENTRY)).status_code == 404, "it is kept under another id by now"
    (then, *_) = await said_needs(site)
    with pytest.raises(CannotOpen):
        async with site.tools.database.reading() as session:
            await site.tools.vault.open(session, then.needs, f"needs/{MARLOWE}")
    clock.move(timedelta(days=300))
    protection = await site.client(Role.PROTECTION)
    (unit,) = await held(site)
    asked = await protection.post(f"{NEEDS}/{MARLOWE}/{unit['id']}/confirm", json={"still_agreed": False})
    assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (422, "/asked")
    assert (await protection.post(f"{NEEDS}/{MARLOWE}/{unit['id']}/confirm", json={"still_agreed": True})).is_success
    await site.settle()
    (unit,) = await held(site)
    assert unit["review_due_on"] == "2028-09-18"
    page = words_of(await (await browser_of(site, Role.CONTROL)).get(f"/control/premises/{MARLOWE}"))
    for words in ("agreed 20 Nov 2026", ", confirmed 18 Sep 2027", ", told by the responsible person; others may"):
        assert words in page
    actions = await site.rows("SELECT action FROM safeguarding.history WHERE record LIKE 'need/%' ORDER BY number")
    assert [action for (action,) in actions] == ["entered", "corrected", "confirmed"]
    assert {purpose for (purpose,) in await site.rows("SELECT purpose FROM safeguarding.reads")} == {"LOOK_AFTER"}
    for word in (SECRET, NUMBER):
        assert {where for where, text in every_cell(database_address) if leaks(text, word)} == set()


async def test_a_withdrawal_leaves_nothing_on_any_screen_pack_or_table(
    site: System, clock: SetClock, database_address: str
) -> None:
    need_id = await enter(site)
    team = await site.client(Role.RISK_TEAM)
    whole = await team.get(PACK)
    assert whole.json()["total"] == 1
    assert not leaks(whole.text, NUMBER), "the pack that a visit begins from holds none of it"
    clock.move(A_MINUTE)
    before = clock.now().isoformat()
    clock.move(A_MINUTE)
    edition = (await team.get(f"/control/premises/{MARLOWE}/needs/edition")).json()
    assert (await team.post(f"{NEEDS}/{MARLOWE}/{need_id}/withdraw")).status_code == 204
    await site.settle()
    assert (await team.get(f"/control/premises/{MARLOWE}/needs/edition")).json() != edition, "open pages look again"
    addresses = [
        f"{CONTROL}/{MARLOWE}",
        f"/control/premises/{MARLOWE}",
        f"/control/premises/{MARLOWE}/screen",
        f"/control/premises/{MARLOWE}/needs",
        f"/control/premises/{MARLOWE}/history",
        "/api/v1/control/search?q=marlowe",
        PACK,
        f"{PACK}&since={whole.json()['cursor']}",
        f"{NEEDS}/{MARLOWE}",
        NEEDS,
        "/referrals/needs",
        f"/referrals/needs/{MARLOWE}",
    ]
    texts = {address: await team.get(address) for address in addresses}
    assert {address for address, answer in texts.items() if answer.status_code != 200} == set()
    assert {address for address, answer in texts.items() if leaks(answer.text, NUMBER)} == set()
    assert (await shown(site, as_of=before))["state"] == "WITHDRAWN"
    assert await site.rows("SELECT count(*) FROM safeguarding.buildings") == [(0,)]
    keys = "SELECT wrapped_key FROM platform.sealing_keys WHERE record LIKE 'needs/%' UNION ALL " + (
        "SELECT wrapped_key FROM safeguarding.sealing_keys WHERE record LIKE 'need/%'"
    )
    assert [key for (key,) in await site.rows(keys) if key is not None][1:] == [], "only what is held now can be opened"
    assert {where for where, text in every_cell(database_address) if leaks(text, NUMBER)} == set()
    late = await team.post(f"{NEEDS}/{MARLOWE}", json=ENTRY | {"consented_on": "2026-11-20"})
    assert "withdrew on 22 Nov 2026" in late.json()["errors"][0]["reason"]
    await enter(site, consented_on="2026-11-22")
    assert says(await shown(site)) == [f"{NUMBER} (floor 2, 1 person, statement exists)"]


async def test_a_withdrawal_reaches_what_the_crew_sent_unless_a_case_rests_on_it(site: System, clock: SetClock) -> None:
    marked = HELP | {"unit_ref": f"Flat {NUMBER}"}
    other = HELP | {"unit_ref": "Flat 9"}
    clock.move(A_MINUTE)
    alone = await visit(site, marked, other)
    clock.move(A_MINUTE)
    in_case = await visit(site, marked, referrals=[CHILD])
    unit = next(each for each in await held(site) if each["unit_ref"] == f"Flat {NUMBER}")
    team = await site.client(Role.RISK_TEAM)
    assert (await team.post(f"{NEEDS}/{MARLOWE}/{unit['id']}/withdraw")).status_code == 204
    await site.settle()
    said = len(await said_needs(site))
    said_so = [event for event in await site.said("visits.concerns-noted") if isinstance(event, ConcernsNoted)]
    noted = {event.visit_id: event for event in said_so}
    people = {
        row[0]: (row[1], row[2]) for row in await site.rows("SELECT visit_id, id, facts FROM safeguarding.people")
    }
    assert await opened(site, noted[alone].concerns, f"visit/{alone}") is None, "what the crew sent is unreadable"
    kept = await opened(site, people[alone][1], f"people/{people[alone][0]}")
    assert kept is not None
    assert NUMBER not in kept
    assert "Flat 9" in kept
    case = await opened(site, people[in_case][1], f"people/{people[in_case][0]}")
    assert case is not None
    assert NUMBER in case, "the desk of a case keeps what it rests on"
    await hear_all_again(site)
    assert len(await said_needs(site)) == said
    assert says(await shown(site)) == ["9 (floor 2, 1 person, statement exists)"]


async def opened(site: System, sealed: Any, record: str) -> str | None:
    """Return what a sealed text says, None if nobody can read it any more."""
    async with site.tools.database.reading() as session:
        try:
            return await site.tools.vault.open(session, Sealed.model_validate(sealed), record)
        except CannotOpen:
            return None


async def test_reviews_fall_due_and_are_listed_by_building_the_first_first(site: System, clock: SetClock) -> None:
    empty = await browser_of(site, Role.RISK_TEAM)
    assert 'href="/referrals/needs"' in (await empty.get("/referrals")).text
    assert "Nothing is held of any building" in words_of(await empty.get("/referrals/needs"))
    await visit(site, premises=a_flat("999900000212", parent_id="999900000200"))
    await enter(site)
    await enter(site, unit_ref="Flat 9", consented_on="2026-10-01")
    protection = await site.client(Role.PROTECTION)
    sent = await protection.post(f"{NEEDS}/999900000212", json=ENTRY | {"consented_on": "2026-09-20"})
    assert sent.status_code == 201, sent.text
    found = (await protection.get(NEEDS)).json()
    assert found["total"] == 2
    assert [(each["premises_id"], each["flats"], each["review_due_on"]) for each in found["buildings"]] == [
        ("999900000200", 1, "2027-09-20"),
        (MARLOWE, 2, "2027-10-01"),
    ]
    deadlines = Deadlines("referrals", site.tools.database, clock, note_reviews_due)
    clock.move(date(2027, 8, 22) - date(2026, 11, 22))
    assert await deadlines.step() == 0
    clock.move(timedelta(days=1))
    assert (await deadlines.step(), await deadlines.step()) == (1, 0)
    clock.move(timedelta(days=29))
    pages = {
        review: words_of(await (await browser_of(site, Role.PROTECTION)).get(f"/referrals/needs?review={review}"))
        for review in ("OVERDUE", "DUE", "DUE_SOON")
    }
    assert "All 2 Overdue 1 Due within 28 days 1 Due in 29 to 60 days 0" in pages["OVERDUE"]
    assert "UPRN 999900000200 1 20 Sep 2027" in pages["OVERDUE"]
    assert "Overdue: ask again" in pages["OVERDUE"]
    assert MARLOWE not in pages["OVERDUE"]
    assert MARLOWE in pages["DUE"]
    assert "No building is in this part of the list" in pages["DUE_SOON"]
    clock.move(timedelta(days=40))
    record = words_of(await (await browser_of(site, Role.CONTROL)).get(f"/control/premises/{MARLOWE}"))
    assert "1 not confirmed for over 12 months: ask." in record
    actions = await site.rows("SELECT count(*) FROM safeguarding.history WHERE action = 'review due'")
    assert actions == [(1,)]


async def test_the_form_says_what_to_mend_keeps_what_was_typed_and_takes_several_people(site: System) -> None:
    client = await browser_of(site, Role.PROTECTION)
    record = await client.get(f"/control/premises/{MARLOWE}")
    assert f'href="/referrals/needs/{MARLOWE}">Enter or withdraw' in record.text
    new = f"/referrals/needs/{MARLOWE}/new"
    csrf = (await client.get(new)).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    wrong = FORM | {"csrf_token": csrf, "unit_ref": "Flat 21 Mrs Smith", "floor": "bedbound", "explicit": "", "how": ""}
    refused = await client.post(new, data=wrong)
    assert refused.status_code == 422
    for words in (
        "no name and no reason",
        "Give only the floor",
        "Tick it only if they agreed",
        "Choose how they agreed",
    ):
        assert refused.text.count(words) == 2, "in the summary and beside the field"
    assert 'value="Flat 21 Mrs Smith"' in refused.text
    assert 'value="Station officer"' in refused.text
    more = await client.post(new, data=FORM | {"csrf_token": csrf, "more": "yes"})
    assert (more.status_code, more.text.count('name="floor"')) == (200, 2)
    several = FORM | {"assistance": ["GUIDE", "EQUIPMENT"], "floor": ["3", ""], "statement": ["yes", ""]}
    done = await client.post(new, data=several | {"csrf_token": csrf}, follow_redirects=True)
    assert "Kept: control sees it" in words_of(done)
    assert "Flat 21 floor 3, guide, statement exists equipment needed 20 Nov 2026" in words_of(done)
    assert "told by the resident; in person, to Station officer" in words_of(done)
    await site.settle()
    assert says(await shown(site)) == ["21 (floor 3, a guide, statement exists)", "21 (equipment)"]
    nowhere = await client.get("/referrals/needs/999900000999")
    assert "No visit to these premises has been placed yet" in words_of(nowhere)
    assert "/new" not in nowhere.text
    assert nowhere.text.count('aria-current="true"') + nowhere.text.count('aria-current="page"') == 1, "in the menu"
    assert (await client.get("/referrals/needs/999900000999/new")).status_code == 404
    other = await browser_of(site, Role.SAFEGUARDING)
    assert (await other.get(new)).status_code == 403
    extra = await (await site.client(Role.PROTECTION)).post(f"{NEEDS}/{MARLOWE}", json=ENTRY | {"diagnosis": SECRET})
    assert extra.status_code == 422
    assert SECRET not in extra.text


@pytest.mark.parametrize(
    ("facts", "applies", "words"),
    [
        ({}, "YES", "apply because the top storey is at 26 m, 18 m or more"),
        (
            {"premises_class": "FLATS_MID", "height_top_storey_m": 15, "storeys_above": 5, "evac_strategy": "UNKNOWN"},
            "UNKNOWN",
            "UNKNOWN whether they apply: its evacuation strategy is not recorded",
        ),
        ({"premises_class": "SHOP"}, "NO", ""),
    ],
)
async def test_the_record_says_whether_evacuation_plans_apply_and_why(
    site: System, facts: dict[str, Any], applies: str, words: str
) -> None:
    await show(site, revision=29, facts=high_rise_facts(**facts))
    control = await browser_of(site, Role.CONTROL)
    record = (await (await site.client(Role.CONTROL)).get(f"{CONTROL}/{MARLOWE}")).json()["evacuation_plans"]
    assert (record["applies"], record["says"]) == (applies, words)
    page = words_of(await control.get(f"/control/premises/{MARLOWE}"))
    assert words in page
    assert ("vacuation plans" in page) is bool(words)


async def test_a_building_is_entered_though_only_a_flat_of_it_was_visited(site: System) -> None:
    await show(site, premises=a_premises("999900000200"))
    await visit(site, premises=a_flat("999900000212", parent_id="999900000200"))
    team = await site.client(Role.RISK_TEAM)
    assert (await team.post(f"{NEEDS}/999900000200", json=ENTRY)).status_code == 201
    await site.settle()
    assert len((await shown(site, "999900000200"))["people"]) == 1
