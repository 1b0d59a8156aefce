"""What control does about reading: asks each watch to have read what changed, and keeps who acknowledged it."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.control.rules.reading import Channel, channel_of
from services.control.rules.showing import Showing
from services.control.rules.to_read import asked_because_of, may_take_back, watches_to_choose
from services.control.rules.watches import Watches
from services.control.store.to_read import (
    OwedLine,
    OwedOf,
    hold_owed,
    list_grounds,
    save_acknowledgement,
    save_owed,
)
from services.shared.errors import FieldReason, NotFound, Refused
from services.shared.identity import NotAllowed, Person
from services.shared.transactions import Work

NO_STATION = "your sign-in names no station: ask your administrator to add it"
OTHER_WATCH = "choose your own watch: you answer for no other"
NOT_ASKED = "your watch is not asked to read this: load the list of what is to be read again"
NEWER = "this has changed since, or need not be read any more: load the record again, and read what it says now"
NOT_OPENED = "open the record first: nobody can have read what was not on their screen"
READ_ALREADY = "somebody of your watch has acknowledged this already"
NOT_READ = "nobody has acknowledged this: there is nothing to take back"
TOO_LATE = "only who acknowledged it, or an officer in charge, can take it back, and only on the same day"


@dataclass(frozen=True)
class ReadCommand:
    """Who says of which record that their watch has read it, or takes that back; `through` is where they say so."""

    person: Person
    premises_id: str
    revision: int
    watch: str
    through: Channel = Channel.PAGE


async def ask_to_read(showings: Sequence[Showing], watches: Watches, work: Work) -> None:
    """Ask the watches of the ground to read what is shown now, where that matters."""
    if not showings:
        return
    grounds = await list_grounds(work, {each.premises_id for each in showings})
    owed, ended = asked_because_of(showings, grounds, watches, work.now)
    await save_owed(work, owed, ended, work.now)


async def acknowledge(command: ReadCommand, watches: Watches, work: Work) -> OwedLine:
    """Keep that a watch has read a record, if who says so had it on a screen; raises saying what is wrong."""
    owed = await _hold(command, watches, work)
    if owed.is_ended:
        raise Refused(NEWER, status=409)
    if owed.acknowledged_at is not None:
        raise Refused(READ_ALREADY, status=409)
    if owed.opened_version is None:
        raise Refused(NOT_OPENED, status=409)
    person, channel = command.person, channel_of(command.person.roles, command.through)
    await save_acknowledgement(work, owed.of, work.now, person.name, channel, owed.opened_version)
    about = {"version": owed.opened_version, "station": owed.of.station, "watch": owed.of.watch}
    work.note(f"premises/{owed.of.premises_id}", "acknowledged as read", **about)
    return owed


async def take_back(command: ReadCommand, watches: Watches, work: Work) -> OwedLine:
    """Take an acknowledgement back on the day it was given: the watch is asked again; that it was given stays kept."""
    owed = await _hold(command, watches, work)
    if owed.is_ended:
        raise Refused(NEWER, status=409)
    if owed.acknowledged_at is None:
        raise Refused(NOT_READ, status=409)
    person = command.person
    if not may_take_back(owed.acknowledged_by, owed.acknowledged_at, person.name, person.roles, work.now):
        raise NotAllowed(TOO_LATE)
    await save_acknowledgement(work, owed.of, None, None, None, None)
    about = {"version": owed.acknowledged_version, "station": owed.of.station, "watch": owed.of.watch}
    work.note(f"premises/{owed.of.premises_id}", "acknowledgement taken back", **about)
    return owed


async def _hold(command: ReadCommand, watches: Watches, work: Work) -> OwedLine:
    person, station = command.person, command.person.station
    if not station:
        raise NotAllowed(NO_STATION)
    of_own = watches_to_choose(watches.of(station), person.watch)
    watch = next((each for each in of_own if each.value == command.watch.strip().upper()), None)
    if watch is None:
        raise Refused(OTHER_WATCH, (FieldReason("/watch", OTHER_WATCH),))
    owed = await hold_owed(work, OwedOf(command.premises_id, command.revision, station, watch), person.name)
    if owed is None:
        raise NotFound(NOT_ASKED)
    return owed
