"""What stands on control's record: each fact's own age and source, what crews report of it, and what contradicts."""

from datetime import timedelta
from typing import Any

from schemas.risk_register import RiskRecord, RiskScore
from schemas.vocabulary import Role
from services.control.presenters.parts import Block, Fact
from services.control.presenters.record import present
from services.control.presenters.screen import ScreenRecord
from services.shared.event_log import Cause
from services.shared.transactions import transaction
from tests.builders import NOW, a_premises
from tests.services.control_fullest import a_report, a_source, a_system, sources, the_fullest
from tests.services.control_records import MARLOWE, a_record, an_addition, high_rise_facts, not_yet_published, updated
from tests.system import System

RECORD = f"/api/v1/control/premises/{MARLOWE}"
RISER = "systems/DRY_RISER/nw stair"
LONG_AGO = a_source("v-0", seen_at=NOW - timedelta(days=400), callsign="K07")


def shown(record: RiskRecord) -> ScreenRecord:
    return present(record, NOW, NOW)


def fact_in(block: Block, key: str) -> Fact:
    return next(fact for fact in block.facts if fact.key == key)


def with_report(says: dict[str, Any], record: dict[str, Any] | None = None, **report: Any) -> ScreenRecord:
    facts = high_rise_facts()
    fields: dict[str, Any] = {"facts": facts, "sources": sources(facts), "reports": (a_report(says, **report),)}
    return shown(a_record(**(fields | (record or {}))))


def test_a_strategy_seen_400_days_ago_is_overdue_however_lately_somebody_visited() -> None:
    facts = high_rise_facts()
    known = sources(facts, evac_strategy=LONG_AGO)
    screen = shown(a_record(facts=facts, sources=known, visited_at=NOW - timedelta(minutes=5)))
    assert (screen.evacuation.confirmed_at, screen.evacuation.overdue) == (LONG_AGO.seen_at, True)
    assert screen.evacuation.sources[0].callsign == "K07"
    fresh = shown(a_record(facts=facts, sources=sources(facts), visited_at=NOW - timedelta(days=800)))
    assert fresh.evacuation.overdue is False


def test_a_block_is_as_old_as_the_oldest_fact_that_matters_in_it() -> None:
    facts = high_rise_facts(roof="Flat")
    screen = shown(a_record(facts=facts, sources=sources(facts, staircases=LONG_AGO, roof=LONG_AGO, rvp=LONG_AGO)))
    assert screen.building.age.oldest is not None
    assert (screen.building.age.oldest.callsign, screen.building.age.several) == ("K07", True)
    roof_alone = shown(a_record(facts=facts, sources=sources(facts, roof=LONG_AGO)))
    assert roof_alone.building.age.oldest is not None
    assert (roof_alone.building.age.oldest.callsign, roof_alone.building.age.several) == ("K12", False)


def test_a_record_kept_before_sources_were_says_that_they_are_not_recorded() -> None:
    screen = shown(a_record())
    assert (screen.systems.age.oldest, screen.systems.age.not_recorded) == (None, True)
    assert all(fact.not_recorded for fact in screen.systems.known)
    assert (screen.evacuation.confirmed_at, screen.evacuation.overdue) == (None, True)


def test_a_first_report_stands_in_its_own_place_and_nothing_that_it_says_is_unknown() -> None:
    says = {
        "entry_point": "King Street",
        "evac_strategy": "SIMULTANEOUS",
        "critical_facts": ["All out at the alarm"],
        "systems": [a_system("DRY_RISER", "WORKING", "Inlet")],
        "hazards": [{"code": "BESS", "location": "rear yard"}],
    }
    score = RiskScore(base_level=4, effective_level=4, rank=33, open_defects=0)
    screen = shown(RiskRecord(premises=a_premises(), version=0, revision=1, reports=(a_report(says, score=score),)))
    entry = fact_in(screen.access, "entry")
    assert (entry.value, entry.reports[0].value, entry.reports[0].status) == (None, "King Street", "UNVERIFIED")
    assert (entry.reports[0].callsign, entry.reports[0].seen_at) == ("K41", NOW - timedelta(minutes=12))
    assert screen.evacuation.news[0].value == "Simultaneous"
    assert [said.value for said in screen.critical_reported] == ["All out at the alarm"]
    assert screen.level_above is not None
    assert (screen.level, screen.level_above.level, screen.level_above.words) == (None, 4, "High")
    known = {"level", "evacuation", "critical_facts", "access.entry", "systems.DRY_RISER_OR_WET_RISER"}
    assert known & set(screen.unknown) == set()
    assert {"access.rvp", "water.hydrants"} <= set(screen.unknown)


def test_a_lift_that_a_crew_reports_working_is_one_line_that_says_both() -> None:
    screen = with_report({"systems": [a_system("DRY_RISER", "WORKING", "NW Stair")]})
    riser = fact_in(screen.systems, RISER)
    assert [fact.key for fact in screen.systems.facts].count(RISER) == 1
    assert (riser.value, riser.conflict, riser.report_first) == ("FAULT since 19 Nov 2026", True, False)
    assert [(said.value, said.stands, said.callsign) for said in riser.reports] == [("Working", "contradicts", "K41")]
    assert screen.first == (riser,)


def test_a_system_told_of_without_its_place_is_the_only_one_of_its_kind() -> None:
    screen = with_report({"systems": [a_system("DRY_RISER", "WORKING")]})
    assert fact_in(screen.systems, RISER).news[0].value == "Working"
    assert sum(fact.label.startswith("Dry riser") for fact in screen.systems.facts) == 1


def test_the_higher_danger_is_read_first_and_the_lower_is_not_hidden() -> None:
    screen = with_report({"evac_strategy": "SIMULTANEOUS", "staircases": 2, "external_wall": "NON_COMBUSTIBLE"})
    assert (screen.evacuation.report_first, screen.evacuation.value) == (True, "Stay put")
    stairs, wall = fact_in(screen.building, "stairs"), fact_in(screen.building, "external_wall")
    assert (stairs.report_first, stairs.value, stairs.news[0].value) == (False, "Single stair", "2 stairs")
    assert (wall.report_first, wall.alert, wall.conflict) == (False, True, True)


def test_two_reports_that_contradict_each_other_are_a_conflict_with_the_graver_first() -> None:
    reports = (
        a_report({"systems": [a_system("FF_LIFT", "WORKING")]}, visit_id="0195-visit", callsign="K22"),
        a_report({"systems": [a_system("FF_LIFT", "FAULT")]}),
    )
    screen = shown(RiskRecord(premises=a_premises(), version=0, revision=1, reports=reports))
    lift = fact_in(screen.systems, "systems/FF_LIFT/")
    assert lift.conflict
    assert [(said.callsign, said.value) for said in lift.reports] == [("K41", "FAULT"), ("K22", "Working")]
    assert [fact.key for fact in screen.conflicts] == ["systems/FF_LIFT/"]


def test_hazards_that_one_crew_found_and_another_did_not_are_a_conflict() -> None:
    assert fact_in(with_report({"none_found": True}).hazards, "hazards").conflict
    near = {"hydrants": [], "none_within_100m": True}
    assert fact_in(with_report({"water": near}).water, "hydrants").conflict


def test_a_report_on_one_flat_says_so_and_contradicts_nothing_of_the_building() -> None:
    screen = with_report({"staircases": 2}, unit_ref="Flat 12")
    stairs = fact_in(screen.building, "stairs")
    assert (stairs.conflict, stairs.news[0].unit_ref, stairs.news[0].stands) == (False, "Flat 12", "adds")


def test_a_report_that_repeats_what_is_published_is_kept_among_the_sources_only() -> None:
    stairs = fact_in(with_report({"staircases": 1}).building, "stairs")
    assert (stairs.news, stairs.echoes[0].callsign, stairs.conflict) == ((), "K41", False)


def test_the_first_lines_hold_each_urgent_fact_once_the_most_grave_first() -> None:
    screen = shown(the_fullest())
    keys = [fact.key for fact in screen.first]
    assert len(keys) == len(set(keys)) == 10
    assert keys[:4] == ["appliances", "hazards/CYL_ACETYLENE/workshop", "hazards/BESS/rear yard", "evacuation"]
    assert all(any(said.urgent for said in fact.reports) or fact.conflict for fact in screen.first)


def test_an_urgent_report_whose_fact_is_not_named_is_shown_in_the_crews_words_and_marks_its_block() -> None:
    screen = shown(a_record(unverified=(an_addition(), an_addition("Gas main open", fact="isolations/GAS/x"))))
    assert [fact.reports[0].value for fact in screen.first] == ["Dry riser FAULT, NW stair", "Gas main open"]
    assert (screen.systems.reported, screen.water.reported) == (True, False)


def test_violence_is_a_bare_caution_in_facts_reports_keys_and_sources() -> None:
    hazard = {"code": "VIOLENCE", "basis": "SECRET", "note": "SECRET", "location": "SECRET flat"}
    facts = high_rise_facts(hazards=[hazard])
    addition = an_addition("Caution on approach", kind="HAZARD", fact="hazards/VIOLENCE/secret flat")
    report = a_report({"hazards": [hazard | {"location": "SECRET door"}]})
    screen = shown(a_record(facts=facts, sources=sources(facts), reports=(report,), unverified=(addition,)))
    assert [fact.key for fact in screen.hazards.known] == ["CAUTION"]
    assert [fact.key for fact in screen.first] == ["CAUTION"]
    assert "secret" not in screen.model_dump_json().lower()
    assert "VIOLENCE" not in screen.model_dump_json()


async def test_the_answer_carries_each_fact_with_its_source_reports_and_conflict(system: System) -> None:
    facts = high_rise_facts()
    report = a_report({"systems": [a_system("DRY_RISER", "WORKING", "NW stair")]})
    await system.say(updated(a_record(facts=facts, sources=sources(facts), reports=(report,))))
    await system.settle()
    answer = (await (await system.client(Role.CONTROL)).get(RECORD)).json()
    riser = next(fact for fact in answer["systems"]["facts"] if fact["key"] == RISER)
    assert riser["sources"][0] == {
        "callsign": "K12",
        "seen_at": "2026-09-03T14:02:00Z",
        "method": "PHYSICAL",
        "visit_id": "v-1",
        "facts": [RISER],
    }
    assert (riser["value"], riser["reports"][0]["value"], riser["conflict"]) == (
        "FAULT since 19 Nov 2026",
        "Working",
        True,
    )


async def test_a_telephone_review_is_never_called_seen(system: System) -> None:
    facts = high_rise_facts()
    known = a_source(method="TELEPHONE", seen_at=NOW - timedelta(days=3))
    await system.say(updated(a_record(facts=facts, sources=sources(facts, evac_strategy=known, systems=known))))
    await system.settle()
    page = (await (await system.client(Role.CONTROL)).get(f"/control/premises/{MARLOWE}")).text
    assert "confirmed by telephone" in page
    assert "K12, telephone review, " in page


async def test_a_reports_code_is_opened_with_whose_report_it_is(system: System) -> None:
    tools = system.tools
    sealed = {}
    async with transaction(tools.database, tools.clock, Cause("visits", "test", "test")) as work:
        for visit, code in (("v-1", "C41X"), ("v-2", "9Y22")):
            plain = f'{{"contacts": [], "entry_code": "{code}"}}'
            sealed[visit] = await tools.vault.seal(work, f"private/{visit}", f"visit/{visit}", plain)
    report = a_report({"staircases": 1}, visit_id="v-2", private=sealed["v-2"])
    gone = a_report(
        {"staircases": 1}, visit_id="v-3", private=sealed["v-2"].model_copy(update={"key_id": "private/v-3"})
    )
    await system.say(updated(a_record(private=sealed["v-1"], reports=(report, gone))))
    await system.settle()
    control = await system.client(Role.CONTROL)
    seen = await control.get(RECORD)
    assert ("9Y22" in seen.text, seen.json()["codes_held"]) == (False, True)
    codes = (await control.post(f"{RECORD}/codes/reveal", json={"purpose": "Crew at the door"})).json()
    assert (codes["entry_code"], codes["opened"]) == ("C41X", True)
    assert [(each["callsign"], each["opened"], each["entry_code"]) for each in codes["reported"]] == [
        ("K41", True, "9Y22"),
        ("K41", False, None),
    ]
    page = await control.post(f"/control/premises/{MARLOWE}/codes", data={"purpose": "Crew at the door"})
    assert "Crew report, not reviewed: K41" in page.text
    assert "9Y22" in page.text


async def test_a_page_of_a_time_to_come_is_refused_and_of_a_time_gone_by_tells_days_not_ages(system: System) -> None:
    facts = high_rise_facts()
    await system.say(updated(a_record(facts=facts, sources=sources(facts))))
    await system.settle()
    control = await system.client(Role.CONTROL)
    page = f"/control/premises/{MARLOWE}"
    tomorrow = await control.get(page, params={"as_of": (NOW + timedelta(days=1)).isoformat()})
    assert tomorrow.status_code == 422
    then = (await control.get(page, params={"as_of": NOW.isoformat()})).text
    assert "days ago" not in then
    assert "3 Sep 2026" in then


async def test_the_earlier_revisions_say_how_many_there_are(system: System) -> None:
    await system.say(*(updated(a_record(revision=number)) for number in range(1, 104)))
    await system.settle()
    page = (await (await system.client(Role.CONTROL)).get(f"/control/premises/{MARLOWE}/history")).text
    assert "100 of 103" in page


async def test_a_premises_with_only_an_old_report_says_so_and_nothing_else_is_claimed(system: System) -> None:
    await system.say(updated(not_yet_published()))
    await system.settle()
    page = (await (await system.client(Role.CONTROL)).get("/control/premises/999900000014")).text
    assert "all that is known is crew reports, not reviewed" in page
    assert "UNVERIFIED report above" in page
