"""What the tests of the referral desks share: a crew that sends, a place that is found, what was kept."""

from datetime import timedelta
from typing import Any

from schemas.premises import PremisesLocated
from schemas.referrals import ReferralRaised
from schemas.visits import VisitSubmitted
from schemas.vocabulary import LocationOutcome, LocationPrecision, Role
from services.shared.replay import replay
from tests.builders import NOW, a_premises, a_visit
from tests.system import System

REFERRALS = "/api/v1/referrals"
CHILD = {"kind": "SG2", "note": "Child alone in the flat", "unit_ref": "Flat 3"}
LOCKED_EXIT = {"kind": "BS1", "note": "Rear exit chained, six asleep"}
SPOKEN = {"spoken_to": "Duty fire safety officer", "spoken_at": (NOW - timedelta(minutes=20)).isoformat()}


async def send(desk: System, *referrals: dict[str, Any], **overrides: Any) -> str:
    """Send a visit as a crew does, let the desks hear of it, and return its id."""
    visit = a_visit(desk.tools.clock.now(), referrals=list(referrals), **overrides)
    crew = await desk.client(Role.FIREFIGHTER, station=visit["station"])
    answer = await crew.post("/api/v1/visits", json=visit)
    assert answer.status_code == 202, answer.text
    await desk.settle()
    return str(visit["submission_id"])


async def locate(desk: System, visit_id: str, premises_id: str = "999900000014", **place: Any) -> None:
    """Say where a visit was."""
    submitted = next(event for event in await desk.said("visits.submitted") if event.key() == visit_id)
    assert isinstance(submitted, VisitSubmitted)
    premises = a_premises(premises_id)
    await desk.say(
        PremisesLocated(
            visit_id=visit_id,
            premises=premises.model_copy(update={"place": premises.place.model_copy(update=place)}),
            outcome=LocationOutcome.MATCHED,
            precision=LocationPrecision.PREMISES,
            score=0.99,
            reason="POSTCODE_AND_NUMBER",
            located_by="premises",
            received_at=submitted.received_at,
            visit=submitted.visit,
            private=submitted.private,
        ),
        source="premises",
    )
    await desk.settle()


async def hear_all_again(desk: System) -> None:
    """Deliver the whole log to referrals once more, as if it had forgotten that it heard it."""
    service = next(service for service in desk.services if service.name == "referrals")
    done = await replay(service, desk.tools.database, desk.tools.clock, 0, again=True)
    assert done.quarantined == 0
    assert done.delivered > 0


async def raised(desk: System) -> list[ReferralRaised]:
    """Return what was said of referrals raised."""
    return [event for event in await desk.said("referrals.raised") if isinstance(event, ReferralRaised)]


async def listed(desk: System, role: Role, **asked: str) -> list[dict[str, Any]]:
    """Return the referrals that a role is shown."""
    answer = await (await desk.client(role)).get(REFERRALS, params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["referrals"]
    return found
