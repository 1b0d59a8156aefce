"""What is remarked on in a visit that is taken all the same."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from schemas.visits import VisitSubmission
from services.domain.facts import facts_of
from services.domain.ris1.judging import doubts_of, inputs_of, sheet_of
from services.visits.rules.refusals import warnings_on


class Remark(StrEnum):
    """Something that whoever reviews the visit should know.

    The last is known only once the risk register has put the visit beside what it holds.
    """

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

    Sent over 7 days late, a fix no better than 100 m, a fault without a photograph, a lead not yet certified, a
    score that is not the one its own answers come to.

    Policy: docs/domain/4.1.md, A, B, F, K and N.
    """
    return (*map(Remark, warnings_on(visit, now)), *_remarks_on_the_score(visit))


def remarks_with(known: Iterable[str], added: Iterable[str]) -> tuple[str, ...]:
    """Return the remarks on a visit with those that the risk register made on its score, each once.

    What has no words here is left out: it is not for the crew.

    Policy: docs/domain/4.1.md, I and K: the server recomputes; a difference is a warning.
    """
    return tuple(dict.fromkeys((*known, *(code for code in added if code in set(Remark)))))


def _remarks_on_the_score(visit: VisitSubmission) -> tuple[Remark, ...]:
    inputs = inputs_of(visit)
    sheet = sheet_of(facts_of(visit), inputs) if inputs else None
    return tuple(Remark(doubt) for doubt in doubts_of(visit, inputs, sheet))
