"""Make what has arrived fit to be seen: scanned, upright, without what the camera added; then say that it is."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from schemas.visits import MediaReceived
from services.shared.database import is_out_of_reach
from services.shared.event_log import Cause
from services.shared.kept_files import FilesAway
from services.shared.service import Tools, Trouble
from services.shared.telemetry import MEDIA_PREPARED
from services.shared.transactions import Work, transaction
from services.shared.turns import Turns
from services.visits.gateways.media_folder import Form, MediaFolder
from services.visits.gateways.pictures import NotAPicture, Picture, made_fit
from services.visits.gateways.scanner import ScannerAway, is_infected
from services.visits.rules.media import Medium, MediumState, Prepared, Scanned, is_a_picture, key_id_of, pause_s
from services.visits.store.media import list_settled, put_back, save_prepared, take_one
from services.visits.store.visits import find_received

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
# Most of the time that one takes is waiting for the disk, and for the database to have kept something.
AT_ONCE = 3
TAKEN_FOR = timedelta(minutes=5)
# What may be away, and what operators are told then.
AWAY: dict[type[Exception], tuple[str, str]] = {
    ScannerAway: (
        "virus scanner",
        "the virus scanner does not answer: photographs and plans wait unseen until it does",
    ),
    FilesAway: (
        "photographs and plans",
        "where they are kept does not answer or takes none: what is sent is safe on this machine's disk and waits "
        "unseen, and what is kept cannot be looked at, until it does",
    ),
}


class Preparing:
    """Prepares files for one process; what a crash leaves undone is taken up again by its row.

    Where many wait, some are prepared at once, but one picture is unpacked at a time: a large one fills the memory. It
    rests while there are many at the turns that go `before`.
    """

    def __init__(self, tools: Tools, folder: MediaFolder, before: Turns) -> None:
        self._before = before
        self._tools = tools
        self._folder = folder
        self._cause = Cause("visits", "visits", "preparing")
        self._away: dict[type[Exception], Trouble] = {}
        self._failures = 0
        self._unpacking = asyncio.Lock()
        self.arrived = asyncio.Event()
        for state in MediumState:
            MEDIA_PREPARED.labels(state.value)  # so that the first of its kind is seen to have been added

    async def troubles(self) -> list[Trouble]:
        """Return that files wait because the scanner is away, or where they are kept, if they do."""
        return [*self._away.values()]

    def note_away(self, problem: Exception) -> None:
        """Note that the scanner does not answer, or where files are kept: it is tried again until it does."""
        part, words = AWAY[type(problem)]
        logger.warning("%s out of reach (%s): files wait", part, getattr(problem, "reason", problem))
        self._away.setdefault(type(problem), Trouble(part, words, self._tools.clock.now()))
        self.arrived.set()

    async def run(self) -> None:
        """Prepare what arrives, for as long as the service runs."""
        done = False
        while True:
            self.arrived.clear()
            try:
                done = not self._before.is_busy and await self._prepare_some(AT_ONCE if done else 1)
            except Exception as problem:
                if not is_out_of_reach(problem):
                    raise
                done = False
            if self._away:
                await asyncio.sleep(pause_s(self._failures))
                self._failures += 1
                continue
            self._failures = 0
            if not done:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.arrived.wait(), LOOK_EVERY_S)

    async def tidy(self) -> None:
        """Throw away what was sent and is kept elsewhere by now: a crash may have left it."""
        arriving = await asyncio.to_thread(self._folder.list_arriving)
        async with self._tools.database.reading() as session:
            settled = await list_settled(session, [visit_id for visit_id, _ in arriving])
        for visit_id, sha256 in settled.intersection(arriving):
            await asyncio.to_thread(self._folder.arriving(visit_id, sha256).forget)

    async def _prepare_some(self, count: int) -> bool:
        """Prepare so many at once; return whether there was one. Each is finished, whatever becomes of the others."""
        done = await asyncio.gather(*(self.prepare_one() for _ in range(count)), return_exceptions=True)
        problems = sorted((each for each in done if isinstance(each, BaseException)), key=is_out_of_reach)
        if problems:
            raise problems[0]
        return True in done

    async def prepare_one(self) -> bool:
        """Prepare the file that has waited longest; return whether there was one and it could be dealt with."""
        async with transaction(self._tools.database, self._tools.clock, self._cause) as work:
            medium = await take_one(work, work.now + TAKEN_FOR)
        if medium is None:
            await self._try_again()
            return False
        data_key = self._tools.vault.fresh_key()
        try:
            prepared = await self._prepared(medium, data_key)
        except (ScannerAway, FilesAway) as away:
            self.note_away(away)
            async with transaction(self._tools.database, self._tools.clock, self._cause) as work:
                # Longer than the pause: if it is the fault of this one file, the others go on.
                await put_back(work, medium, work.now + timedelta(seconds=2 * pause_s(self._failures)))
            return False
        self._away.clear()
        async with transaction(self._tools.database, self._tools.clock, self._cause) as work:
            await self._settle(medium, prepared, data_key, work)
        MEDIA_PREPARED.labels(prepared.state.value).inc()
        await asyncio.to_thread(self._folder.arriving(medium.visit_id, medium.sha256).forget)
        return True

    async def _try_again(self) -> None:
        """With nothing to prepare, see whether files can be kept again that could not be."""
        if FilesAway not in self._away:
            return
        try:
            await asyncio.to_thread(self._folder.try_out)
        except FilesAway as away:
            self.note_away(away)
        else:
            self._away.pop(FilesAway, None)

    async def _settle(self, medium: Medium, prepared: Prepared, data_key: bytes, work: Work) -> None:
        """Keep what a file has come to and the key of its original, and say that it may be seen, if it may."""
        if not await save_prepared(work, medium, prepared, work.now):
            return
        await self._tools.vault.keep_key(work, key_id_of(medium), f"visit/{medium.visit_id}", data_key)
        work.note(f"visit/{medium.visit_id}", "media prepared", file=medium.sha256, state=prepared.state.value)
        if prepared.state is not MediumState.READY or medium.contains_people:
            return
        listed = (await find_received(work, [medium.visit_id]))[medium.visit_id].listed[medium.sha256]
        told = prepared.as_told() | listed.as_told()
        work.say(
            MediaReceived(
                visit_id=medium.visit_id, sha256=medium.sha256, mime=medium.mime, received_at=medium.received_at, **told
            )
        )

    async def _prepared(self, medium: Medium, data_key: bytes) -> Prepared:
        """Return what a file has come to; its original is sealed word for word whatever that is."""
        file = self._folder.arriving(medium.visit_id, medium.sha256)
        if not await asyncio.to_thread(lambda: file.length):
            logger.error("a file that arrived is no longer in the folder of media, or opens with no key known here")
            return Prepared(MediumState.UNREADABLE, Scanned.NOT_SCANNED)
        clamd = self._tools.settings.clamd
        infected = bool(clamd) and await is_infected(clamd, file.pieces())
        await asyncio.to_thread(self._seal, medium, Form.ORIGINAL, file.pieces(), data_key)
        if infected:
            logger.error("a file of a visit is infected: it is sealed and shown to nobody")
            return Prepared(MediumState.INFECTED, Scanned.INFECTED)
        scanned = Scanned.CLEAN if clamd else Scanned.NOT_SCANNED
        content = await asyncio.to_thread(lambda: b"".join(file.pieces()))
        if not is_a_picture(medium.mime):
            await asyncio.to_thread(self._keep, medium, Form.SHOWN, content, data_key)
            return Prepared(MediumState.READY, scanned, len(content))
        try:
            async with self._unpacking:
                picture = await asyncio.to_thread(made_fit, content, medium.mime)
        except NotAPicture:
            return Prepared(MediumState.UNREADABLE, scanned)
        await asyncio.to_thread(self._keep_picture, medium, picture, data_key)
        return Prepared(MediumState.READY, scanned, len(picture.shown), picture.width, picture.height)

    def _keep_picture(self, medium: Medium, picture: Picture, data_key: bytes) -> None:
        self._keep(medium, Form.SHOWN, picture.shown, data_key)
        self._keep(medium, Form.SMALL, picture.small, data_key)
        self._seal(medium, Form.DETAILS, iter([picture.details]), data_key)

    def _keep(self, medium: Medium, form: Form, content: bytes, data_key: bytes) -> None:
        """Keep what is shown: closed, if it shows people."""
        if medium.contains_people:
            self._seal(medium, form, iter([content]), data_key)
        else:
            self._folder.show(medium.visit_id, medium.sha256, form, content)

    def _seal(self, medium: Medium, form: Form, pieces: Iterator[bytes], data_key: bytes) -> None:
        self._folder.seal(medium.visit_id, medium.sha256, form, pieces, data_key)
