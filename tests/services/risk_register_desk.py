"""A review desk in a test: visits come in as the premises service says them, reviewers decide through the routes."""

from datetime import datetime
from typing import Any

import httpx

from schemas.premises import LocatedPremises, PremisesLocated
from schemas.risk_register import RiskRecordUpdated, VisitReviewed
from schemas.sensitive import Sealed
from schemas.vocabulary import LocationOutcome, LocationPrecision, ReviewState, Role
from tests.builders import NOW, a_premises, a_submission
from tests.system import System

QUEUE = "/api/v1/risk-register/queue"
ACETYLENE = {"code": "CYL_ACETYLENE", "count": 2, "location": "Rear yard"}
RISER_FAULT = {"kind": "DRY_RISER", "status": "FAULT", "location": "NW stair"}
RISER_WORKING = {"kind": "DRY_RISER", "status": "WORKING", "location": "NW stair"}


def located(premises: LocatedPremises | None = None, at: datetime = NOW, **visit: Any) -> PremisesLocated:
    """Return what the premises service says of a visit; nothing in it is safety-critical unless a test says so."""
    visit = {"evac_strategy": None, **visit}
    submission = a_submission(at, **visit)
    return PremisesLocated(
        visit_id=submission.submission_id,
        premises=premises or a_premises(),
        outcome=LocationOutcome.MATCHED,
        precision=LocationPrecision.PREMISES,
        score=0.99,
        reason="postcode-and-number",
        located_by="premises",
        received_at=at,
        visit=submission.open_part(),
        private=Sealed(key_id=f"private/{submission.submission_id}", nonce="bm9uY2U=", cipher_text="c2VhbGVk"),
    )


class Desk:
    """The review queue as its people use it."""

    def __init__(self, system: System) -> None:
        self.system = system

    async def receive(self, *events: PremisesLocated) -> str:
        """Let visits arrive; return the id of the last."""
        await self.system.say(*events, source="premises")
        await self.system.settle()
        return events[-1].visit_id

    async def reviewer(self, name: str = "ada", role: Role = Role.RISK_TEAM) -> httpx.AsyncClient:
        """Return a reviewer at the desk."""
        return await self.system.client(role, name=name)

    async def decide(self, who: httpx.AsyncClient, visit_id: str, decision: str, **body: Any) -> httpx.Response:
        """Take a decision on a visit, on its present version unless another is given."""
        body.setdefault("version", (await self.item(visit_id))["version"])
        answer = await who.post(f"{QUEUE}/{visit_id}/{decision}", json=body)
        await self.system.settle()
        return answer

    async def publish(self, visit_id: str, who: httpx.AsyncClient | None = None, **body: Any) -> dict[str, Any]:
        """Claim and publish a visit, by one reviewer and if need be by the manager too."""
        first = who or await self.reviewer()
        answer = await self._claim_and_publish(first, visit_id, body)
        if answer["waits_for_second"]:
            second = await self.reviewer("mel", Role.RISK_TEAM_MANAGER)
            answer = await self._claim_and_publish(second, visit_id, {})
        return answer

    async def _claim_and_publish(self, who: httpx.AsyncClient, visit_id: str, body: dict[str, Any]) -> dict[str, Any]:
        claimed = await self.decide(who, visit_id, "claim")
        assert claimed.status_code == 200, claimed.text
        answer = await self.decide(who, visit_id, "amend" if body else "publish", **body)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    async def item(self, visit_id: str) -> dict[str, Any]:
        """Return an item as its row says it is."""
        rows = await self.system.rows(
            f"SELECT row_to_json(i)::jsonb FROM risk_register.review_items i WHERE visit_id = '{visit_id}'"
        )
        found = rows[0][0]
        assert isinstance(found, dict)
        return found

    async def shown(self) -> list[RiskRecordUpdated]:
        """Return what was said of records, in order."""
        said = await self.system.said(RiskRecordUpdated.topic)
        return [event for event in said if isinstance(event, RiskRecordUpdated)]

    async def moves(self, visit_id: str) -> list[ReviewState]:
        """Return where a visit was said to be, in order."""
        said = await self.system.said(VisitReviewed.topic)
        return [event.state for event in said if isinstance(event, VisitReviewed) and event.visit_id == visit_id]
