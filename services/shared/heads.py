"""Signed heads: how far the log and the histories had grown, signed every hour and kept in a place of its own.

Whoever cuts the newest lines off, or writes a whole chain anew, has to change what lies elsewhere too, and to sign it.
"""

import base64
import hmac
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.chain import FIRST_LINK, digest, moment_of, seal
from services.shared.database import Database
from services.shared.deadlines import Deadlines
from services.shared.history import name_of
from services.shared.service import Tools
from services.shared.tables import HistoryEntry, HistoryRow, SaidEvent, SignedHead

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
TOO_OLD = timedelta(hours=2)
LOOK_EVERY_S = 30.0
CLOSED_LENGTH = 256  # whatever it says, so that its length tells nothing
EVENT_LOG = "platform.event_log"


@dataclass(frozen=True)
class Reached:
    """How far a chain had grown: the position of its newest line, that line's seal, and how many lines there were."""

    position: int = 0
    seal: str = FIRST_LINK
    count: int = 0


@dataclass(frozen=True)
class Head:
    """What is signed. `reached` names each table; `previous` is the SHA-256 of the words of the head before."""

    number: int
    made_at: datetime
    reached: Mapping[str, Reached]
    previous: str


class Unsigned(ValueError):
    """A head is not what was signed, or was signed under another master key."""


def write_head(head: Head, apart: Sequence[str], key: bytes) -> str:
    """Return a head as the JSON text that is kept; how far the tables named `apart` have grown is closed in it."""
    content = {
        "number": head.number,
        "made_at": moment_of(head.made_at),
        "reached": {name: asdict(each) for name, each in head.reached.items() if name not in apart},
        "closed": _closed({name: asdict(head.reached[name]) for name in apart}, head.number, key),
        "previous": head.previous,
    }
    return json.dumps({**content, "signature": _signature(content, key)}, indent=1) + "\n"


def read_head(words: str, keys: Sequence[bytes]) -> Head:
    """Return the head that a text tells; raises `Unsigned` if it is not what one of the keys signed."""
    try:
        content = json.loads(words)
        signature = content.pop("signature")
        key = next((key for key in keys if hmac.compare_digest(_signature(content, key), signature)), None)
    except (ValueError, AttributeError, KeyError, TypeError):
        raise Unsigned("it cannot be read") from None
    if key is None:
        raise Unsigned("its signature is wrong: it was altered, or signed under another master key")
    reached = content["reached"] | _opened(content["closed"], content["number"], key)
    return Head(
        number=content["number"],
        made_at=datetime.fromisoformat(content["made_at"]),
        reached={name: Reached(**each) for name, each in reached.items()},
        previous=content["previous"],
    )


def _signature(content: object, key: bytes) -> str:
    return seal(b"ravi/head/1:" + digest(content).encode(), key)


def _closed(content: object, number: int, key: bytes) -> str:
    nonce = os.urandom(12)
    plain = json.dumps(content).encode().ljust(CLOSED_LENGTH)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, str(number).encode())).decode()


def _opened(closed: str, number: int, key: bytes) -> dict[str, dict[str, object]]:
    kept = base64.b64decode(closed)
    try:
        opened: dict[str, dict[str, object]] = json.loads(
            AESGCM(key).decrypt(kept[:12], kept[12:], str(number).encode())
        )
    except InvalidTag:
        raise Unsigned("what is closed in it cannot be opened") from None
    return opened


def file_name(head: Head) -> str:
    """Return the name of the file of a head: its number and its time, so that a list of files is in their order."""
    return f"head-{head.number:07}-{moment_of(head.made_at)[:19].replace(':', '')}Z.json"


def read_folder(folder: Path) -> dict[str, str]:
    """Return the text of every head that lies in a folder, by file name, in their order."""
    return {path.name: path.read_text(errors="replace") for path in sorted(folder.glob("head-*.json"))}


def _keep(folder: Path, name: str, words: str) -> str:
    """Write a file that was never there before, for reading alone, and return what it holds.

    A head that was written and then not committed is found again here, and stands if it fits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = "-".join(name.split("-")[:2])
    for known in sorted(folder.glob(f"{number}-*.json")):
        return known.read_text()
    half = folder / f".{name}.{os.getpid()}"
    with half.open("w") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    half.chmod(0o444)
    os.link(half, folder / name)
    half.unlink()
    return words


class HeadKeeper:
    """Signs a head every hour, by one process at a time; `apart` are the histories that only one service may read."""

    def __init__(self, tools: Tools, apart: Sequence[type[HistoryRow]]) -> None:
        self._folder, self._key, self._apart = tools.settings.heads_folder, tools.database.evidence_key, apart
        histories: list[type[HistoryRow]] = [HistoryEntry, *apart]
        self._chains: dict[str, tuple[Any, Any]] = {EVENT_LOG: (col(SaidEvent.position), col(SaidEvent.seal))}
        self._chains |= {name_of(each): (col(each.number), col(each.hash)) for each in histories}
        self._due = Deadlines("signed heads", tools.database, tools.clock, self._sign, every_s=LOOK_EVERY_S)

    async def run(self) -> None:
        """Sign for ever; where that fails it is said, tried again, and seen from the age of the last."""
        await self._due.run()

    async def step(self) -> int:
        """Sign a head if one is due; return how many were signed."""
        return await self._due.step()

    async def _sign(self, session: AsyncSession, now: datetime) -> int:
        newest = (await session.exec(select(SignedHead).order_by(col(SignedHead.number).desc()).limit(1))).first()
        if newest is not None and timedelta(0) <= now - newest.made_at < EVERY:
            return 0
        before = self._counted_before(newest)
        known = before.reached if before else {}
        reached = {name: await _reached(session, *columns, known.get(name)) for name, columns in self._chains.items()}
        head = Head((newest.number if newest else 0) + 1, now, reached, digest(newest.words) if newest else FIRST_LINK)
        words = write_head(head, [name_of(each) for each in self._apart], self._key)
        try:
            words = _keep(self._folder, file_name(head), words)
        except OSError as problem:
            logger.error("no head could be signed: %s cannot be written (%s)", self._folder, type(problem).__name__)
            return 0
        head = read_head(words, [self._key])
        if not await self._fits(session, head):
            logger.error("no head could be signed: %s holds those of another database; name another", self._folder)
            return 0
        session.add(SignedHead(number=head.number, made_at=head.made_at, words=words))
        return 1

    async def _fits(self, session: AsyncSession, head: Head) -> bool:
        """Return whether a head is of this database: where it says that a line is, the line is."""
        for name, (number, sealed) in self._chains.items():
            there = head.reached.get(name, Reached())
            found = (await session.execute(select(sealed).where(number == there.position))).scalar_one_or_none()
            if (found or FIRST_LINK) != there.seal:
                return False
        return True

    def _counted_before(self, newest: SignedHead | None) -> Head | None:
        """Return the head before, for its counts; one that another key signed is not believed, and all counted anew."""
        try:
            return read_head(newest.words, [self._key]) if newest else None
        except Unsigned:
            return None


async def _reached(session: AsyncSession, number: Any, sealed: Any, before: Reached | None) -> Reached:
    """Return how far a chain has grown, by two of its columns: what a head has counted before is not counted again."""
    newest = (await session.execute(select(number, sealed).order_by(number.desc()).limit(1))).first()
    if newest is None:
        return Reached()
    before = before or Reached()
    counted = select(func.count()).where(number > before.position, number <= newest[0])
    return Reached(newest[0], newest[1], before.count + (await session.execute(counted)).scalar_one())


async def last_head_at(session: AsyncSession) -> datetime | None:
    """Return when the last head was signed, None if none ever was."""
    return (await session.exec(select(func.max(SignedHead.made_at)))).one()


async def complaint_about_heads(database: Database, now: datetime) -> str | None:
    """Return what is wrong with the signed heads, in words for whoever runs it; None if the last is young enough."""
    async with database.reading() as session:
        last = await last_head_at(session)
    if last is not None and now - last < TOO_OLD:
        return None
    if last is None:
        return "no head of the log was ever signed: see the runbook"
    return f"the last signed head of the log is from {moment_of(last)}: see the runbook"
