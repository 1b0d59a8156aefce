"""Entry codes and contacts as somebody sees them who asked for them and said why."""

from datetime import datetime

from pydantic import AwareDatetime

from schemas.visit_parts import Contact, Part
from services.control.handlers.reading import Codes
from services.shared.errors import Refused

CANNOT_OPEN = "the code and contacts cannot be opened: ring the central risk team"


class ReportedCodes(Part):
    """The entry code and contacts that a crew gave in a report nobody has reviewed; not `opened`: they cannot be."""

    callsign: str
    seen_at: AwareDatetime
    visit_id: str
    unit_ref: str | None
    opened: bool
    entry_code: str | None
    contacts: tuple[Contact, ...]


class RevealedCodes(Part):
    """The published entry code and contacts, then those of each crew's report; `held` is false where there are none.

    `opened` is false where published ones are held and cannot be opened.
    """

    premises_id: str
    held: bool
    opened: bool
    entry_code: str | None
    contacts: tuple[Contact, ...]
    reported: tuple[ReportedCodes, ...]
    revealed_at: AwareDatetime


def revealed(premises_id: str, codes: tuple[Codes, ...], at: datetime) -> RevealedCodes:
    """Return codes as they are answered; raises `Refused` if some are held and none can be opened."""
    if codes and all(each.details is None for each in codes):
        raise Refused(CANNOT_OPEN, status=409)
    published = next((each for each in codes if each.report is None), None)
    details = published.details if published else None
    return RevealedCodes(
        premises_id=premises_id,
        held=bool(codes),
        opened=published is None or details is not None,
        entry_code=details.entry_code if details else None,
        contacts=details.contacts if details else (),
        reported=tuple(
            ReportedCodes(
                callsign=each.report.callsign,
                seen_at=each.report.seen_at,
                visit_id=each.report.visit_id,
                unit_ref=each.report.unit_ref,
                opened=each.details is not None,
                entry_code=each.details.entry_code if each.details else None,
                contacts=each.details.contacts if each.details else (),
            )
            for each in codes
            if each.report is not None
        ),
        revealed_at=at,
    )
