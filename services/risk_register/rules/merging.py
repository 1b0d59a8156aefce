"""How a report becomes part of a risk record: fact by fact, the newer sighting wins, and silence erases nothing."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from schemas.protection import FireSafety
from schemas.visit_parts import FixedSystem, Hydrant
from schemas.visits import VisitForm
from schemas.vocabulary import HydrantStatus, ReviewMethod, SystemStatus, VisitKind, VisitOutcome
from services.domain.fact_keys import NONE_FOUND, Facts, put_together
from services.domain.safety_critical import safety_critical_additions

FULL_KINDS = frozenset({VisitKind.NEW_SSRI, VisitKind.REVIEW})
NOT_TESTED = frozenset({SystemStatus.NOT_TESTED, HydrantStatus.NOT_TESTED})


@dataclass(frozen=True)
class Seen:
    """Which visit saw a fact (or saw it gone), when, who, and how; None only for what was kept without them."""

    visit_id: str
    at: datetime
    callsign: str | None = None
    method: ReviewMethod | None = None


def seen_to_keep(seen: Mapping[str, Seen]) -> dict[str, Any]:
    """Return who saw each fact as it is kept.

    Policy: docs/domain/4.5.md: each fact's own age.
    """
    return {key: {**asdict(one), "at": one.at.isoformat()} for key, one in seen.items()}


def seen_as_kept(kept: Mapping[str, Any] | None) -> dict[str, Seen]:
    """Return who saw each fact, from how it is kept; versions from before the callsign was kept have none.

    Policy: docs/domain/4.5.md: each fact's own age.
    """
    return {key: _seen(one) for key, one in (kept or {}).items()}


def _seen(one: Mapping[str, str]) -> Seen:
    method = ReviewMethod(one["method"]) if one.get("method") else None
    return Seen(one["visit_id"], datetime.fromisoformat(one["at"]), one.get("callsign"), method)


@dataclass(frozen=True)
class SetOut:
    """What a crew took with it of the record: which facts that version had, and which of them it left as they were."""

    known: frozenset[str]
    unchanged: frozenset[str]


def set_out_with(base: Facts, told: Facts) -> SetOut:
    """Return what a report says of the version that its crew set out with.

    Policy: docs/domain/4.4.md: three-way merge by fact.
    """
    return SetOut(frozenset(base), frozenset(key for key, value in told.items() if base.get(key) == value))


def set_out_to_keep(set_out: SetOut | None) -> dict[str, Any] | None:
    """Return what a crew took with it as it is kept.

    Policy: docs/domain/4.4.md: three-way merge by fact.
    """
    return {name: sorted(keys) for name, keys in vars(set_out).items()} if set_out else None


def set_out_as_kept(kept: Mapping[str, Any] | None) -> SetOut | None:
    """Return what a crew took with it, from how it is kept; visits from before it was kept have none.

    Policy: docs/domain/4.4.md: three-way merge by fact.
    """
    return SetOut(**{name: frozenset(keys) for name, keys in kept.items()}) if kept else None


@dataclass(frozen=True)
class Known:
    """What is published of a premises: its facts and who saw each; beside them what Protection says now."""

    facts: Facts = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    fire_safety: FireSafety | None = None

    def is_as(self, other: "Known") -> bool:
        """Return whether this is the very same version, with the same of Protection beside it."""
        is_same = self.facts is other.facts and self.seen is other.seen
        return self is other or (is_same and self.fire_safety == other.fire_safety)


@dataclass(frozen=True)
class Report:
    """What a visit tells: its facts, when it saw them, and whether it looked at everything.

    `seen` names who saw what did not come from the visit itself: of a visit merged into it, or of a reviewer's desk.
    `set_out` is what its crew took with it, None if it took nothing.
    """

    visit_id: str
    at: datetime
    facts: Facts
    is_full: bool = False
    callsign: str | None = None
    method: ReviewMethod | None = None
    seen: Mapping[str, Seen] = field(default_factory=dict)
    set_out: SetOut | None = None

    def left_as_it_was(self, key: str) -> bool:
        """Return whether its crew left a fact as it was in the version that they set out with."""
        return self.set_out is not None and key in self.set_out.unchanged

    def sighting(self, key: str) -> Seen:
        """Return who saw a fact of the report, or saw that it is gone."""
        return self.seen.get(key) or Seen(self.visit_id, self.at, self.callsign, self.method)


@dataclass(frozen=True)
class Merged:
    """The facts after a report: which changed, which are gone, and which stayed because something newer is known."""

    facts: Facts
    seen: dict[str, Seen]
    changed: tuple[str, ...]
    cleared: tuple[str, ...]
    kept_newer: tuple[str, ...]


def is_full_visit(visit: VisitForm) -> bool:
    """Return whether a visit looked at the whole premises, so that what it no longer found may be cleared.

    Policy: docs/domain/1.6.md and docs/domain/4.4.md: in person, completed, for a new record or a review.
    """
    seen = visit.review_method is ReviewMethod.PHYSICAL and visit.outcome is VisitOutcome.COMPLETED
    return seen and visit.visit_kind in FULL_KINDS


def merge(known: Known, report: Report, leave_out: Collection[str] = ()) -> Merged:
    """Return the record's facts with those of a report; `leave_out` are keys that a reviewer keeps as they are.

    An older sighting never replaces a newer one, whichever arrives first; what a report leaves out stays. What its crew
    left as it was stays as somebody else has changed it since, unless the crew's word warns of more.

    Policy: docs/domain/3.md and docs/domain/4.4.md.
    """
    facts, seen = dict(known.facts), dict(known.seen)
    changed, kept_newer = [], []
    for key, reported in report.facts.items():
        value = _with_what_was_tested(reported, facts.get(key))
        if key in leave_out:
            continue
        is_older = is_newer(seen.get(key), report, key) or _changed_by_others(key, value, facts, report)
        if value == facts.get(key):
            if not is_older and value == reported:  # who did not test it has not seen that it works
                seen[key] = report.sighting(key)
        elif is_older:
            kept_newer.append(key)
        else:
            facts[key], seen[key] = value, report.sighting(key)
            changed.append(key)
    cleared = [key for key in no_longer_found(known, report) if key not in leave_out]
    for key in cleared:
        del facts[key]
        seen[key] = report.sighting(key)
    if any(key.startswith("hazards/") for key in facts):
        facts.pop(NONE_FOUND, None)
    return Merged(facts, seen, tuple(changed), tuple(cleared), tuple(kept_newer))


def no_longer_found(known: Known, report: Report) -> tuple[str, ...]:
    """Return the hazards and systems that a full visit looked for and did not find again.

    A visit that says nothing of hazards clears none; a system goes only if the visit names another of its kind, and
    nothing goes that the crew could not know of: it was not in the version that they set out with.

    Policy: docs/domain/1.6.md and docs/domain/4.4.md: only such a visit clears, and only a reviewer publishes it.
    """
    if not report.is_full:
        return ()
    kinds_reported = {kind_of(key) for key in report.facts if key.startswith("systems/")}
    if NONE_FOUND in report.facts or any(key.startswith("hazards/") for key in report.facts):
        kinds_reported |= {kind_of(key) for key in known.facts if key.startswith("hazards/")}
    return tuple(
        key
        for key in known.facts
        if kind_of(key) in kinds_reported
        and key not in report.facts
        and not is_newer(known.seen.get(key), report, key)
        and (report.set_out is None or key in report.set_out.known)
    )


def without_overtaken(known: Known, report: Report) -> Report:
    """Return a report without what a newer reviewed sighting has overtaken.

    Policy: docs/domain/4.4.md.
    """
    overtaken = merge(known, report).kept_newer
    kept = {key: value for key, value in report.facts.items() if key not in overtaken}
    return replace(report, facts=kept)


def overlaid(target: Report, other: Report) -> Report:
    """Return a report with what another one says added, the newest word on each fact, under who saw it.

    Policy: docs/domain/4.4.md, MERGED.
    """
    facts, seen, set_out = dict(target.facts), dict(target.seen), target.set_out
    for key, reported in other.facts.items():
        sighting = other.sighting(key)
        if key not in facts or sighting.at > target.sighting(key).at:
            facts[key], seen[key] = reported, sighting
            set_out = replace(set_out, unchanged=set_out.unchanged - {key}) if set_out else None
    if any(key.startswith("hazards/") for key in facts):
        facts.pop(NONE_FOUND, None)
    kept = {key: one for key, one in seen.items() if key in facts}
    return replace(target, facts=facts, seen=kept, set_out=set_out)


def kind_of(key: str) -> str:
    """Return the kind of thing a fact is about, without its place, such as "hazards/BESS".

    Policy: docs/domain/4.1.md.
    """
    return "/".join(key.split("/")[:2])


def is_newer(seen: Seen | None, report: Report, key: str) -> bool:
    """Return whether a fact was seen after the visit that reports on it now.

    Policy: docs/domain/3.md: what arrives late is not therefore newer.
    """
    return seen is not None and seen.at > report.sighting(key).at


def _changed_by_others(key: str, value: Any, facts: Facts, report: Report) -> bool:
    """Return whether somebody else has changed a fact that the crew left as it was, and the crew's warns of no more."""
    if key not in facts or value == facts[key] or not report.left_as_it_was(key):
        return False
    return not safety_critical_additions(put_together({key: value}), put_together({key: facts[key]}))


def _with_what_was_tested(reported: Any, known: Any) -> Any:
    """Return what is told, save that "not tested" keeps the state that somebody did test."""
    if not isinstance(reported, tuple) or not isinstance(known, tuple) or len(reported) != len(known):
        return reported
    return tuple(
        new.model_copy(update={"status": old.status})
        if isinstance(new, FixedSystem | Hydrant) and isinstance(old, type(new)) and new.status in NOT_TESTED
        else new
        for new, old in zip(reported, known, strict=True)
    )
