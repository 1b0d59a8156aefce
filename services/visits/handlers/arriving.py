"""Take the photographs, plans and scans of visits as they come, part by part: each once, whole, as it was listed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

from services.shared.errors import Conflict, NotFound, Refused
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.turns import Turns
from services.shared.waiting_files import Appending, InUse, WaitingFile
from services.visits.gateways.media_folder import MediaFolder
from services.visits.rules.media import LONGEST_BEGINNING, Bytes, Listed, Medium, begins_as, may_send_media
from services.visits.store.media import find_listed, find_medium, save_arrived

NOT_YOURS = "there is no such visit, or its photographs are not yours to send"
NOT_LISTED = "this visit lists no file with this hash: send what it lists, or list it with a visit of its own"
OTHER_HASH = "the whole has another hash than its address says, so nothing of it was kept: send it again from the start"
OTHER_SIZE = "this is not as long as the visit lists it: list it with its true size, in a visit of its own"
OTHER_KIND = "this is not the kind of file that the visit lists: a photograph is JPEG or PNG, a plan PDF or GLB"
TOO_MUCH = "more came than the range says: send the rest from the offset held"
ELSEWHERE = "another part of this file is being taken: send the rest from the offset held"


class WrongOffset(Conflict):
    """A part does not begin where the last one that is held ends: its sender goes on from the offset held."""

    kind = "wrong-offset"
    title = "Go on from the offset held"

    def __init__(self, offset: int, words: str = "send the rest from the offset held") -> None:
        super().__init__(words)
        self.offset = offset


class WrongKind(Refused):
    """A file is of another kind than the visit lists."""

    kind = "unsupported-media-type"
    title = "This address takes photographs, plans and scans"

    def __init__(self) -> None:
        super().__init__(OTHER_KIND, status=415)


@dataclass(frozen=True)
class Held:
    """How much of a file is held, in bytes; whether that is the whole, and whether it became so just now."""

    offset: int
    is_whole: bool = False
    is_new: bool = False


@dataclass(eq=False)
class _Turn:
    """Who is taking a file at the moment, and how they are asked to make room for who comes after."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    limit: asyncio.Timeout | None = None
    waiting: int = 0
    times: int = 0


class Arrivals:
    """Takes files for one process. Of two who send the same one, the later goes on where the earlier has got to.

    `arrived` is set when one is whole. The database is asked `in_turn`: a danger is acted on before it is looked at, so
    visits that are being taken go first. Whoever begins may be turned away, whoever has sent bytes is not. A tablet
    that has lost its line comes again before we see that it was lost: it does not wait for itself.
    """

    def __init__(self, tools: Tools, folder: MediaFolder, arrived: asyncio.Event, in_turn: Turns) -> None:
        self._in_turn = in_turn
        self._arrived = arrived
        self._tools = tools
        self._folder = folder
        self._turns: WeakValueDictionary[tuple[str, str], _Turn] = WeakValueDictionary()

    async def listed(self, visit_id: str, sha256: str, sender: Person, *, brings: bool) -> Listed:
        """Return what somebody may send; raises `NotFound` if it is not their visit, `Refused` if it lists no such.

        Raises `Busy` if there is no room: nothing of the file has been taken then. There is more of it for who `brings`
        bytes than for who asks whether to: on a weak line they would be sent for nothing.
        """
        with self._in_turn.inside(urgent=brings):
            async with self._in_turn.turn(), self._tools.database.reading() as session:
                people, listed = await find_listed(session, visit_id, sha256)
        if not may_send_media(sender.name, people):
            raise NotFound(NOT_YOURS)
        if listed is None:
            raise Refused(NOT_LISTED)
        return listed

    async def held(self, listed: Listed, cause: Cause) -> Held:
        """Return how much of a file is held; what came whole and was never checked, as we stopped then, is now."""
        file = self._folder.arriving(listed.visit_id, listed.sha256)
        held = await self._so_far(listed, file)
        if held.is_whole or held.offset < listed.size:
            return held
        async with self._alone(listed) as turn:
            return await self._finished(await self._as_now(listed, turn), file, cause)

    async def take(self, listed: Listed, part: Bytes, parts: AsyncIterator[bytes], cause: Cause) -> Held:
        """Take a part and return how much is held then; what came before the line was cut stays.

        Raises `WrongOffset` if it begins elsewhere, `Refused` if the whole is not what was listed.
        """
        if (part.total or listed.size) != listed.size or (part.is_whole and (part.count or listed.size) != listed.size):
            raise Refused(OTHER_SIZE)
        file = self._folder.arriving(listed.visit_id, listed.sha256)
        async with self._alone(listed) as turn:
            listed = await self._as_now(listed, turn)
            held = await self._finished(listed, file, cause)
            if held.is_whole:
                return held
            if not part.is_whole and part.begins != held.offset:
                raise WrongOffset(held.offset)
            await self._write(listed, part, parts, turn)
            return await self._finished(listed, file, cause)

    async def _write(self, listed: Listed, part: Bytes, parts: AsyncIterator[bytes], turn: _Turn) -> None:
        file = self._folder.arriving(listed.visit_id, listed.sha256)
        try:
            appending = await asyncio.to_thread(file.append)
        except InUse:
            raise WrongOffset(file.length, ELSEWHERE) from None
        with appending:
            over = appending.length if part.is_whole else 0
            left = (listed.size if part.count is None else part.count) - over
            try:
                async for piece in _until_asked(parts, turn):
                    passed, over = piece[over:], max(0, over - len(piece))
                    await _append(appending, passed[:left])
                    left -= len(passed)
                    if left < 0:
                        raise Refused(TOO_MUCH, status=400)
            except TimeoutError:
                raise WrongOffset(appending.length, ELSEWHERE) from None
            await asyncio.to_thread(appending.keep)

    async def _as_now(self, listed: Listed, turn: _Turn) -> Listed:
        """Return what is known of a file now that its turn has come: nothing new, unless somebody has just had one."""
        if turn.times == 1:
            return listed
        async with self._in_turn.turn(urgent=True), self._tools.database.reading() as session:
            return replace(listed, is_here=bool(await find_medium(session, listed.visit_id, listed.sha256)))

    async def _so_far(self, listed: Listed, file: WaitingFile) -> Held:
        if listed.is_here:
            return Held(listed.size, is_whole=True)
        return Held(await asyncio.to_thread(lambda: file.length))

    async def _finished(self, listed: Listed, file: WaitingFile, cause: Cause) -> Held:
        """Keep that a file arrived, if all of it is here and it is what was listed; otherwise return how much is."""
        held = await self._so_far(listed, file)
        if held.is_whole or held.offset < listed.size:
            return held
        await asyncio.to_thread(_look_at, file, listed)
        async with (
            self._in_turn.turn(urgent=True),
            transaction(self._tools.database, self._tools.clock, cause) as work,
        ):
            told = (listed.visit_id, listed.sha256, listed.mime, listed.size, listed.contains_people)
            await save_arrived(work, Medium(*told, received_at=work.now, received_by=cause.actor))
        self._arrived.set()
        return Held(listed.size, is_whole=True, is_new=True)

    @asynccontextmanager
    async def _alone(self, listed: Listed) -> AsyncIterator[_Turn]:
        """Give a turn at a file; whoever has it is asked to stop where they are."""
        turn = self._turns.setdefault((listed.visit_id, listed.sha256), _Turn())
        if turn.limit is not None:
            turn.limit.reschedule(asyncio.get_running_loop().time())
        turn.waiting += 1
        async with turn.lock:
            turn.waiting -= 1
            turn.times += 1
            yield turn


def _look_at(file: WaitingFile, listed: Listed) -> None:
    """Hold a file that came whole to what was listed; if it is something else, it is thrown away, and refused."""
    refusal = None
    if file.sha256() != listed.sha256:
        refusal = Refused(OTHER_HASH)
    elif not begins_as(listed.mime, file.first(LONGEST_BEGINNING)):
        refusal = WrongKind()
    if refusal:
        file.forget()
        raise refusal


async def _append(file: Appending, piece: bytes) -> None:
    """Add a piece beside the work of the loop; what has begun is finished, whoever is called off meanwhile."""
    writing = asyncio.ensure_future(asyncio.to_thread(file.write, piece))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait([writing])
        raise


async def _until_asked(parts: AsyncIterator[bytes], turn: _Turn) -> AsyncIterator[bytes]:
    """Give the parts of a body until the last, or until somebody else wants the turn: then it is a `TimeoutError`."""
    while True:
        if turn.waiting:
            raise TimeoutError
        try:
            async with asyncio.timeout(None) as limit:
                turn.limit = limit
                piece = await anext(parts, None)
        finally:
            turn.limit = None
        if piece is None:
            return
        yield piece
