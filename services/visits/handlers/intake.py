"""The intake: whatever visits are handed in at the same moment are taken together, what is urgent first."""

from collections.abc import Collection, Sequence

from services.shared.errors import Refused
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.service import Tools
from services.shared.together import Together
from services.shared.transactions import Heard, transaction
from services.shared.turns import Turns
from services.visits.handlers.marking import mark_of_content
from services.visits.handlers.submission import UNACCEPTABLE, take_visits
from services.visits.rules.authors import Author
from services.visits.rules.further import all_reasons
from services.visits.rules.intake import HandedIn, handed_in
from services.visits.rules.reading import Reading
from services.visits.rules.story import Taken

# While the database keeps one batch, the next is read, checked and sealed.
AT_ONCE = 2


class Intake:
    """Takes visits, by the form and by the API: so many at a time, and all of those in one transaction."""

    def __init__(self, tools: Tools) -> None:
        self.turns = Turns(tools.settings.intake_at_once, tools.settings.intake_waiting)
        self._tools = tools
        self._together: Together[Heard[HandedIn], Taken] = Together(self._take, AT_ONCE)

    async def __call__(
        self, reading: Reading, sender: Person, correlation_id: str, *, seen: Collection[str] | None = None
    ) -> Taken:
        """Return the receipt of a visit; raises `Refused`, `Conflict` or `WorthASecondLook` if it is not taken.

        `seen` are the remarks that its sender has looked at (None: whoever sends it wants to see none).
        """
        sent = self._handed_in(reading, sender, seen)
        cause = Cause("visits", sender.name, correlation_id)
        async with self.turns.turn(urgent=sent.urgent):
            return await self._together(Heard(sent, cause))

    def _handed_in(self, reading: Reading, sender: Person, seen: Collection[str] | None) -> HandedIn:
        if reading.unreadable:
            raise Refused(reading.unreadable, status=400)
        now, author = self._tools.clock.now(), Author(sender.name, sender.station, sender.watch, sender.roles)
        if reading.submission is None:
            raise Refused(UNACCEPTABLE, all_reasons(reading.content, reading.reasons, author, now))
        mark = mark_of_content(self._tools.vault, reading.submission.submission_id, reading.content_sha256)
        return handed_in(reading.submission, author, reading.content_sha256, mark, now, seen)

    async def _take(self, sent: Sequence[Heard[HandedIn]]) -> list[Taken | Exception]:
        cause = Cause("visits", "visits", "intake")  # each visit is taken under its own
        async with transaction(self._tools.database, self._tools.clock, cause) as work:
            return await take_visits(sent, work, self._tools.vault)
