"""What others hear of a visit's address: where it was placed, that it could not be, or that it was taken back."""

from schemas.envelope import Event
from schemas.premises import Candidate, LocatedPremises, LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.premises.rules.cases import MATCHER, Case, HeardVisit
from services.premises.rules.locating import Placing


def news_of_match(case: Case, visit: HeardVisit, placing: Placing, *, is_new: bool) -> Event | None:
    """Return what the matcher made of a visit: that it was placed, or, the first time, that a person must place it."""
    if placing.premises is not None:
        return located_event(case, visit, placing.premises, MATCHER)
    return not_located_event(case, case.reason, placing.candidates) if is_new else None


def located_event(case: Case, visit: HeardVisit, premises: LocatedPremises, by: str) -> PremisesLocated:
    """Return the news that a visit was placed, and by whom; the visit goes along."""
    return PremisesLocated(
        visit_id=case.visit_id,
        premises=premises,
        outcome=LocationOutcome.MATCHED,
        precision=LocationPrecision(case.precision),
        score=round(case.score, 4),
        reason=case.reason,
        located_by=by,
        received_at=visit.received_at,
        visit=visit.visit,
        private=visit.private,
        sent_by=visit.sent_by,
    )


def not_located_event(case: Case, reason: str, candidates: tuple[Candidate, ...] = ()) -> PremisesNotLocated:
    """Return the news that a visit could not be placed, and why."""
    return PremisesNotLocated(
        visit_id=case.visit_id,
        written=case.written,
        outcome=LocationOutcome(case.outcome),
        precision=LocationPrecision(case.precision),
        reason=reason,
        place=case.place,
        candidates=candidates,
    )


def withdrawn_event(case: Case, visit: HeardVisit, premises_id: str) -> LocationWithdrawn:
    """Return the news that a person took back where they had placed a visit; `case` is as it waits again."""
    return LocationWithdrawn(
        visit_id=case.visit_id,
        premises_id=premises_id,
        withdrawn_by=case.decided_by,
        received_at=case.received_at,
        visit=visit.visit,
    )
