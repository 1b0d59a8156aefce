"""Why the hazards of a visit are refused: what a crew must know of each kind before it goes near one."""

from datetime import date, timedelta

from schemas.visit_parts import Hazard
from schemas.visits import VisitSubmission
from schemas.vocabulary import HazardCode, VisitOutcome
from services.domain.visit_scope import tells_the_whole
from services.shared.errors import FieldReason

LONGEST_MARKER = timedelta(days=366)


def reasons_to_refuse_hazards(visit: VisitSubmission, today: date, *, is_dwelling: bool) -> tuple[FieldReason, ...]:
    """Return why section G of a visit is refused.

    Measurements are asked for only where the visit was completed: a crew that was turned away still tells what it
    saw. A violence marker always needs its basis and its end.

    Policy: docs/domain/4.1.md (G), and 1.4 for violence markers.
    """
    completed = visit.outcome is VisitOutcome.COMPLETED
    found = []
    if visit.hazards and visit.none_found:
        found.append(FieldReason("/none_found", "hazards are listed; take back that none were found, or the hazards"))
    if tells_the_whole(visit) and not visit.hazards and not visit.none_found:
        found.append(FieldReason("/hazards", "list the hazards, or say that none were found"))
    for number, hazard in enumerate(visit.hazards):
        place = f"/hazards/{number}"
        if hazard.code is HazardCode.VIOLENCE:
            found.extend(_marker(hazard, today, place))
        if completed:
            found.extend(_measurements(hazard, place, is_dwelling))
    return tuple(found)


def _measurements(hazard: Hazard, place: str, is_dwelling: bool) -> list[FieldReason]:
    if hazard.code is HazardCode.BESS and hazard.bess is None:
        words = "give capacity, chemistry, containers, separation, suppression, gas detection and water run-off"
        return [FieldReason(f"{place}/bess", words)]
    if hazard.code is HazardCode.CYL_ACETYLENE and hazard.count is None:
        return [FieldReason(f"{place}/count", "give the number of cylinders")]
    if hazard.code is HazardCode.COMAH and hazard.comah_tier is None:
        return [FieldReason(f"{place}/comah_tier", "give the tier, upper or lower")]
    if hazard.code is HazardCode.CLUTTER and is_dwelling and hazard.clutter is None:
        return [FieldReason(f"{place}/clutter", "rate bedroom, kitchen and living room, 1 to 9")]
    return []


def _marker(hazard: Hazard, today: date, place: str) -> list[FieldReason]:
    found = []
    if not hazard.basis:
        found.append(FieldReason(f"{place}/basis", "say what the marker rests on"))
    if hazard.review_on is None:
        found.append(FieldReason(f"{place}/review_on", "give the date by which the marker is reviewed"))
    elif not today <= hazard.review_on <= today + LONGEST_MARKER:
        found.append(FieldReason(f"{place}/review_on", "must be a date within the next 12 months"))
    return found
