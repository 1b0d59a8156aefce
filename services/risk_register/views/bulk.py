"""What several visits at once would come to: a line for each, with what happens to it or why nothing does."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.risk_register.handlers.bulk import BulkLine
from services.risk_register.presenters.consequences import level_words
from services.risk_register.rules.bulk import BulkAction
from services.risk_register.rules.differences import TO_DECIDE, differences
from services.shared.web.words import full_time

DONE = {
    BulkAction.CLAIM: "claimed: yours for 30 minutes",
    BulkAction.RELEASE: "given back to the queue",
    BulkAction.PUBLISH: "published: control and crews see it",
}


@dataclass(frozen=True)
class BulkRow:
    """One ticked visit as the page before the confirmation shows it; `value` is what is sent again to confirm it."""

    value: str
    visit_id: str
    name: str
    address: str
    what: str
    refused: tuple[str, ...]


def bulk_rows(action: BulkAction, lines: Sequence[BulkLine]) -> list[BulkRow]:
    """Return the ticked visits, those to which something happens first."""
    return sorted((_row(action, line) for line in lines), key=lambda row: bool(row.refused))


def bulk_words(action: BulkAction, lines: Sequence[BulkLine]) -> str:
    """Return what was done, and to how many nothing was done."""
    done = len([line for line in lines if not line.reasons])
    left = len(lines) - done
    words = f"{_counted(done)} {DONE[action]}."
    return f"{words} {_counted(left)} left as {'it was' if left == 1 else 'they were'}." if left else words


def _row(action: BulkAction, line: BulkLine) -> BulkRow:
    case, ticked = line.case, line.ticked
    if case is None:
        return BulkRow(f"{ticked.visit_id}.{ticked.version}", ticked.visit_id, "A visit", "", "", line.reasons)
    premises = case.record.premises
    what = "" if line.reasons else _will_happen(action, line)
    value = f"{ticked.visit_id}.{ticked.version}"
    name = premises.name or premises.address
    return BulkRow(value, ticked.visit_id, name, premises.postcode, what, line.reasons)


def _will_happen(action: BulkAction, line: BulkLine) -> str:
    case = line.case
    if action is BulkAction.CLAIM or case is None:
        return f"It is yours until {full_time(line.until)}"
    if action is BulkAction.RELEASE:
        return "It goes back to the queue, for anybody to claim"
    found = differences(case.known, case.item.report)
    changes = len([one for one in found if one.change in TO_DECIDE])
    words = (
        f"Version {case.record.version + 1} is published, with {changes or 'no'} change{'' if changes == 1 else 's'}"
    )
    return f"{words}. {level_words(case.proposal.level, case.proposal.present_level)}"


def _counted(number: int) -> str:
    return f"{number or 'No'} visit{'' if number == 1 else 's'}"
