"""The doors for programs: match one address, outlines for maps, see what needs a person, and confirm it."""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from schemas.premises import Candidate, Place
from schemas.visit_parts import Identifier
from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.premises.handlers.confirm_premises import Choice, confirm_premises
from services.premises.handlers.put_back import put_back
from services.premises.presenters.maps import outlines
from services.premises.presenters.words import reason_words
from services.premises.rules.pace import LOOKS
from services.premises.rules.places import candidates_of
from services.premises.rules.rights import ASKERS, DESK
from services.premises.store.snapshots import SnapshotKeeper
from services.premises.views.cases import odd_choice
from services.premises.views.desk import waiting
from services.premises.views.trying import Asked, tried
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.limited import at_most
from services.shared.web.paging import PageNumber, say_pages


class EvidenceShown(BaseModel):
    """One thing that speaks for (positive points) or against the best candidate; natural logs of the odds."""

    what: str
    points: float


class MatchAnswer(BaseModel):
    """What a written address was found to mean; a place is given even where no premises is."""

    outcome: LocationOutcome
    premises_id: str | None
    precision: LocationPrecision
    score: float
    reason: str
    explanation: str
    place: Place | None
    candidates: tuple[Candidate, ...]
    evidence: tuple[EvidenceShown, ...]


class OutlineOf(BaseModel):
    """What an outline is of."""

    kind: Literal["service", "station_ground"]
    code: str
    name: str


class Polygons(BaseModel):
    """Areas of GeoJSON: each with its outer ring alone, of (longitude, latitude) in degrees WGS 84."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[list[tuple[float, float]]]]


class Outline(BaseModel):
    """One feature of GeoJSON."""

    type: Literal["Feature"]
    properties: OutlineOf
    geometry: Polygons


class Outlines(BaseModel):
    """The outlines that are loaded, as GeoJSON (RFC 7946); none where none is loaded."""

    type: Literal["FeatureCollection"]
    features: list[Outline]


class CaseShown(BaseModel):
    """A visit whose premises a person must say."""

    visit_id: str
    version: int
    written: str
    reason: str
    explanation: str
    station: str
    received_at: datetime
    cannot_wait: tuple[str, ...] = ()
    best_percent: int | None
    place: Place | None


class Confirmation(BaseModel):
    """Which premises a visit means; `version` is that of the case as it was read.

    `learn` says whether the name the crew used is learnt; left out, it is, unless something is odd about the choice.
    """

    model_config = ConfigDict(extra="forbid")

    premises_id: Identifier
    version: int = Field(ge=1)
    learn: bool | None = None


class Confirmed(BaseModel):
    """What came of a confirmation: the name that the matcher learnt from it, if any, and what was odd about it."""

    visit_id: str
    premises_id: str
    learnt: str | None
    odd: tuple[str, ...] = ()


class PutBack(BaseModel):
    """Which visit waits again; `version` is that of the case now."""

    visit_id: str
    version: int


def premises_api(tools: Tools, keeper: SnapshotKeeper) -> APIRouter:
    """Return the routes for programs."""
    router = APIRouter(prefix="/api/v1/premises", tags=["premises"])

    @router.post("/match", dependencies=[at_most("premises looked up", LOOKS)])
    async def match_address(asked: Asked, person: Person = may(*ASKERS)) -> MatchAnswer:
        """Match one written address; nothing of it is kept."""
        snapshot = keeper.snapshot
        answer = await tried(snapshot, asked)
        found = answer.found
        return MatchAnswer(
            outcome=found.outcome,
            premises_id=found.premises_id,
            precision=found.precision,
            score=round(found.score, 4),
            reason=found.reason.value,
            explanation=reason_words(found.reason.value),
            place=answer.place,
            candidates=candidates_of(snapshot, found),
            evidence=tuple(EvidenceShown(what=one.what, points=one.points) for one in found.evidence),
        )

    @router.get("/outlines")
    async def get_outlines(person: Person = may(*ASKERS)) -> Outlines:
        """Return the outer lines of the service and of its station grounds for a map, bends under 20 m left out."""
        return Outlines.model_validate(await asyncio.to_thread(outlines, keeper.snapshot.areas))

    @router.get("/needs-person")
    async def needs_person(
        request: Request, response: Response, number: PageNumber = 1, person: Person = may(*DESK)
    ) -> list[CaseShown]:
        """List the visits whose premises a person must say: what cannot wait first, then the oldest; 50 a page.

        How many there are is in `X-Total-Count`, the pages around this one in `Link`.
        """
        async with tools.database.reading() as session:
            listed = await waiting(session, keeper.snapshot, number)
        say_pages(request, response, listed.page)
        return [CaseShown.model_validate(case, from_attributes=True) for case in listed.lines]

    @router.post("/needs-person/{visit_id}/confirm")
    async def confirm(
        request: Request, visit_id: Id, confirmation: Confirmation, person: Person = may(*DESK)
    ) -> Confirmed:
        """Say which premises a visit means; its story continues at once. 409 if somebody was first."""
        choice = Choice(visit_id, confirmation.version)
        async with acting("premises", tools, person, request) as work:
            odd = (
                await odd_choice(work, keeper.snapshot, visit_id, confirmation.version, confirmation.premises_id)
            ).odd
            learn = not odd if confirmation.learn is None else confirmation.learn
            _, learnt = await confirm_premises(work, keeper.snapshot, choice, confirmation.premises_id, learn=learn)
        name = learnt.name if learnt else None
        return Confirmed(visit_id=visit_id, premises_id=confirmation.premises_id, learnt=name, odd=odd)

    @router.post("/needs-person/{visit_id}/put-back")
    async def take_back(
        request: Request, visit_id: Id, version: Annotated[int, Query(ge=1)], person: Person = may(*DESK)
    ) -> PutBack:
        """Put back a visit that a person placed wrongly: it waits again. 409 once its review has been decided."""
        async with acting("premises", tools, person, request) as work:
            case = await put_back(work, visit_id, version)
        return PutBack(visit_id=visit_id, version=case.version)

    return router
