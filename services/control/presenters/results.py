"""What a search answers: one line for each record, enough to choose the right building by."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import AwareDatetime

from schemas.risk_register import RiskRecord
from schemas.visit_parts import Part
from schemas.words import LEVEL_WORDS


class Result(Part):
    """One record found. `match` is exact, similar (look twice) or near (with its distance in metres)."""

    premises_id: str
    name: str
    address: str
    postcode: str
    level: int | None
    base_level: int | None
    level_words: str | None
    unverified: int
    match: str
    distance_m: float | None
    easting: float
    northing: float


class Results(Part):
    """The answer to a search: how the question was understood, and the records, best first."""

    query: str
    understood_as: str
    results: tuple[Result, ...]
    more: bool


def level_words(level: int | None) -> str | None:
    """Return a risk level in words, or None where it is unknown."""
    return None if level is None else LEVEL_WORDS[level]


class Change(Part):
    """One of the latest changes, as the front page lists it."""

    premises_id: str
    title: str
    level: int | None
    base_level: int | None
    unverified: int
    shown_at: AwareDatetime


class Report(Part):
    """One unverified crew report, as the front page lists it."""

    premises_id: str
    title: str
    summary: str
    callsign: str
    reported_at: AwareDatetime
    past_its_time: bool


def title(name: str, address: str, postcode: str) -> str:
    """Return a name and address as one line, nothing in it twice, the postcode never broken in two."""
    unbroken = postcode.replace(" ", "\u00a0")
    written = address.replace(postcode, unbroken) if postcode and postcode in address else f"{address}, {unbroken}"
    written = written if postcode else address
    return f"{name}, {written}" if name and not written.startswith(name) else written


def reports(records: Iterable[RiskRecord], now: datetime) -> list[Report]:
    """Return every unverified report of some records, newest first."""
    found = [
        Report(
            premises_id=record.premises.premises_id,
            title=title(record.premises.name, record.premises.address, record.premises.postcode),
            summary=each.summary,
            callsign=each.callsign,
            reported_at=each.reported_at,
            past_its_time=now >= each.expires_at,
        )
        for record in records
        for each in record.unverified
    ]
    return sorted(found, key=lambda report: report.reported_at, reverse=True)
