"""Who may send a visit in whose name: the officer who led it, or the officer in charge of that officer."""

from dataclasses import dataclass

from schemas.visits import Sender, VisitForm
from schemas.vocabulary import Role
from services.shared.errors import FieldReason

SIGN_IN_AS_LEAD = (
    "this is not the officer who is signed in: sign in as the officer who led the visit, "
    "or ask your officer in charge to send it"
)
NAME_YOUR_STATION = (
    "this is not the station of your sign-in: name your own station, "
    "or ask your administrator to change it if you have moved"
)
OTHER_STATION = (
    "this is not your station: you send visits for officers of your own station only, "
    "so ask the officer in charge of the other station to send it"
)
OTHER_WATCH = (
    "this is not your watch: you send visits for officers of your own watch only, "
    "so ask the officer in charge of the other watch to send it"
)


@dataclass(frozen=True)
class Author:
    """Who is signed in and sends a visit; station and watch are None where the sign-in does not say them."""

    name: str
    station: str | None = None
    watch: str | None = None
    roles: tuple[str, ...] = ()

    def as_sender(self) -> Sender:
        """Return the same as it travels with the visit; roles that are not of this service are left out."""
        known = {role.value for role in Role}
        return Sender(
            name=self.name, station=self.station, roles=tuple(Role(role) for role in self.roles if role in known)
        )


def reasons_to_refuse_author(visit: VisitForm, author: Author) -> tuple[FieldReason, ...]:
    """Return why somebody may not send a visit as it names its lead officer, station and watch; empty if they may.

    The officer who led sends it, from their own station; an officer in charge sends it for an officer of their own
    station and watch. A sign-in without a station may name any station, and one without a watch any watch, but
    nobody's officer in charge is known by it.

    Policy: docs/domain/4.6.md, who sends a visit in whose name.
    """
    if visit.lead_officer_id == author.name:
        return _not_theirs("/station", visit.station, author.station, NAME_YOUR_STATION)
    if Role.OFFICER_IN_CHARGE not in author.roles or author.station is None:
        return (
            FieldReason("/lead_officer_id", SIGN_IN_AS_LEAD),
            *_not_theirs("/station", visit.station, author.station, NAME_YOUR_STATION),
        )
    return (
        *_not_theirs("/station", visit.station, author.station, OTHER_STATION),
        *_not_theirs("/watch", visit.watch, author.watch, OTHER_WATCH),
    )


def _not_theirs(pointer: str, named: str, own: str | None, words: str) -> tuple[FieldReason, ...]:
    return () if own is None or named == own else (FieldReason(pointer, words),)
