"""Verifying the evidence: every line of every chain, every signed head, and what services keep of what was said."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import func, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.topics import BY_NAME
from services.shared.chain import FIRST_LINK, Follower, SealOf, digest, sealed_after
from services.shared.event_log import content_of
from services.shared.evidence import MOST_NAMED, Broken, Evidence
from services.shared.heads import EVENT_LOG, TOO_OLD, Head, Reached, Unsigned, read_folder, read_head
from services.shared.history import link, may_read, name_of
from services.shared.tables import HistoryEntry, HistoryRow, SaidEvent, SignedHead

AT_ONCE = 500
READ_LOG = text("""
    SELECT position, topic, key, event_id, type, source, correlation_id, caused_by, only_for, payload, occurred_at,
        said_at, seal
    FROM platform.event_log ORDER BY position
""")


@dataclass
class Verified:
    """What a verification found: what is broken, first things first, and how far what was looked at reaches.

    `until` is when the newest signed head was made and `since` how many lines are younger: of those nobody can tell
    whether the newest were cut off.
    """

    broken: list[Broken] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    heads: int = 0
    until: datetime | None = None
    since: int = 0


@dataclass(frozen=True)
class _Line:
    number: int
    seal: str
    about: str
    seal_of: SealOf
    previous: str | None = None


async def verify(
    session: AsyncSession,
    keys: Sequence[bytes],
    folder: Path,
    apart: Sequence[type[HistoryRow]],
    kept: Sequence[tuple[str, Evidence]],
    now: datetime,
) -> Verified:
    """Verify everything this database user may read.

    `folder` holds the signed heads, `apart` are the histories of single services, `kept` what else services hold
    against the log, each under the name it is told by.
    """
    found = Verified()
    heads = await _heads(session, keys, folder, found)
    if heads:
        found.heads, found.until = len(heads), heads[-1].made_at
    elif await _is_older_than_a_head(session, now):
        words = "there is none, though the log is older than two hours: they were taken away, or nothing signs"
        found.broken.append(Broken("the folder of signed heads", None, "", words))
    await _follow(EVENT_LOG, _log(session), keys, heads, found)
    histories: list[type[HistoryRow]] = [HistoryEntry, *(each for each in apart if each is not HistoryEntry)]
    for history in histories:
        if await may_read(session, history):
            await _follow(name_of(history), _history(session, history), keys, heads, found)
        else:
            found.unread.append(name_of(history))
    for name, evidence in kept:
        try:
            async with session.begin_nested():
                found.broken += await evidence(session)
        except ProgrammingError:
            found.unread.append(name)
    return found


async def _is_older_than_a_head(session: AsyncSession, now: datetime) -> bool:
    began = (await session.exec(select(func.min(SaidEvent.said_at)))).one()
    return began is not None and now - began > TOO_OLD


async def _log(session: AsyncSession) -> AsyncIterator[_Line]:
    rows = await session.stream(READ_LOG, execution_options={"yield_per": AT_ONCE})
    async for row in rows:
        topic = BY_NAME.get(row.topic)
        about = row.topic if topic is not None and topic.restricted else f"{row.topic} of {row.key}"
        yield _Line(row.position, row.seal, about, partial(_sealed_line, content_of(row)))


def _sealed_line(content: list[object], previous: str, key: bytes | None) -> str:
    return sealed_after(previous, content, key)


async def _history(session: AsyncSession, history: type[HistoryRow]) -> AsyncIterator[_Line]:
    wanted = select(history).order_by(col(history.number)).execution_options(yield_per=AT_ONCE)
    rows = await session.stream(wanted)
    async for entry in rows.scalars():
        about = f"{entry.service}, {entry.record}" if history is HistoryEntry else ""
        yield _Line(entry.number or 0, entry.hash, about, partial(_linked, entry), entry.previous_hash)


def _linked(entry: HistoryRow, previous: str, key: bytes | None) -> str:
    return link(previous, entry, key)


async def _follow(
    name: str, lines: AsyncIterator[_Line], keys: Sequence[bytes], heads: Sequence[Head], found: Verified
) -> None:
    """Go along a chain once: each line against the one before it, each signed head against where it says we are."""
    follower = Follower(keys)
    broken: list[Broken] = []
    signed = {head.reached[name].position: head for head in heads if name in head.reached}
    newest = max(signed, default=0)
    async for line in lines:
        if line.number > newest:
            found.since += 1
        before = follower.last
        right = follower.follows(line.seal_of, line.seal) and line.previous in (None, before)
        if not right and len(broken) < MOST_NAMED:
            words = "it does not follow from the one before: it was altered or put in, or one before it was taken out"
            broken.append(Broken(name, line.number, line.about, words))
        head = signed.pop(line.number, None)
        if head is not None and head.reached[name] != Reached(line.number, line.seal, follower.count):
            words = (
                f"it is not what was signed at {head.made_at.isoformat()}: lines up to here were exchanged or taken out"
            )
            broken.append(Broken(name, line.number, line.about, words))
    for position, head in sorted(signed.items()):
        if head.reached[name] != Reached():
            words = (
                f"it was there when a head was signed at {head.made_at.isoformat()}, and is gone: the end was cut off"
            )
            broken.append(Broken(name, position, "", words))
    found.lines[name] = follower.count
    found.broken += broken


async def _heads(session: AsyncSession, keys: Sequence[bytes], folder: Path, found: Verified) -> list[Head]:
    """Return the signed heads in their order, those in the folder and those in the database put together.

    A file is written before its row is committed: the newest may have no row yet, but no row is without its file.
    """
    in_folder = _by_number(folder)
    rows = (await session.exec(select(SignedHead).order_by(col(SignedHead.number)))).all()
    in_database = {row.number: row.words for row in rows}
    if in_database.keys() - in_folder.keys():
        in_folder = _by_number(folder)  # signed since
    heads: list[Head] = []
    previous = FIRST_LINK
    for number in range(1, max((0, *in_database, *in_folder)) + 1):
        found.broken += _missing(number, in_folder, in_database)
        words = in_folder.get(number) or in_database.get(number)
        if words is None:
            continue
        try:
            head = read_head(words, keys)
        except Unsigned as problem:
            found.broken.append(Broken("signed head", number, "", str(problem)))
            continue
        if head.number != number or head.previous != previous:
            found.broken.append(Broken("signed head", number, "", "it does not follow from the one before"))
        previous = digest(words)
        heads.append(head)
    return heads


def _by_number(folder: Path) -> dict[int, str]:
    numbered = {name.split("-")[1]: words for name, words in read_folder(folder).items()}
    return {int(number): words for number, words in numbered.items() if number.isdigit()}


def _missing(number: int, in_folder: Mapping[int, str], in_database: Mapping[int, str]) -> list[Broken]:
    """Return what is wrong with where a head is kept: in both places, and the same."""
    in_both = number in in_folder and number in in_database
    if in_both and in_folder[number] != in_database[number]:
        return [Broken("platform.signed_heads", number, "", "it is not the head that lies in the folder")]
    if number not in in_folder:
        return [Broken("the folder of signed heads", number, "", "this signed head is missing")]
    is_newest = number == max((0, *in_database)) + 1 and number == max(in_folder)
    if number not in in_database and not is_newest:
        return [Broken("platform.signed_heads", number, "", "this signed head is missing")]
    return []
