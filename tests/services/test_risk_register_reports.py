"""Who says what: every published fact names who saw it, and what crews say is read before anybody has reviewed it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from schemas.risk_register import RiskRecord
from schemas.vocabulary import ReviewMethod
from services.domain.fact_keys import taken_apart
from services.risk_register.app import build
from services.shared.clock import SetClock
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import ACETYLENE, RISER_FAULT, RISER_WORKING, Desk, located
from tests.system import System

RECORD = "/api/v1/risk-register/records/999900000014"
DAY = timedelta(days=1)
RISER = "systems/DRY_RISER/nw stair"
# Version 1 once more as version 2, in the shape in which versions were kept before they named the crew.
AS_KEPT_BEFORE = """
WITH old AS (
    INSERT INTO risk_register.versions (premises_id, version, facts, seen, published_by, at)
    SELECT premises_id, 2, facts,
        (SELECT jsonb_object_agg(key, value - 'callsign' - 'method') FROM jsonb_each(seen)), published_by, at
    FROM risk_register.versions
)
UPDATE risk_register.records SET version = 2
"""


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def record_of(desk: Desk) -> RiskRecord:
    """Return the record as it was said last."""
    return (await desk.shown())[-1].record


async def change(desk: Desk, clock: SetClock, **visit: Any) -> str:
    """Return a later visit that says only a little."""
    clock.move(DAY)
    given = {"visit_kind": "CHANGE", "base_record_version": 1, "premises_class": "SHOP", **visit}
    return await desk.receive(located(at=clock.now(), **given))


class TestSources:
    """Each published fact says who saw it last, when, and how."""

    async def test_a_fact_keeps_the_visit_that_saw_it_when_a_later_one_does_not_mention_it(
        self, desk: Desk, clock: SetClock
    ) -> None:
        first = await desk.receive(located(roof="Felt", systems=[RISER_WORKING], callsign="S1P1"))
        await desk.publish(first)
        second = await change(desk, clock, voids="Roof void", callsign="S2P1")
        await desk.publish(second)
        sources = (await record_of(desk)).sources
        riser, voids = sources[RISER], sources["voids"]
        assert (riser.visit_id, riser.callsign, riser.method) == (first, "S1P1", ReviewMethod.PHYSICAL)
        assert riser.seen_at == NOW - timedelta(minutes=5)
        assert (voids.visit_id, voids.callsign, voids.seen_at) == (second, "S2P1", NOW + DAY - timedelta(minutes=5))
        assert sources["roof"].visit_id == first

    async def test_every_published_fact_and_the_score_have_a_source_and_nothing_else_has(self, desk: Desk) -> None:
        await desk.publish(await desk.receive(located(hazards=[ACETYLENE], none_found=False, roof="Felt")))
        record = await record_of(desk)
        published = taken_apart(record.facts)
        assert len(published) > 10
        assert set(record.sources) == {*published, "score"}

    async def test_what_was_repeated_by_telephone_says_so(self, desk: Desk, clock: SetClock) -> None:
        await desk.publish(await desk.receive(located(roof="Felt", systems=[RISER_WORKING])))
        await desk.publish(await change(desk, clock, roof="Felt", review_method="TELEPHONE", callsign="FS2"))
        sources = (await record_of(desk)).sources
        assert (sources["roof"].callsign, sources["roof"].method) == ("FS2", ReviewMethod.TELEPHONE)
        assert sources[RISER].method is ReviewMethod.PHYSICAL

    async def test_who_did_not_test_a_riser_has_not_seen_it_work(self, desk: Desk, clock: SetClock) -> None:
        tested = await desk.receive(located(systems=[RISER_WORKING]))
        await desk.publish(tested)
        await desk.publish(await change(desk, clock, systems=[{**RISER_WORKING, "status": "NOT_TESTED"}]))
        record = await record_of(desk)
        assert record.facts is not None
        assert (record.facts.systems[0].status, record.sources[RISER].visit_id) == ("WORKING", tested)

    async def test_a_caution_on_approach_has_a_source_and_never_a_place(self, desk: Desk) -> None:
        marker = {"code": "VIOLENCE", "basis": "Threats", "location": "Flat 3", "review_on": "2027-01-01"}
        await desk.publish(await desk.receive(located(hazards=[marker], none_found=False)))
        record = await record_of(desk)
        assert "hazards/VIOLENCE/" in record.sources
        assert "flat 3" not in record.model_dump_json().casefold()

    async def test_what_a_merged_visit_saw_stays_under_its_own_crew(self, desk: Desk, clock: SetClock) -> None:
        one = located(hazards=[ACETYLENE], none_found=False, callsign="K41")
        two = located(roof="Slate", callsign="K42", none_found=False)
        await desk.receive(one, two)
        ada = await desk.reviewer()
        await desk.decide(ada, one.visit_id, "claim")
        await desk.decide(ada, one.visit_id, "merge", into=two.visit_id)
        waiting = {report.callsign: report.facts for report in (await record_of(desk)).reports}
        assert ([one.code for one in waiting["K41"].hazards], waiting["K41"].roof) == (["CYL_ACETYLENE"], None)
        assert (waiting["K42"].hazards, waiting["K42"].roof) == ((), "Slate")
        await desk.publish(two.visit_id)
        record = await record_of(desk)
        assert record.sources["hazards/CYL_ACETYLENE/rear yard"].callsign == "K41"
        assert (record.sources["roof"].callsign, record.reports) == ("K42", ())

    async def test_what_only_a_reviewer_says_is_a_desk_check(self, desk: Desk) -> None:
        visit_id = await desk.receive(located(roof="felt n slate"))
        await desk.publish(visit_id, facts={"roof": "Felt and slate", "staircases": 2}, reason="By the plans")
        sources = (await record_of(desk)).sources
        assert (sources["roof"].method, sources["staircases"].method) == (ReviewMethod.PHYSICAL, ReviewMethod.DESKTOP)

    async def test_a_version_restored_says_again_who_saw_its_facts(self, desk: Desk, clock: SetClock) -> None:
        first = await desk.receive(located(roof="Felt"))
        await desk.publish(first)
        await desk.publish(await change(desk, clock, roof="Thatch"))
        ada = await desk.reviewer()
        body = {"version": 1, "in_place_of": 2, "reason": "Wrong shop"}
        assert (await ada.post(f"{RECORD}/restore", json=body)).status_code == 200
        assert (await record_of(desk)).sources["roof"].visit_id == first

    async def test_a_version_kept_before_callsigns_were_is_named_by_its_visit(
        self, tools: Tools, desk: Desk, clock: SetClock
    ) -> None:
        first = await desk.receive(located(roof="Felt", callsign="K41"))
        await desk.publish(first)
        async with transaction(tools.database, tools.clock, Cause("test", "test", "test")) as work:
            await work.execute(text(AS_KEPT_BEFORE))
        await change(desk, clock, voids="Roof void")
        source = (await record_of(desk)).sources["roof"]
        assert (source.visit_id, source.callsign, source.method) == (first, "K41", ReviewMethod.PHYSICAL)


class TestReports:
    """What crews say is read under their own name until somebody has decided on it."""

    async def test_control_can_read_what_a_crew_sent_before_anything_is_published(self, desk: Desk) -> None:
        visit_id = await desk.receive(located(roof="Felt", max_day=40, evac_strategy="SIMULTANEOUS"))
        record = await record_of(desk)
        assert (record.version, record.facts, record.unverified, record.reports_in_all) == (0, None, (), 1)
        [report] = record.reports
        assert (report.visit_id, report.callsign, report.station, report.unit_ref) == (visit_id, "S1P1", "S1", None)
        assert (report.seen_at, report.reported_at) == (NOW - timedelta(minutes=5), NOW - timedelta(minutes=2))
        assert (report.method, report.facts.roof, report.facts.max_day) == (ReviewMethod.PHYSICAL, "Felt", 40)
        assert report.score is not None
        assert (report.score.base_level, report.score.rank) == (2, 13)
        assert report.private is not None
        assert report.private.key_id == f"private/{visit_id}"

    async def test_a_report_holds_only_what_its_own_visit_says(self, desk: Desk, clock: SetClock) -> None:
        await desk.publish(await desk.receive(located(roof="Felt")))
        assert (await record_of(desk)).reports == ()
        await change(desk, clock, voids="Roof void", likelihood=None, severity=None)
        [report] = (await record_of(desk)).reports
        assert (report.facts.voids, report.facts.roof) == ("Roof void", None)
        assert report.score is not None, "the level that publishing it would give"

    async def test_a_report_tells_of_violence_only_that_there_is_a_caution(self, desk: Desk) -> None:
        marker = {
            "code": "VIOLENCE",
            "basis": "Threats",
            "location": "Flat 3",
            "note": "son",
            "review_on": "2027-01-01",
        }
        await desk.receive(located(hazards=[marker], none_found=False))
        [report] = (await record_of(desk)).reports
        [hazard] = report.facts.hazards
        assert (hazard.location, hazard.note, hazard.basis) == (None, None, None)

    async def test_the_registers_own_answer_holds_no_envelope(self, desk: Desk) -> None:
        await desk.publish(await desk.receive(located(roof="Felt")))
        await desk.receive(located(voids="Roof void"))
        answer = await (await desk.reviewer()).get(RECORD)
        assert len(answer.json()["shown"]["reports"]) == 1
        assert "cipher_text" not in answer.text

    async def test_a_flats_report_names_the_flat_and_keeps_its_household_to_itself(self, desk: Desk) -> None:
        flat = a_premises("12", parent_id="1", address="Flat 12, Marlowe House, King Street", name="")
        await desk.receive(located(flat, premises_class="DWELLING_HOUSE", unit_ref="Flat 12", max_night=2))
        [report] = (await record_of(desk)).reports
        assert (report.unit_ref, report.private, report.facts.max_night) == ("Flat 12", None, None)

    @pytest.mark.parametrize(
        ("decision", "body"),
        [
            ("publish", {}),
            ("amend", {"facts": {"roof": "Slate"}}),
            ("return", {"reason": "Which roof?", "fields": ["roof"]}),
            ("reject", {"reason": "It is next door", "fields": ["roof"]}),
        ],
    )
    async def test_a_report_is_gone_as_soon_as_somebody_has_decided(
        self, desk: Desk, decision: str, body: dict[str, Any]
    ) -> None:
        visit_id = await desk.receive(located(roof="Felt"))
        ada = await desk.reviewer()
        await desk.decide(ada, visit_id, "claim")
        assert len((await record_of(desk)).reports) == 1, "who looks at it has not decided yet"
        assert (await desk.decide(ada, visit_id, decision, **body)).status_code == 200
        record = await record_of(desk)
        assert (record.reports, record.reports_in_all) == ((), 0)

    async def test_what_is_passed_up_or_in_conflict_is_still_read(self, desk: Desk) -> None:
        one, two = located(roof="Felt"), located(roof="Slate", callsign="K42")
        await desk.receive(one, two)
        await desk.publish(one.visit_id)
        assert [report.callsign for report in (await record_of(desk)).reports] == ["K42"]
        ada = await desk.reviewer()
        await desk.decide(ada, two.visit_id, "claim")
        await desk.decide(ada, two.visit_id, "escalate")
        assert [report.callsign for report in (await record_of(desk)).reports] == ["K42"]

    async def test_a_returned_report_leaves_its_danger_on_the_screen(self, desk: Desk) -> None:
        visit_id = await desk.receive(located(systems=[RISER_FAULT]))
        ada = await desk.reviewer()
        await desk.decide(ada, visit_id, "claim")
        await desk.decide(ada, visit_id, "return", reason="Which stair?", fields=["systems"])
        record = await record_of(desk)
        assert ([one.fact for one in record.unverified], record.reports) == ([RISER], ())

    async def test_the_newest_seen_comes_first_and_ten_of_thirty_travel(self, desk: Desk, clock: SetClock) -> None:
        late = located(at=NOW - DAY, callsign="LATE")
        visits = [located(at=NOW + timedelta(minutes=number), callsign=f"K{number}") for number in range(29)]
        await desk.receive(*visits, late)
        record = await record_of(desk)
        assert [report.callsign for report in record.reports] == [f"K{number}" for number in range(28, 18, -1)]
        assert record.reports_in_all == 30
