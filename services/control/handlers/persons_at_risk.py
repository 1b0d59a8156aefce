"""What control does with the persons at risk of an incident: it keeps what operators said of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from schemas.control import PersonsAtRiskChanged
from services.control.handlers.incidents import NOT_KNOWN
from services.control.rules.persons_at_risk import Entry, NotTaken, take
from services.control.store.incidents import hold_incident
from services.control.store.persons_at_risk import find_entries, last_entry, save_entries
from services.shared.errors import NotFound
from services.shared.transactions import Work


@dataclass(frozen=True)
class KeepEntries:
    """What was said of the callers of one incident."""

    incident_no: str
    entries: Sequence[Entry]


async def keep_entries(command: KeepEntries, work: Work) -> tuple[NotTaken, ...]:
    """Keep what is new of what was said, and return what was not taken. Others hear that there is something, not what.

    No note goes into the history that all read: each entry is its own, with its author and time.
    """
    incident = await hold_incident(work, command.incident_no)
    if incident is None:
        raise NotFound(NOT_KNOWN)
    ids = {name for each in command.entries for name in (each.entry_id, *each.based_on)}
    taken = take(command.entries, await find_entries(work, command.incident_no, sorted(ids)), incident.closed_at)
    if taken.new:
        last = await last_entry(work, command.incident_no)
        numbered = [replace(each, position=last + number) for number, each in enumerate(taken.new, 1)]
        await save_entries(work, command.incident_no, numbered)
        work.say(PersonsAtRiskChanged(incident_no=command.incident_no, changed_at=work.now))
    return taken.not_taken
