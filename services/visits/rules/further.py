"""What else has to be mended in a visit that does not even fit the form, so that a crew mends all of it at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from schemas.visits import VisitSubmission
from services.shared.errors import FieldReason
from services.visits.rules.authors import Author
from services.visits.rules.one_size import closed_parts
from services.visits.rules.order import in_page_order
from services.visits.rules.refusals import every_reason_to_refuse

# What stands in for a field that every visit has and this one lacks; no rule is asked of it.
_STANDS_IN: Mapping[str, Any] = {
    "submission_id": "00000000-0000-7000-8000-000000000000",
    "schema_version": "1",
    "visit_kind": "INTELLIGENCE_ONLY",
    "review_method": "PHYSICAL",
    "outcome": "PARTIAL",
    "watch": "RED",
    "premises_class": "DWELLING_HOUSE",
    "occupancy_status": "IN_USE",
    **dict.fromkeys(("device_id", "app_version", "lead_officer_id", "station", "callsign"), "-"),
}
_TIMES = ("started_at", "ended_at", "submitted_at")


def all_reasons(
    content: object, reasons: tuple[FieldReason, ...], author: Author, now: datetime
) -> tuple[FieldReason, ...]:
    """Return the reasons of the form with those of policy and of the sender, in the order of the page.

    Policy: docs/domain/3.md (vague errors: a sender is told every field and its reason).
    """
    return in_page_order((*reasons, *further_reasons(content, reasons, author, now)))


def further_reasons(
    content: object, reasons: tuple[FieldReason, ...], author: Author, now: datetime
) -> tuple[FieldReason, ...]:
    """Return the reasons of policy beside those of the form; none for a field that is already named.

    Policy: docs/domain/3.md (vague errors: a sender is told every field and its reason).
    """
    if not isinstance(content, dict):
        return ()
    named = {_field(reason) for reason in reasons}
    mended = {name: value for name, value in content.items() if name not in named}
    if named.intersection(_TIMES):
        named.update(_TIMES)
        mended.update(dict.fromkeys(_TIMES, now))
    try:
        visit = VisitSubmission.model_validate({name: _STANDS_IN[name] for name in named & _STANDS_IN.keys()} | mended)
    except ValidationError:
        return ()
    unknown = named & VisitSubmission.model_fields.keys()
    found = every_reason_to_refuse(visit, author, now, closed_parts(visit), unknown)
    return tuple(reason for reason in found if _field(reason) not in named)


def _field(reason: FieldReason) -> str:
    return reason.pointer.removeprefix("/").partition("/")[0]
