"""Which change of a record is to be read, by whom and until when, and what somebody may search the log by."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.risk_register import RiskFacts, RiskScore
from schemas.vocabulary import Role, Watch
from services.control.gateways.watches_files import SHIPPED, read_watches
from services.control.rules.reading import Channel, LogTyped, Scope, channel_of, log_wanted, scope_of
from services.control.rules.showing import Showing, showing_of
from services.control.rules.to_read import (
    AskEnded,
    Ground,
    LastAsked,
    asked_because_of,
    may_take_back,
    watches_to_choose,
    why_asked,
)
from services.control.rules.watches import watches_in
from services.control.rules.who_read import percent_in_time
from tests.builders import NOW
from tests.services.control_records import MARLOWE, a_record

TABLE: dict[str, Any] = yaml.safe_load(Path("tests/cases/to_read.yaml").read_text())
USUAL: dict[str, Any] = TABLE["usual"]
SHIPPED_WATCHES = read_watches(None)
DAY = timedelta(days=1)


def facts_in(told: dict[str, Any]) -> RiskFacts:
    """Return the facts of a case."""
    known = {name: value for name, value in (USUAL | told).items() if name in RiskFacts.model_fields}
    return RiskFacts.model_validate(known)


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_a_change_asks_by_the_table(case: dict[str, Any]) -> None:
    before, now = case["before"], USUAL | case["now"]
    last = None
    if before != "none":
        was = USUAL | before
        last = LastAsked(1, was["level"], was["station"], before.get("is_open", True), facts_in(before))
    assert list(why_asked(last, now["station"], now["level"], facts_in(case["now"]))) == case["asks"]


def shown(revision: int, level: int = 4, version: int = 1, **facts: Any) -> Showing:
    """Return a revision of the high-rise as it is shown."""
    score = RiskScore(base_level=level, effective_level=level, rank=39, open_defects=0)
    record = a_record(revision=revision, version=version, score=score, facts=facts_in(facts))
    return showing_of(record, None, NOW)


def test_revision_by_revision_a_newer_ask_takes_the_place_of_an_older() -> None:
    ground = {MARLOWE: Ground(MARLOWE, "S1", None)}
    told = [shown(5, level=3), shown(2), shown(1, version=0), shown(3), shown(4, evac_strategy="SIMULTANEOUS")]
    owed, ended = asked_because_of(told, ground, SHIPPED_WATCHES, NOW)
    assert [(each.revision, each.watch) for each in owed] == [
        (revision, watch) for revision in (2, 4) for watch in (Watch.RED, Watch.WHITE, Watch.BLUE, Watch.GREEN)
    ]
    assert {each.due_at for each in owed} == {NOW + 14 * DAY}
    assert [(each.revision, each.because) for each in ended] == [(4, AskEnded.NEWER), (5, AskEnded.NOT_NEEDED)]
    nowhere = {MARLOWE: Ground(MARLOWE, None, None)}
    assert asked_because_of(told, nowhere, SHIPPED_WATCHES, NOW) == ([], []), "nobody's ground: nobody is asked"


def test_a_service_names_the_watches_of_its_stations(tmp_path: Path) -> None:
    own = watches_in({"days": 7, "watches": ["GREEN", "RED"], "stations": {"s9": ["ON_CALL"]}})
    assert (own.of("S9"), own.of("S1"), own.within) == ((Watch.ON_CALL,), (Watch.RED, Watch.GREEN), 7 * DAY)
    wrong: dict[str, Any]
    for wrong in ({"days": 0}, {"days": True}, {"watches": []}, {"watches": ["PINK"]}, {"stations": {"S9": "RED"}}):
        with pytest.raises(ValueError, match=r"days|watches|S9"):
            watches_in({"days": 14, "watches": ["RED"], **wrong})
    file = tmp_path / "own.toml"
    file.write_text(SHIPPED.read_text().replace("14", '"soon"'))
    with pytest.raises(ValueError, match=r"own.toml does not hold the watches that are asked to read: days"):
        read_watches(file)


def test_whoever_answers_for_which_watch_and_takes_it_back() -> None:
    both = (Watch.RED, Watch.BLUE)
    assert watches_to_choose(both, None) == both
    assert watches_to_choose(both, "BLUE") == (Watch.BLUE,)
    assert watches_to_choose(both, "DAY") == ()
    assert may_take_back("ann", NOW, "ann", (Role.FIREFIGHTER,), NOW)
    assert not may_take_back("ann", NOW, "bob", (Role.FIREFIGHTER,), NOW)
    assert may_take_back("ann", NOW, "bob", (Role.OFFICER_IN_CHARGE,), NOW)
    assert not may_take_back("ann", NOW, "ann", (Role.FIREFIGHTER,), NOW + DAY)
    assert not may_take_back(None, None, "ann", (Role.FIREFIGHTER,), NOW)
    assert (percent_in_time(4, 4), percent_in_time(10, 9)) == (None, 90)


def test_the_log_is_searched_by_days_and_says_all_that_is_wrong() -> None:
    today = date(2026, 11, 17)
    wanted, reasons = log_wanted(LogTyped(who=" ann ", channel=Channel.PAGE), today)
    assert reasons == ()
    assert wanted.words == "2026-11-11 to 2026-11-17, person ann, from PAGE"
    for typed, pointers in (
        (LogTyped(first="soon", last="31/12/2026", version="x"), ["/last", "/first", "/version"]),
        (LogTyped(first="2026-11-02", last="2026-11-01"), ["/last"]),
        (LogTyped(first="2025-11-16"), ["/first"]),
        (LogTyped(version="3"), ["/premises_id"]),
    ):
        assert [each.pointer for each in log_wanted(typed, today)[1]] == pointers
    assert scope_of((Role.RISK_TEAM_MANAGER,)) is Scope.OWN_TEAM
    assert scope_of((Role.RISK_TEAM_MANAGER, Role.INFORMATION_GOVERNANCE)) is Scope.ALL
    assert channel_of((Role.CONTROL,), Channel.PROGRAMME) is Channel.CONTROL
    assert channel_of((Role.MDT,), Channel.PROGRAMME) is Channel.DEVICE
    assert channel_of((Role.FIREFIGHTER,), Channel.PAGE) is Channel.PAGE
