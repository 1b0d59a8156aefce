"""The quality of what was published, as other programmes read and check it."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field

from schemas.visit_parts import Part, Text
from schemas.vocabulary import QualityPoint
from services.risk_register.api.register import by
from services.risk_register.handlers.quality import ReopenCommand, ScoreCommand, reopen_check, score_visit
from services.risk_register.rules.quality import PointAnswer, QualityCheck, QualityState
from services.risk_register.rules.rights import DESK
from services.risk_register.store.quality import PlacedCheck
from services.risk_register.views.quality import one_check, quality_list
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber


class ScoreBody(Part):
    """An answer to each of the six points, and words to the crew about each that is not right."""

    version: int = Field(ge=1)
    answers: dict[QualityPoint, PointAnswer]
    findings: dict[QualityPoint, Text] = Field(default_factory=dict)


class ReopenBody(Part):
    """Why the result no longer stands."""

    version: int = Field(ge=1)
    reason: Text


def check_answer(check: QualityCheck) -> dict[str, Any]:
    """Return a check as it is told: without the names of its crew and its reviewers."""
    return {
        "visit_id": check.visit_id,
        "premises_id": check.premises_id,
        "station": check.station,
        "visited_on": check.visited_on,
        "published_at": check.published_at,
        "at_random": check.at_random,
        "not_competent": check.not_competent,
        "state": check.state,
        "version": check.version,
    }


def listed(placed: PlacedCheck) -> dict[str, Any]:
    """Return a check with the name and address of its premises."""
    premises = placed.premises
    where = {"name": premises.name, "address": premises.address, "postcode": premises.postcode}
    return {**check_answer(placed.check), "premises": where}


def scored_answer(check: QualityCheck) -> dict[str, Any]:
    """Return a check with its result."""
    result = {"points_right": check.points_right, "points_asked": check.points_asked, "scored_at": check.scored_at}
    return {**check_answer(check), **result, "answers": dict(check.answers), "findings": dict(check.findings)}


def quality_api(tools: Tools) -> APIRouter:
    """Return the routes of quality."""
    router = APIRouter(prefix="/api/v1/risk-register/quality", tags=["risk register"])

    @router.get("")
    async def read_quality(
        show: QualityState = QualityState.WAITING, page: PageNumber = 1, person: Person = may(*DESK)
    ) -> dict[str, Any]:
        """Return a page of the visits to be checked, or checked, and the results by station and month.

        `percent` is null where fewer than five visits would stand behind it.
        """
        found = await quality_list(tools, show, page)
        results = found.results
        return {
            "visits": [listed(each) for each in found.placed],
            "counts": found.counts,
            "results": [
                {"station": station, "month": month.isoformat()[:7], "percent": result.percent}
                for station, months in results.by_station.items()
                for month, result in months.items()
            ],
            "percent_at_random": results.at_random.percent,
            "total": found.page.total,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    @router.get("/{visit_id}")
    async def read_one(visit_id: Id, person: Person = may(*DESK)) -> dict[str, Any]:
        """Return the check of one visit; `barred` says why you may not score it."""
        found = await one_check(tools, visit_id, person)
        return {**listed(found.placed), **scored_answer(found.placed.check), "barred": list(found.barred)}

    @router.post("/{visit_id}/score")
    async def score_one(request: Request, visit_id: Id, body: ScoreBody, person: Person = may(*DESK)) -> dict[str, Any]:
        """Score a visit; 403 for who made it or decided on it, 409 if it was scored meanwhile."""
        answers = {point.value: answer.value for point, answer in body.answers.items()}
        findings = {point.value: words for point, words in body.findings.items()}
        command = ScoreCommand(visit_id, body.version, person, answers, findings)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return scored_answer(await score_visit(command, work))

    @router.post("/{visit_id}/reopen")
    async def reopen_one(
        request: Request, visit_id: Id, body: ReopenBody, person: Person = may(*DESK)
    ) -> dict[str, Any]:
        """Open a check again, with a reason: its result no longer stands."""
        command = ReopenCommand(visit_id, body.version, person, body.reason)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return scored_answer(await reopen_check(command, work))

    return router
