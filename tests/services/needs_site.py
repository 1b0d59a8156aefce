"""What the tests of consented needs share: a block of flats, visits to its flats, and what control shows of it."""

from datetime import timedelta
from typing import Any

from schemas.premises import PremisesLocated
from schemas.referrals import NeedsUpdated
from schemas.visits import VisitSubmitted
from schemas.vocabulary import LocationOutcome, LocationPrecision, Role
from tests.builders import a_premises, a_visit
from tests.services.control_records import MARLOWE, a_record, updated
from tests.system import System

CONTROL = "/api/v1/control/premises"
NEEDS = "/api/v1/referrals/needs"
HELP = {"unit_ref": "Flat 12", "floor": "2", "assistance": "PHYSICAL_1", "ees_exists": True, "consent_state": "GIVEN"}
GUIDE = {"unit_ref": "Flat 9", "floor": "1", "assistance": "GUIDE", "consent_state": "GIVEN"}
REFUSED = HELP | {"consent_state": "REFUSED"}


def a_flat(premises_id: str = "999900000112", parent_id: str | None = MARLOWE) -> Any:
    """Return a flat of Marlowe House."""
    return a_premises(premises_id, name="", address="Flat 12, Marlowe House, 12 King Street", parent_id=parent_id)


async def submit_visit(site: System, *people: dict[str, Any], **overrides: Any) -> VisitSubmitted:
    """Send a visit as a crew does; nobody has heard of it yet."""
    crew = await site.client(Role.FIREFIGHTER)
    visit = a_visit(site.tools.clock.now(), people=list(people), **overrides)
    answer = await crew.post("/api/v1/visits", json=visit)
    assert answer.status_code == 202, answer.text
    found = [event for event in await site.said("visits.submitted") if event.key() == visit["submission_id"]]
    assert isinstance(found[0], VisitSubmitted)
    return found[0]


def located_at(submitted: VisitSubmitted, premises: Any) -> PremisesLocated:
    """Return the news of where a visit was."""
    return PremisesLocated(
        visit_id=submitted.visit_id,
        premises=premises,
        outcome=LocationOutcome.MATCHED,
        precision=LocationPrecision.PREMISES,
        score=0.99,
        reason="UPRN",
        located_by="premises",
        received_at=submitted.received_at,
        visit=submitted.visit,
        private=submitted.private,
    )


async def visit(site: System, *people: dict[str, Any], premises: Any = None, **overrides: Any) -> str:
    """Send a visit to Marlowe House, or a place in it, let it be located and heard of, and return its id."""
    submitted = await submit_visit(site, *people, **overrides)
    await site.settle()
    await site.say(located_at(submitted, premises or a_premises(MARLOWE)), source="premises")
    await site.settle()
    assert await site.quarantined() == []
    return submitted.visit_id


async def show(site: System, **overrides: Any) -> None:
    """Let control show the record of Marlowe House."""
    await site.say(updated(a_record(**overrides)), source="risk_register")
    await site.settle()


async def shown(site: System, premises_id: str = MARLOWE, role: Role = Role.CONTROL, **asked: str) -> dict[str, Any]:
    """Return what control's record says of those who need help out."""
    answer = await (await site.client(role)).get(f"{CONTROL}/{premises_id}", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["needs_help_out"]
    return found


async def said_needs(site: System) -> list[NeedsUpdated]:
    """Return what was said of needs, oldest first."""
    return [event for event in await site.said("referrals.needs-updated") if isinstance(event, NeedsUpdated)]


def says(found: dict[str, Any]) -> list[str]:
    """Return what is said of each person."""
    return [person["says"] for person in found["people"]]


A_MINUTE = timedelta(minutes=1)
