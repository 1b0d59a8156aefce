"""Where a visit is placed: new, known already, or to be put back elsewhere first; and how the queue is put in order."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.premises import LocatedPremises
from schemas.vocabulary import ReviewState
from services.risk_register.rules.dossiers import Dossier, Record, Unverified, visit_in
from services.risk_register.rules.items import Item
from services.risk_register.rules.settling import taken_out
from services.risk_register.rules.taking_up import Placing, placing_of, taken_up
from tests.builders import NOW, a_premises
from tests.cases import table
from tests.services.risk_register_desk import ACETYLENE, located

HOUR = timedelta(hours=1)


def a_dossier(premises: LocatedPremises | None = None) -> Dossier:
    premises = premises or a_premises("1")
    return Dossier(Record(premises.premises_id, 0, 0, premises, None, None, NOW))


def queued(at: datetime = NOW, **visit: Any) -> tuple[Dossier, Item]:
    event = located(a_premises("1"), at=at, **visit)
    dossier = taken_up(a_dossier(), event, None, at, at)
    return dossier, dossier.items[event.visit_id]


def visit_that(stands: str) -> Item | None:
    """Return the visit as a case says that it stands: placed on premises 1 at 12:00, if it is there at all."""
    dossier, item = queued(at("12:00"))
    if stands == "not-there":
        return None
    if stands == "put-back":
        return taken_out(dossier, item, "ada", at("13:00"), at("13:00")).items[item.visit_id]
    published = item.moved(ReviewState.CLAIMED, "ada", at("13:00")).moved(ReviewState.PUBLISHED, "ada", at("13:00"))
    return {"in-the-queue": item, "published": published}[stands]


def at(time: str) -> datetime:
    hour, minute = time.split(":")
    return NOW.replace(hour=int(hour), minute=int(minute))


@pytest.mark.parametrize("case", table("placings"), ids=lambda case: f"{case['stands']}, {case['placed']}")
def test_a_placing_comes_to_what_the_table_says(case: dict[str, Any]) -> None:
    placed = case["placed"]
    assert placing_of(visit_that(case["stands"]), str(placed["premises"]), at(placed["at"])) is Placing(case["answer"])


def test_what_is_taken_out_takes_its_dangers_with_it_and_is_said() -> None:
    dossier, item = queued(hazards=[ACETYLENE], none_found=False)
    assert [type(event).__name__ for event in dossier.news] == ["RiskRecordUpdated", "VisitReviewed"]
    after = taken_out(dossier, item, "ada", NOW + HOUR, NOW + HOUR)
    assert (after.unresolved, len(after.additions), len(after.news)) == ([], 1, 3)
    assert after.items[item.visit_id].state is ReviewState.WITHDRAWN
    assert (dossier.items[item.visit_id].state, len(dossier.unresolved)) == (ReviewState.QUEUED, 1), "as it was"


def test_a_visit_is_compared_once_with_a_record_that_says_the_same() -> None:
    dossier, item = queued()
    first = item.findings.beside(dossier.known)
    assert replace(item, version=2).findings.beside(dossier.known) is first


def test_no_item_goes_a_way_that_is_not_in_the_table() -> None:
    _, item = queued()
    with pytest.raises(ValueError, match="QUEUED cannot become PUBLISHED"):
        item.moved(ReviewState.PUBLISHED, "ada", NOW)


def test_the_queue_has_what_is_critical_first_then_what_is_due() -> None:
    _, item = queued()
    later = replace(item, visit_id="b", due_at=item.due_at + HOUR)
    critical = replace(later, visit_id="c", safety_critical=True)
    unscored = replace(item, visit_id="d", base_level=None)
    dossier = a_dossier().with_items(later, item, critical, unscored)
    assert [one.visit_id for one in dossier.undecided] == ["c", "d", item.visit_id, "b"]


def test_a_visit_in_hand_is_found_where_it_stands_now() -> None:
    dossier, item = queued()
    moved = replace(item, premises_id="2")
    there = replace(a_dossier(a_premises("2")).with_items(moved), others={item.visit_id: item})
    assert visit_in([dossier.without(item), there], item.visit_id) is moved
    assert visit_in([dossier], "no-such-visit") is None


def test_additions_say_by_which_words_they_are_the_same() -> None:
    dossier, _ = queued(hazards=[ACETYLENE], none_found=False)
    [one] = dossier.unresolved
    assert isinstance(one, Unverified)
    assert one.words == (one.kind, "Acetylene cylinders (2), Rear yard")
    assert one.as_shown().fact == "hazards/CYL_ACETYLENE/rear yard"
