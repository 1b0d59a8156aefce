"""Notices, audits and fires by cases: what is said of a building, how far its likelihood rises, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schemas.protection import FireSafety
from schemas.risk_register import RiskFacts
from schemas.visit_parts import LevelOverride, Severity
from schemas.vocabulary import AuditResult, IncidentKind, NoticeEnd, NoticeKind, PremisesClass
from services.domain.fact_keys import ScoreInputs
from services.domain.fire_safety import is_prohibited, likelihood_steps, until_words
from services.domain.ris1.judging import override_of, raised_score, score_of, sheet_of
from services.domain.written_days import day_in
from services.protection.rules.notices import Lifting, lifted, reinstated
from services.protection.rules.records import TRANSITIONS, Audit, Incident, KnownPremises, Notice, may_change
from services.protection.rules.said import Building, Said, cannot_wait, changes_on, fire_safety_of, said_now

TODAY, AT = date(2026, 12, 1), datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
BUILDING, FLAT = "100", "101"
PREMISES = {
    BUILDING: KnownPremises(BUILDING, BUILDING, "Marlowe House", "12 King Street", "XQ1 4AB"),
    FLAT: KnownPremises(FLAT, BUILDING, "", "Flat 1, 12 King Street", "XQ1 4AB"),
}
CASES = yaml.safe_load(Path("tests/cases/fire_safety.yaml").read_text())
HEARD: dict[str, Any] = {"source": "protection system", "changed_by": "feed", "changed_at": AT}


def a_notice(number: int, kind: str, from_on: date, until_on: date | None = None, *, is_lifted: bool = False) -> Notice:
    notice = Notice(
        notice_id=f"n-{number}",
        reference=f"N{number}",
        premises_id=BUILDING,
        kind=NoticeKind(kind),
        from_on=from_on,
        until_on=until_on,
        restricts="",
        served_on="",
        entered_by="feed",
        entered_at=AT,
        **HEARD,
    )
    return lifted(notice, Lifting(NoticeEnd.COMPLIED, TODAY, "Done"), "pat", AT) if is_lifted else notice


def an_incident(number: int, kind: IncidentKind, on: date) -> Incident:
    return Incident(
        incident_id=f"i-{number}", reference=str(number), premises_id=FLAT, kind=kind, happened_on=on, **HEARD
    )


def an_audit(number: int, at: str, on: date, result: str) -> Audit:
    return Audit(
        audit_id=f"a-{number}",
        reference=f"A{number}",
        premises_id=FLAT if at == "flat" else BUILDING,
        kind="full",
        audited_on=on,
        result=AuditResult(result),
        summary=("Doors wedged open",),
        entered_by="feed",
        entered_at=AT,
        **HEARD,
    )


def building_in(case: dict[str, Any]) -> Building:
    """Return the building of a case."""
    others = [an_incident(50 + n, IncidentKind(kind), TODAY) for n, kind in enumerate(case.get("others", ()))]
    return Building(
        BUILDING,
        PREMISES,
        notices=tuple(
            a_notice(n, each["kind"], each["from"], each.get("until"), is_lifted=each.get("lifted", False))
            for n, each in enumerate(case.get("notices", ()))
        ),
        audits=tuple(
            an_audit(n, each["at"], each["day"], each["result"]) for n, each in enumerate(case.get("audits", ()))
        ),
        fires=(*(an_incident(n, IncidentKind.FIRE, on) for n, on in enumerate(case.get("fires", ()))), *others),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_table_of_what_makes_a_fire_likelier(case: dict[str, Any]) -> None:
    says = fire_safety_of(building_in(case), TODAY)
    assert (likelihood_steps(says), is_prohibited(says)) == (case["steps"], case.get("prohibited", False))


def test_the_gravest_notice_stands_first_and_a_part_is_named() -> None:
    informal, prohibition = a_notice(1, "INFORMAL", TODAY), a_notice(2, "PROHIBITION", TODAY)
    building = Building(BUILDING, PREMISES, (informal, prohibition), (an_audit(1, "flat", TODAY, "BROADLY_COMPLIANT"),))
    says = fire_safety_of(building, TODAY)
    assert [each.kind for each in says.notices] == [NoticeKind.PROHIBITION, NoticeKind.INFORMAL]
    assert says.audit is not None
    assert says.audit.unit == "Flat 1, 12 King Street"
    assert cannot_wait(FireSafety(), says)
    assert not cannot_wait(says, says), "it was said before"


def test_only_news_is_said_and_the_day_of_the_next_change_is_known() -> None:
    later = a_notice(1, "PROHIBITION", TODAY + 10 * DAY)
    building = Building(BUILDING, PREMISES, (later,), (), (an_incident(1, IncidentKind.FIRE, date(2023, 12, 5)),))
    assert changes_on(building, TODAY) == date(2026, 12, 6)
    said, event = said_now(Said(BUILDING), building, TODAY, AT)
    assert event is not None
    assert (said.revision, event.fire_safety.fires) == (1, 1)
    again, nothing = said_now(said, building, TODAY, AT)
    assert (again, nothing) == (said, None)
    assert changes_on(building, date(2026, 12, 6)) == TODAY + 10 * DAY
    assert changes_on(building, TODAY + 10 * DAY) is None


def test_what_was_lifted_is_put_back_and_nothing_else_becomes_of_it() -> None:
    over = a_notice(1, "PROHIBITION", TODAY, is_lifted=True)
    assert reinstated(over, "pat", AT).ended_on is None
    for state, changes in TRANSITIONS.items():
        for change in changes:
            assert may_change(state, change)
    with pytest.raises(ValueError, match="cannot LIFT"):
        lifted(over, Lifting(NoticeEnd.COMPLIED, TODAY, "Done"), "pat", AT)


@pytest.mark.parametrize(
    ("until", "says"),
    [
        (None, "since 1 Dec 2026, until it is lifted"),
        (TODAY, "since 1 Dec 2026, to 1 Dec 2026"),
        (TODAY - DAY, "since 1 Dec 2026, its date 30 Nov 2026 has passed: not lifted"),
    ],
)
def test_until_when_a_notice_holds_is_said_in_words(until: date | None, says: str) -> None:
    building = Building(BUILDING, PREMISES, (a_notice(1, "ENFORCEMENT", TODAY, until),))
    assert until_words(fire_safety_of(building, TODAY).notices[0], TODAY) == says


levels = st.integers(0, 5)


@given(
    likelihood=st.integers(1, 5),
    severity=st.builds(Severity, FF=levels, PUB=levels, ENV=levels, COM=levels, HER=levels, ECO=levels),
    by_hand=st.none() | st.integers(1, 5),
    fires=st.integers(0, 3),
    prohibited=st.booleans(),
)
def test_what_protection_says_never_lowers_a_level_and_never_raises_it_beyond_what_it_counts(
    likelihood: int, severity: Severity, by_hand: int | None, fires: int, prohibited: bool
) -> None:
    override = LevelOverride(level=by_hand, reason="By hand, for a test") if by_hand else None
    inputs = ScoreInputs(likelihood=likelihood, severity=severity, override=override)
    facts = RiskFacts(premises_class=PremisesClass.SHOP)
    alone = sheet_of(facts, inputs)
    given_score = score_of(facts, alone, override_of(alone, inputs))
    notices = (a_notice(1, "PROHIBITION", TODAY),) if prohibited else ()
    incidents = tuple(an_incident(n, IncidentKind.FIRE, TODAY) for n in range(fires))
    says = fire_safety_of(Building(BUILDING, PREMISES, notices, (), incidents), TODAY)
    raised = raised_score(facts, inputs, given_score, says)
    assert raised is not None
    assert raised.base_level >= given_score.base_level
    assert raised.rank >= given_score.rank
    assert raised.base_level >= (3 if prohibited else 1)
    computed = sheet_of(facts, inputs, says)
    assert raised.base_level <= max(given_score.base_level, computed.base_level)
    if not likelihood_steps(says):
        assert raised == given_score
    assert raised_score(facts, inputs, given_score, None) == given_score


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-03", date(2026, 11, 3)),
        ("3/11/2026", date(2026, 11, 3)),
        ("03/11/2026 9:05", date(2026, 11, 3)),
        ("2026-06-30T23:30:00Z", date(2026, 7, 1)),  # half past midnight in the United Kingdom
        ("2026-06-30T23:30", date(2026, 6, 30)),
        ("2026-11-03 and a half", None),
        ("31/02/2026", None),
        ("0001-01-01T00:00+14:00", None),
        ("٣/11/2026", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_a_person_or_another_system_writes_it_and_nothing_else(written: str, day: date | None) -> None:
    assert day_in(written) == day
