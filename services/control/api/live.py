"""The live feed: one listener for the whole process hears of every change shown and tells everybody who watches."""

import asyncio
from dataclasses import dataclass, field

from schemas.control import ControlShown, DangerShown, IncidentChanged, PersonsAtRiskChanged
from services.shared.database import Database
from services.shared.event_log import LoggedEvent, last_position, read_after
from services.shared.messaging.bell import Bell

TOPICS = (ControlShown.topic, DangerShown.topic, IncidentChanged.topic, PersonsAtRiskChanged.topic)
BATCH = 200
# The bell may be missed while the database restarts: look by ourselves so often.
LOOK_ANYWAY_S = 5.0
# A watcher that lags so far behind is cut off; its browser comes back and loads afresh.
MOST_WAITING = 500


@dataclass(eq=False)
class Watcher:
    """One open stream: what it has yet to be told."""

    waiting: asyncio.Queue[LoggedEvent] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    cut_off: bool = False


class LiveFeed:
    """Reads the log when the bell rings, once for the process, and hands each change to every watcher."""

    def __init__(self, database: Database, bell: Bell) -> None:
        self._database = database
        self._woken = bell.subscribe(TOPICS)
        self._watchers: set[Watcher] = set()
        self._position: int | None = None

    def watch(self) -> Watcher:
        """Return a new watcher, which hears of every change from now on."""
        watcher = Watcher()
        self._watchers.add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Forget a watcher."""
        self._watchers.discard(watcher)

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            self._woken.clear()
            if not await self.step():
                try:
                    await asyncio.wait_for(self._woken.wait(), LOOK_ANYWAY_S)
                except TimeoutError:
                    continue

    async def step(self) -> int:
        """Tell the watchers what was said since the last time; return how many changes that was."""
        async with self._database.reading() as session:
            if self._position is None:
                self._position = await last_position(session)
            changes = await read_after(session, self._position, topics=TOPICS, limit=BATCH)
        for change in changes:
            self._position = change.position
            if change.only_for is None:
                self._tell(change)
        return len(changes)

    def _tell(self, change: LoggedEvent) -> None:
        for watcher in self._watchers:
            try:
                watcher.waiting.put_nowait(change)
            except asyncio.QueueFull:
                watcher.cut_off = True
