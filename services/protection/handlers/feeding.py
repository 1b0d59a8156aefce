"""Take in what a source feeds, line by line: the good ones at once, each bad one kept with what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.domain.working_time import local_date
from services.protection.handlers.telling import tell_of
from services.protection.rules.feeds import FeedKind, Line, Outcome, reference_of
from services.protection.rules.notices import reasons_to_refuse_words
from services.protection.rules.records import PROTECTION, Notice
from services.protection.rules.taking import Answer, Feeding, answers_to
from services.protection.store.loads import (
    Load,
    hold_waiting,
    save_load,
    save_refused,
    settle,
    settle_lines,
)
from services.protection.store.premises import list_known
from services.protection.store.records import hold_fed, save_records
from services.shared.clock import Clock
from services.shared.database import Database
from services.shared.errors import NotFound, Refused
from services.shared.event_log import Cause
from services.shared.identifiers import new_id
from services.shared.transactions import Work, transaction

LINES_AT_ONCE = 500
MOST_TRIED_AGAIN = 500


@dataclass(frozen=True)
class Fed:
    """Who feeds what, from where, and the file or message that it came in."""

    kind: FeedKind
    source: str
    name: str
    by: str


async def feed(
    database: Database, clock: Clock, fed: Fed, lines: Sequence[Line], cause: Cause
) -> tuple[Load, list[Answer]]:
    """Take in all lines, a part at a time, each part whole or not at all; the same lines again change nothing."""
    at = clock.now()
    load, found = Load(str(new_id(at)), fed.kind, fed.source, fed.name, fed.by, at), list[Answer]()
    total = load
    for first in range(0, len(lines), LINES_AT_ONCE):
        async with transaction(database, clock, cause) as work:
            done, answers = await take_in(load, lines[first : first + LINES_AT_ONCE], work)
        total = _together(total, done)
        found += answers
    if not lines:
        async with transaction(database, clock, cause) as work:
            await save_load(work, load)
    return total, found


async def take_in(load: Load, lines: Sequence[Line], work: Work) -> tuple[Load, list[Answer]]:
    """Take in a part of a file or message; return how many lines became what, and each of them."""
    named = {line["premises_id"] for line in lines}
    feeding = Feeding(load.kind, load.source, load.by, work.now, local_date(work.now), await list_known(work, named))
    kept = await hold_fed(work, load.kind, load.source, {reference_of(load.kind, line) for line in lines})
    answers = answers_to(feeding, lines, kept, lambda: str(new_id(work.now)))
    changed = [each for each in answers if each.outcome in (Outcome.NEW, Outcome.CHANGED)]
    newest = {each.record.reference: each.record for each in changed if each.record}
    await save_records(work, load.kind, list(newest.values()))
    _note(changed, work)
    refusals = [each.refusal for each in answers if each.refusal]
    again = {reference_of(load.kind, each.line) for each in answers} - {""}
    await settle(work, load, again, f"came again in {load.name}")
    await save_refused(work, load, refusals, work.now)
    done = _counted(load, answers)
    await save_load(work, done)
    records = [record for each in changed for record in (each.record, each.before) if record is not None]
    await tell_of(work, {record.premises_id for record in records})
    return done, answers


async def try_again(work: Work, kind: FeedKind, source: str, by: str) -> Load:
    """Take the refused lines of a source once more: what was wrong may be mended since, such as the gazetteer."""
    waiting = await hold_waiting(work, kind, source, MOST_TRIED_AGAIN)
    load = Load(str(new_id(work.now)), kind, source, "refused lines, tried again", by, work.now)
    await settle_lines(work, [each.number for each in waiting], by, "tried again")
    done, _ = await take_in(load, [each.refusal.line for each in waiting], work)
    return done


async def set_line_aside(work: Work, number: int, by: str, reason: str) -> None:
    """Set a refused line aside for good, with why; it is kept."""
    if found := reasons_to_refuse_words(reason, "say why it is not needed"):
        raise Refused(found[0].reason, found)
    settled = await settle_lines(work, [number], by, reason.strip())
    if not settled:
        raise NotFound("no such line waits: it has been mended or set aside")
    work.note(f"refused-line/{number}", "set aside", by=by, why=reason.strip(), reference=settled[0])


def cause_of_feed(by: str, correlation_id: str) -> Cause:
    """Return on whose behalf a feed acts."""
    return Cause(PROTECTION, by, correlation_id)


def _note(changed: Sequence[Answer], work: Work) -> None:
    for each in changed:
        record = each.record
        if isinstance(record, Notice):
            until = record.until_on.isoformat() if record.until_on else ""
            done = f"fed: {record.state.value.lower().replace('_', ' ')}"
            work.note(f"notice/{record.notice_id}", done, by=record.changed_by, why=record.source, until=until)


def _counted(load: Load, answers: Sequence[Answer]) -> Load:
    outcomes = [each.outcome for each in answers]
    counts: dict[str, Any] = {each.value.lower(): outcomes.count(each) for each in Outcome}
    return replace(load, **counts)


def _together(total: Load, part: Load) -> Load:
    names = [each.value.lower() for each in Outcome]
    counts: dict[str, Any] = {name: getattr(total, name) + getattr(part, name) for name in names}
    return replace(total, **counts)
