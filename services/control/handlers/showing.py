"""What control does when something changes: shows records, and the dangers that stand on none, from that moment on."""

from collections.abc import Sequence

from services.control.handlers.to_read import ask_to_read
from services.control.rules.display import Display, News, about
from services.control.rules.watches import Watches
from services.control.store.shown import hold_shown, save_shown
from services.control.store.unsettled import hold_unsettled, save_unsettled
from services.shared.errors import NotYet
from services.shared.transactions import Heard, Work


class Showing:
    """Shows what changed, and asks the watches of its ground to read what they must."""

    def __init__(self, watches: Watches) -> None:
        self._watches = watches

    async def show_changes(self, heard: Sequence[Heard[News]], work: Work) -> None:
        """Show what changed, in the order in which it was heard, and say so; older news never replaces newer."""
        at, of = work.now, about(each.event for each in heard)
        records = await hold_shown(work, of.updated, of.buildings, of.begun)
        display = Display(records, await hold_unsettled(work, of.begun, of.visits, of.named, of.updated))
        for each in work.in_turn(heard):
            for news in display.take_up(each.event, at):
                work.say(news)
        taken = await save_shown(work, display.showings)
        if any(each.premises_id not in taken for each in display.showings):
            raise NotYet("another revision of a record was shown at the same moment")
        await ask_to_read(display.showings, self._watches, work)
        await save_unsettled(work, [display.dangers[visit_id] for visit_id in sorted(display.changed)])
