"""An incident as control has it: what was given of its place, and whether that is the address of the premises."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import hypot

from schemas.visit_parts import Part
from services.control.rules.findable import ranges_in
from services.control.rules.search_words import is_number, other_form, plain, read_words, search_text

LONGEST_NUMBER = 40
NUMBER = r"[A-Za-z0-9][A-Za-z0-9._-]*"
AROUND_M = 200.0
# A point is that of the caller's telephone, or of a door: further off it may be another building.
SAME_PLACE_M = 50.0


class Given(Part):
    """What somebody gave of the place: an id of premises, words as written, or metres on EPSG:27700."""

    premises_id: str | None = None
    written: str = ""
    easting: float | None = None
    northing: float | None = None


@dataclass(frozen=True)
class Incident:
    """One incident. `premises_id` is what its place was taken for, None where that is not beyond doubt."""

    incident_no: str
    given: Given
    callsigns: tuple[str, ...]
    premises_id: str | None
    opened_at: datetime
    opened_by: str
    changed_at: datetime
    changed_by: str
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Return whether it is still going on."""
        return self.closed_at is None


class AddressState(StrEnum):
    """How the address that control has stands to that of the premises."""

    SAME = "SAME"
    DIFFERS = "DIFFERS"
    NOT_PROVEN = "NOT_PROVEN"


@dataclass(frozen=True)
class AddressCheck:
    """How the two addresses stand to each other, and in words what differs or why nothing is proven."""

    state: AddressState
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownAddress:
    """A premises as the gazetteer has it. Easting and northing are metres on EPSG:27700."""

    premises_id: str
    name: str
    address: str
    postcode: str
    known_as: str = ""
    easting: float | None = None
    northing: float | None = None


def reasons_to_refuse_number(number: str) -> tuple[str, ...]:
    """Return why this cannot be an incident number, or nothing.

    Policy: docs/interfaces.md, section 4: letters, figures, points and dashes, so that it can stand in an address.
    """
    if not number:
        return ("Enter the incident number, as the mobilising system gives it",)
    if len(number) > LONGEST_NUMBER or not re.fullmatch(NUMBER, number, re.ASCII):
        return (f"The incident number has letters, figures, points and dashes only, at most {LONGEST_NUMBER}",)
    return ()


def opened(before: Incident | None, news: Incident) -> Incident:
    """Return an incident with what is given of it now; who opened it and when stays, and a callsign once sent.

    Policy: docs/domain/4.5.md, incident link; a mobilising system may send the same incident again.
    """
    if before is None:
        return news
    callsigns = tuple(dict.fromkeys((*before.callsigns, *news.callsigns)))
    same = replace(news, opened_at=before.opened_at, opened_by=before.opened_by, callsigns=callsigns)
    settled = replace(same, changed_at=before.changed_at, changed_by=before.changed_by, closed_at=before.closed_at)
    return before if settled == before else same


def ended(before: Incident, now: datetime, by: str, *, again: bool) -> Incident:
    """Return an incident closed, or opened again; as it was if it stands so already.

    Policy: docs/domain/4.5.md; every action has a way back.
    """
    if before.is_open == again:
        return before
    return replace(before, changed_at=now, changed_by=by, closed_at=None if again else now)


def check_address(given: Given, known: KnownAddress | None) -> AddressCheck:
    """Return whether what was given is proven to be the address of the premises, or where the two differ.

    Policy: docs/domain/2.md, feature 21: proven equal or shown to differ, never taken for granted.
    """
    if known is None:
        return AddressCheck(AddressState.NOT_PROVEN, ("which premises it is at is not settled",))
    differences = (*_in_words(given.written, known), *_in_place(given, known))
    if differences:
        return AddressCheck(AddressState.DIFFERS, differences)
    if not given.written and given.easting is None:
        return AddressCheck(AddressState.NOT_PROVEN, ("only the premises id was given, and no address to compare",))
    if not given.written:
        return AddressCheck(AddressState.NOT_PROVEN, ("only a point was given: more than one address may lie there",))
    return AddressCheck(AddressState.SAME)


def _in_words(written: str, known: KnownAddress) -> Iterable[str]:
    asked = read_words(written)
    has = search_text(f"{known.name} {known.known_as}", known.address, known.postcode, known.premises_id).split()
    ranges = ranges_in(f"{known.name} {known.address}")
    postcodes = asked.postcodes()
    extra = [word for word in asked.words if not _answered(word, has, ranges)]
    if wrong := [word for word in extra if word in postcodes]:
        yield f"the postcode given, {_spaced(wrong[0])}, is not {known.postcode or 'in the gazetteer'}"
    if numbers := [word for word in extra if is_number(word)]:
        yield f"the number given, {', '.join(numbers)}, is not in the address of the premises"
    if words := [word for word in extra if word not in postcodes and not is_number(word)]:
        yield f"not in the address of the premises: {', '.join(words)}"


def _answered(word: str, has: list[str], ranges: list[tuple[int, int]]) -> bool:
    if word in has or (other_form(word) or "") in has or plain(word) in has:
        return True
    return word.isdecimal() and any(low <= int(word) <= high for low, high in ranges)


def _in_place(given: Given, known: KnownAddress) -> Iterable[str]:
    if given.easting is None or given.northing is None or known.easting is None or known.northing is None:
        return
    away_m = hypot(given.easting - known.easting, given.northing - known.northing)
    if away_m > SAME_PLACE_M:
        yield f"the point given lies {away_m:,.0f} m from the premises"


def _spaced(postcode: str) -> str:
    return f"{postcode[:-3]} {postcode[-3:]}".upper()
