"""What is kept of a revision of a risk record when it is shown: the record, and all that it is listed and found by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.risk_register import RiskRecord
from services.control.rules.dangers import gravest_of
from services.control.rules.device_pack import ground_of
from services.control.rules.findable import findable
from services.control.rules.reports import level_if_published
from services.control.rules.search_words import search_text


@dataclass(frozen=True)
class Showing:
    """One revision of a record, shown from a moment on; `words` are those of the index."""

    premises_id: str
    revision: int
    version: int
    name: str
    address: str
    postcode: str
    parent_id: str | None
    search_text: str
    name_key: str
    line_key: str
    order_key: str
    words: tuple[str, ...]
    easting: float
    northing: float
    level: int | None
    base_level: int | None
    level_if_published: int | None
    unverified: int
    because_of_visit: str | None
    record: RiskRecord
    shown_at: datetime
    gravity: int
    danger: Mapping[str, Any] | None
    danger_at: datetime | None
    station: str | None


def showing_of(record: RiskRecord, because_of_visit: str | None, at: datetime) -> Showing:
    """Return what is shown of a premises from a moment on because its record changed.

    Policy: docs/interfaces.md, section 4; docs/domain/4.5.md.
    """
    premises, score, gravest = record.premises, record.score, gravest_of(record)
    written = (premises.name, premises.address, premises.postcode)
    found_by = findable(premises.premises_id, *written)
    return Showing(
        premises_id=premises.premises_id,
        revision=record.revision,
        version=record.version,
        name=premises.name,
        address=premises.address,
        postcode=premises.postcode,
        parent_id=premises.parent_id,
        search_text=search_text(*written, premises.premises_id),
        name_key=found_by.name_key,
        line_key=found_by.line_key,
        order_key=found_by.order_key,
        words=found_by.words,
        easting=premises.place.easting,
        northing=premises.place.northing,
        level=score.effective_level if score else None,
        base_level=score.base_level if score else None,
        level_if_published=level_if_published(record),
        unverified=len(record.unverified),
        because_of_visit=because_of_visit,
        record=record,
        shown_at=at,
        gravity=gravest.gravity if gravest else 0,
        danger=gravest.as_kept() if gravest else None,
        danger_at=gravest.reported_at if gravest else None,
        station=ground_of(record),
    )


def newest(showings: Iterable[Showing]) -> list[Showing]:
    """Return the newest revision of each premises, in the order of their ids.

    Policy: docs/house.md, section 3: older news never replaces newer.
    """
    by_id = {each.premises_id: each for each in sorted(showings, key=lambda each: each.revision)}
    return [by_id[premises_id] for premises_id in sorted(by_id)]
