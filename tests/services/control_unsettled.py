"""Builders of a danger at an address that nobody has settled, and of what premises makes of it."""

from typing import Any

from schemas.premises import PremisesLocated, PremisesNotLocated
from schemas.sensitive import Sealed
from schemas.visits import VisitSubmitted
from schemas.vocabulary import LocationOutcome, LocationPrecision
from tests.builders import NOW, a_premises, a_submission

ACETYLENE = {"code": "CYL_ACETYLENE", "count": 2, "location": "Rear yard"}
SOMEWHERE = {"name": "The Old Snickelway", "street": "High Street", "town": "Arrelbridge"}
SHOP = "999900000014"


def submitted(**visit: Any) -> VisitSubmitted:
    """Return the news of a visit to an address that may mean anything."""
    form = a_submission(**{"address": SOMEWHERE, "hazards": [ACETYLENE], "none_found": False, **visit})
    return VisitSubmitted(
        visit_id=form.submission_id,
        received_at=NOW,
        visit=form.open_part(),
        private=Sealed(key_id=f"private/{form.submission_id}", nonce="bm9uY2U=", cipher_text="c2VhbGVk"),
    )


def located(event: VisitSubmitted) -> PremisesLocated:
    """Return the news that the visit means a shop."""
    return PremisesLocated(
        visit_id=event.visit_id, premises=a_premises(SHOP), outcome=LocationOutcome.MATCHED,
        precision=LocationPrecision.PREMISES, score=0.99, reason="name-and-street", located_by="matcher",
        received_at=NOW, visit=event.visit, private=event.private,
    )  # fmt: skip


def not_located(event: VisitSubmitted) -> PremisesNotLocated:
    """Return the news that a person must say which building it is, on the ground of a station that is known."""
    place = a_premises().place.model_copy(update={"station_ground": "Wexcombe Quay"})
    return PremisesNotLocated(
        visit_id=event.visit_id, written="The Old Snickelway, Arrelbridge", outcome=LocationOutcome.REVIEW,
        precision=LocationPrecision.STREET, reason="several-buildings", place=place,
    )  # fmt: skip
