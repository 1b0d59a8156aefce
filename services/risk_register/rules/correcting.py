"""A fact of a visit that a reviewer corrects by itself: what it was, what it is now, who says so, when and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from schemas.risk_register import Judgement, RiskFacts
from schemas.vocabulary import ReviewMethod
from services.domain.fact_keys import NONE_FOUND, SCORE, Facts, ScoreInputs, taken_apart
from services.risk_register.rules.amending import how_to_mend
from services.risk_register.rules.decisions import STATE_AFTER, Decision, Proposal
from services.risk_register.rules.merging import Known, Report, Seen
from services.risk_register.rules.review_queue import may_move
from services.shared.errors import FieldReason

SHORTEST_REASON = 5
LONGEST_REASON = 500
MANY = ("hazards", "systems", "isolations")
WATER = "water/"
HYDRANTS = "water/hydrants/"
ON_THE_ITEM = "corrections"
NO_SUCH_FACT = "the visit and the record say nothing of this: load the page again"


@dataclass(frozen=True)
class Correction:
    """One fact as a reviewer corrected it; `was` is what the crew reported, None where it reported nothing.

    `seen_at` is up to when the correction holds against what other visits saw: as long as what it corrects.
    """

    fact: str
    value: Any
    was: Any
    reason: str
    by: str
    at: datetime
    seen_at: datetime

    def as_kept(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {**asdict(self), "at": self.at.isoformat(), "seen_at": self.seen_at.isoformat()}


def corrections_in(amendment: Mapping[str, Any] | None) -> tuple[Correction, ...]:
    """Return the corrections that stand on an item, the first made first.

    Policy: docs/domain/4.4.md: a correction is kept as what it is.
    """
    kept = (amendment or {}).get(ON_THE_ITEM, ())
    times = ("at", "seen_at")
    return tuple(Correction(**{**one, **{name: datetime.fromisoformat(one[name]) for name in times}}) for one in kept)


def facts_in(fact: str, value: Any) -> Facts:
    """Return what a corrected value says, under the keys that it has by its own words; raises what pydantic raises.

    Policy: docs/domain/4.1.md, the limits of each field.
    """
    name = fact.partition("/")[0]
    if fact == SCORE:
        inputs = ScoreInputs.model_validate(value)
        Judgement.model_validate(inputs.model_dump(exclude={"override"}))
        return {SCORE: inputs}
    if fact.startswith(WATER):
        within = {"hydrants": value} if fact.startswith(HYDRANTS) else {fact.removeprefix(WATER): value}
        return taken_apart(RiskFacts.model_validate({"water": within}))
    return taken_apart(RiskFacts.model_validate({name: value}))


def value_to_keep(fact: str, value: Any) -> Any:
    """Return a fact's value as it is kept, so that `facts_in` reads it again.

    Policy: docs/domain/4.4.md: a correction is kept as what it is.
    """
    if value is None:
        return None
    if isinstance(value, tuple):
        return [value_to_keep(fact, one) for one in value]
    if fact == SCORE or hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return value


def without_new_override(fact: str, value: Any, present: Any) -> Any:
    """Return a corrected value with the level that was set by hand before: a new one is set in the decision alone.

    Policy: docs/domain/4.3.md, step 8: an override has rules of its own.
    """
    if fact != SCORE or not isinstance(value, Mapping):
        return value
    override = getattr(present, "override", None)
    kept = {"override": override.model_dump(mode="json")} if override else {}
    return {**{name: one for name, one in value.items() if name != "override"}, **kept}


def checked_value(fact: str, value: Any) -> tuple[FieldReason, ...]:
    """Return what to mend of each part of a corrected value that does not fit.

    Policy: docs/domain/4.1.md, the limits of each field; docs/domain/4.4.md: a danger goes by a report alone.
    """
    try:
        found = facts_in(fact, value)
    except ValidationError as problem:
        depth = _depth_of(fact)
        return tuple(
            FieldReason("/".join(["/value", *map(str, error["loc"][depth:])]), how_to_mend(error))
            for error in problem.errors()
        )
    if not found and fact != NONE_FOUND:
        words = "say what it is: to leave it as it is in the record, publish with changes and take its tick out"
        return (FieldReason("/value", words),)
    return ()


def _depth_of(fact: str) -> int:
    """Return how many steps of a place in the record lead to the value itself."""
    if fact == SCORE:
        return 0
    return 2 if fact.startswith(WATER) else 1


def reasons_to_refuse_correcting(
    proposal: Proposal, there: Mapping[str, Any], fact: str, reason: str
) -> tuple[FieldReason, ...]:
    """Return what a correction lacks: a visit that can still be published with changes, a fact that is there, a reason.

    Policy: docs/domain/4.4.md, PUBLISHED_AMENDED: the table of transitions says where a correction can lead.
    """
    found: list[FieldReason] = []
    if not may_move(proposal.state, STATE_AFTER[Decision.AMEND]):
        found.append(FieldReason("/version", "claim the visit first: a correction is published with it"))
    if fact not in there:
        found.append(FieldReason("/fact", NO_SUCH_FACT))
    if len(reason.strip()) < SHORTEST_REASON:
        found.append(FieldReason("/reason", f"say why it is corrected, in at least {SHORTEST_REASON} characters"))
    elif len(reason.strip()) > LONGEST_REASON:
        found.append(FieldReason("/reason", f"use at most {LONGEST_REASON} characters"))
    return tuple(found)


def seen_until(report: Report, known: Known, fact: str) -> datetime:
    """Return when a correction counts as seen: as its visit, or as the published sighting that it corrects.

    So it replaces what it corrects, and nothing that anybody saw later.

    Policy: docs/domain/4.4.md: an older sighting never replaces a newer one.
    """
    kept = known.seen.get(fact)
    return max(report.at, kept.at) if kept else report.at


def with_correction(amendment: Mapping[str, Any] | None, correction: Correction, own: Any) -> dict[str, Any]:
    """Return an item's changes with one more correction, in the place of an earlier one of the same fact.

    `own` are the crew's own inputs of the score.

    Policy: docs/domain/4.4.md: a correction is kept as what it is.
    """
    before = amendment or {"facts": {}, "leave_out": [], "take_out": [], "inputs": own}
    others = [one for one in before.get(ON_THE_ITEM, ()) if one["fact"] != correction.fact]
    kept = {ON_THE_ITEM: [*others, correction.as_kept()], "by": correction.by, "at": correction.at.isoformat()}
    return {**before, **kept}


def without_correction(amendment: Mapping[str, Any], fact: str, own: Any) -> dict[str, Any] | None:
    """Return an item's changes without the correction of a fact; None if nothing is changed any more.

    `own` are the crew's own inputs of the score.

    Policy: docs/domain/4.4.md: what a reviewer changed can be taken back until it is published.
    """
    others = [one for one in amendment.get(ON_THE_ITEM, ()) if one["fact"] != fact]
    after = {**amendment, ON_THE_ITEM: others}
    changes = (others, amendment["facts"], amendment["leave_out"], amendment.get("take_out"))
    return after if any(changes) or amendment["inputs"] != own else None


def corrected(report: Report, corrections: Iterable[Correction]) -> Report:
    """Return a report with what a reviewer corrected of it, under the name of a desk check.

    Policy: docs/domain/4.4.md: nothing looks as if a crew had seen it that it did not see.
    """
    facts, seen, set_out = dict(report.facts), dict(report.seen), report.set_out
    for one in corrections:
        facts.pop(one.fact, None)
        seen.pop(one.fact, None)
        says = facts_in(one.fact, one.value)
        facts |= says
        desk = Seen(report.visit_id, one.seen_at, report.callsign, ReviewMethod.DESKTOP)
        seen |= dict.fromkeys(says, desk)
        set_out = replace(set_out, unchanged=set_out.unchanged - {one.fact, *says}) if set_out else None
    if any(key.startswith("hazards/") for key in facts):
        facts.pop(NONE_FOUND, None)
    return replace(report, facts=facts, seen=seen, set_out=set_out)


def lowers_the_crews_level(corrections: Sequence[Correction], level: int | None, reported_level: int | None) -> bool:
    """Return whether what was corrected makes the level lower than the crew's own report gives.

    Policy: docs/domain/4.4.md: a level that a reviewer lowers needs a second person.
    """
    return bool(corrections) and reported_level is not None and (level or 0) < reported_level


def reasons_of_the_corrected(corrections: Iterable[Correction], changes: Mapping[str, Any]) -> tuple[FieldReason, ...]:
    """Return why a field may not be changed in a decision: a correction of it stands already.

    Policy: docs/domain/4.4.md: a correction is kept as what it is.
    """
    words = "a correction of this stands already: change it in its own row, or take it back there"
    fields = {one.fact.partition("/")[0] for one in corrections}
    return tuple(FieldReason(f"/facts/{name}", words) for name in changes if name in fields)
