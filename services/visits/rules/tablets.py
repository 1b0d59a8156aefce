"""What is known of a crew's tablet, who looks after it, and what may become of it once it is lost."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from schemas.vocabulary import Role

SEEN_EVERY = timedelta(minutes=10)
# A sign-in lasts 12 hours at a browser; what is older has ended.
SIGN_INS_KEPT = timedelta(hours=24)
MOST_SIGN_INS = 100
SHORTEST_REASON, LONGEST_REASON = 5, 200

NO_SUCH_TABLET = "there is no such tablet, or it is not of your station"
REPORTED_ALREADY = "this tablet was reported lost already: load the list again"
NOT_REPORTED = "this tablet is not reported lost: load the list again"
EMPTIED_ALREADY = "this tablet has been emptied already: whoever has it signs in and sets it up again, as a new tablet"

_ID = re.compile(r"TAB-[0-9A-F]{10}")


class TabletState(StrEnum):
    """Where a tablet stands."""

    IN_USE = "IN_USE"
    LOST = "LOST"
    EMPTIED = "EMPTIED"


@dataclass(frozen=True)
class Tablet:
    """One tablet; `station` is that of who used it last, `emptied_at` when it said that it had emptied itself.

    `sign_ins` are those seen on it, by their hash, each with when it was first seen there.
    """

    tablet_id: str
    station: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    sign_ins: Mapping[str, datetime]
    lost_at: datetime | None = None
    lost_by: str | None = None
    lost_why: str | None = None
    emptied_at: datetime | None = None

    @property
    def name(self) -> str:
        """What people call it: six characters of its id, such as "3F2-A9C"; the app's menu shows the same."""
        return f"{self.tablet_id[4:7]}-{self.tablet_id[7:10]}"

    @property
    def state(self) -> TabletState:
        """Where it stands."""
        if self.lost_at is None:
            return TabletState.IN_USE
        return TabletState.EMPTIED if self.emptied_at else TabletState.LOST


def is_tablet_id(written: str) -> bool:
    """Return whether a tablet may have named itself so."""
    return _ID.fullmatch(written) is not None


def seen(known: Tablet | None, tablet_id: str, station: str | None, sign_in: str, now: datetime) -> tuple[Tablet, bool]:
    """Return a tablet as it is known once somebody has used it, and whether that is anything to keep.

    Policy: docs/decisions/0028. Kept at most every ten minutes, and at once for a sign-in that is new on it.
    """
    if known is None:
        return Tablet(tablet_id, station, now, now, {sign_in: now}), True
    if sign_in in known.sign_ins and now - known.last_seen_at < SEEN_EVERY:
        return known, False
    lasting = {each: at for each, at in known.sign_ins.items() if now - at < SIGN_INS_KEPT} | {
        sign_in: known.sign_ins.get(sign_in, now)
    }
    newest = dict(sorted(lasting.items(), key=lambda each: each[1])[-MOST_SIGN_INS:])
    return replace(known, station=station, last_seen_at=now, sign_ins=newest), True


def stations_kept_by(roles: Collection[str], station: str | None) -> frozenset[str] | None:
    """Return the stations whose tablets somebody looks after; None for all of them.

    Policy: docs/decisions/0028.
    """
    if Role.ADMINISTRATOR in roles:
        return None
    return frozenset({station} if station and Role.OFFICER_IN_CHARGE in roles else ())


def is_kept_by(tablet: Tablet, roles: Collection[str], station: str | None) -> bool:
    """Return whether somebody looks after a tablet."""
    stations = stations_kept_by(roles, station)
    return stations is None or tablet.station in stations


def reported_lost(tablet: Tablet, by: str, why: str, now: datetime) -> Tablet | str:
    """Return a tablet as reported lost, or why it cannot be."""
    if tablet.state is not TabletState.IN_USE:
        return REPORTED_ALREADY
    return replace(tablet, lost_at=now, lost_by=by, lost_why=why)


def found_again(tablet: Tablet) -> Tablet | str:
    """Return a tablet as it was before it was reported lost, or why that is over: it has emptied itself."""
    if tablet.state is TabletState.LOST:
        return replace(tablet, lost_at=None, lost_by=None, lost_why=None)
    return EMPTIED_ALREADY if tablet.state is TabletState.EMPTIED else NOT_REPORTED


def emptied(tablet: Tablet, now: datetime) -> Tablet | None:
    """Return a lost tablet as emptied, by its own word; None where that is no news."""
    return replace(tablet, emptied_at=now) if tablet.state is TabletState.LOST else None
