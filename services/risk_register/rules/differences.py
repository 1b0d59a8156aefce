"""A report beside the record, fact by fact: what is new, what is changed, what two visits disagree about."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.domain.fact_keys import Facts
from services.risk_register.rules.merging import Known, Merged, Report, merge


class Change(StrEnum):
    """How a reported fact stands to the record."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    CLEARED = "CLEARED"
    OVERTAKEN = "OVERTAKEN"
    SAME = "SAME"
    NOT_REPORTED = "NOT_REPORTED"


# What publishing would change, and so what a reviewer decides on.
TO_DECIDE = frozenset({Change.NEW, Change.CHANGED, Change.CLEARED})


@dataclass(frozen=True)
class Difference:
    """One fact as the crew reported it, as it is published, and as it was when the crew set out.

    `in_conflict` means that it was changed since the crew set out, and not to what the crew says.
    """

    key: str
    change: Change
    reported: Any = None
    present: Any = None
    at_setting_out: Any = None
    in_conflict: bool = False


def differences(
    known: Known, report: Report, at_setting_out: Mapping[str, Any] | None = None
) -> tuple[Difference, ...]:
    """Return every fact that is reported or published; `at_setting_out` are the facts that the crew took with them.

    Policy: docs/domain/4.4.md: a conflict is shown as a difference by field.
    """
    merged = merge(known, report)
    before = known.facts if at_setting_out is None else at_setting_out
    found = []
    for key in dict.fromkeys([*report.facts, *known.facts]):
        change = _change(key, known.facts, report.facts, merged)
        found.append(
            Difference(
                key=key,
                change=change,
                reported=report.facts.get(key),
                present=known.facts.get(key),
                at_setting_out=before.get(key),
                in_conflict=change in (Change.CHANGED, Change.CLEARED, Change.OVERTAKEN)
                and before.get(key) != known.facts.get(key)
                and not (change is Change.OVERTAKEN and report.left_as_it_was(key)),
            )
        )
    return tuple(found)


def _change(key: str, known: Facts, reported: Facts, merged: Merged) -> Change:
    if key in merged.kept_newer:
        return Change.OVERTAKEN
    if key not in reported:
        return Change.CLEARED if key in merged.cleared else Change.NOT_REPORTED
    if key not in merged.changed:
        return Change.SAME
    return Change.CHANGED if key in known else Change.NEW
