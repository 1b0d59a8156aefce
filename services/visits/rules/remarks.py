"""What is remarked on in a visit that is taken all the same."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from schemas.visits import VisitSubmission
from services.visits.rules.building import OUT_OF_ORDER

LATE_AFTER = timedelta(days=7)
ACCURATE_WITHIN_M = 100.0


class Remark(StrEnum):
    """Something that whoever reviews the visit should know; the last four come from scoring it again."""

    SENT_LATE = "SENT_LATE"
    POINT_INACCURATE = "POINT_INACCURATE"
    LEAD_NOT_COMPETENT = "LEAD_NOT_COMPETENT"
    FAULT_WITHOUT_PHOTO = "FAULT_WITHOUT_PHOTO"
    LEVEL_DIFFERS = "LEVEL_DIFFERS"
    OVERRIDE_REFUSED = "OVERRIDE_REFUSED"
    LIKELIHOOD_DOUBTED = "LIKELIHOOD_DOUBTED"
    CRITICAL_FACTS_MISSING = "CRITICAL_FACTS_MISSING"


def remarks_on(visit: VisitSubmission, now: datetime) -> tuple[Remark, ...]:
    """Return what is to be remarked on in a visit.

    Sent over 7 days late, a fix no better than 100 m, a fault without a photograph, a lead not yet certified.

    Policy: docs/domain/4.1.md, A, B, F and N.
    """
    found = []
    if now - visit.ended_at > LATE_AFTER:
        found.append(Remark.SENT_LATE)
    if visit.device_point is not None and visit.device_point.accuracy_m > ACCURATE_WITHIN_M:
        found.append(Remark.POINT_INACCURATE)
    if any(system.status in OUT_OF_ORDER for system in visit.systems) and not visit.media:
        found.append(Remark.FAULT_WITHOUT_PHOTO)
    if visit.sign_off is not None and visit.sign_off.lead_competent is False:
        found.append(Remark.LEAD_NOT_COMPETENT)
    return tuple(found)


def remarks_with(known: Iterable[str], told: Iterable[str]) -> tuple[str, ...]:
    """Return the remarks on a visit with those that the risk register made on its score, each once.

    What has no words here is left out: it is not for the crew.

    Policy: docs/domain/4.1.md, I and K: the server recomputes; a difference is a warning.
    """
    return tuple(dict.fromkeys((*known, *(code for code in told if code in set(Remark)))))
