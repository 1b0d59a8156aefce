"""What lies around a place by the files of others: the nearest hydrants, and the plans whose area it lies in."""

from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import AwareDatetime

from schemas.visit_parts import Part
from schemas.vocabulary import HydrantStatus
from services.control.rules.area_plans import KIND_WORDS, AreaPlan, PlanKind, PlanReview, review_of, review_words
from services.control.rules.comparing import NOT_USABLE
from services.control.rules.hydrants import CrewWord, Hydrant, HydrantState
from services.control.rules.sources import is_old
from services.domain.words import words_for
from services.shared.web.words import date_words

STATE_WORDS = {
    HydrantState.WORKING: "working",
    HydrantState.DEFECTIVE: "DEFECTIVE",
    HydrantState.OUT_OF_USE: "OUT OF USE",
    HydrantState.NOT_GIVEN: "state not given",
}
CANNOT_BE_USED = (HydrantState.DEFECTIVE, HydrantState.OUT_OF_USE)


class CrewSaid(Part):
    """What a crew said last of a hydrant; `reviewed` says whether the risk team has published it."""

    status: HydrantStatus
    says: str
    callsign: str
    seen_at: AwareDatetime
    reviewed: bool


class HydrantNear(Part):
    """A hydrant by its undertaker's file: how far in a straight line, in metres, and where on EPSG:27700.

    `flow_lpm` is null where the file gives none. `says` is what it gives, and `state_says` in what state it is, in
    words; `alert` that undertaker or crew say that it cannot be used; `crew` is what a crew said last of it.
    """

    source: str
    asset_id: str
    label: str
    distance_m: float
    easting: float
    northing: float
    kind: str
    main_mm: int | None
    flow_lpm: int | None
    state: HydrantState
    tested_on: date | None
    location: str
    says: str
    state_says: str
    alert: bool
    crew: CrewSaid | None


class WaterFile(Part):
    """The undertaker's file that some of the hydrants are from: of which day it tells, and whether that is long ago."""

    source: str
    dated_on: date
    is_old: bool


class PlanHere(Part):
    """A plan for a wide-area event in whose area the place lies, and how its review stands."""

    reference: str
    kind: PlanKind
    kind_words: str
    document: str
    owner: str
    partners: tuple[str, ...]
    review_due_on: date
    review: PlanReview
    says: str


class Surroundings(Part):
    """What lies around: the 5 nearest hydrants, none where no file of an undertaker is loaded, and plans for the area.

    A plan for a marauding-terrorist attack is told to control and the central risk team alone.
    """

    hydrants: tuple[HydrantNear, ...]
    water_files: tuple[WaterFile, ...]
    plans: tuple[PlanHere, ...]

    @property
    def nearest_usable(self) -> HydrantNear | None:
        """Return the nearest hydrant of which nobody says that it cannot be used."""
        return next((each for each in self.hydrants if not each.alert), None)


def surroundings_shown(
    near: Iterable[tuple[Hydrant, date, float]],
    crews: Mapping[tuple[str, str], CrewWord],
    plans: Iterable[AreaPlan],
    today: date,
) -> Surroundings:
    """Return what lies around, from hydrants with the day of their file and their distance, and from plans."""
    found = list(near)
    files = sorted({(hydrant.source, dated_on) for hydrant, dated_on, _ in found})
    return Surroundings(
        hydrants=tuple(
            _hydrant(hydrant, away_m, crews.get((hydrant.source, hydrant.asset_id))) for hydrant, _, away_m in found
        ),
        water_files=tuple(WaterFile(source=source, dated_on=day, is_old=is_old(day, today)) for source, day in files),
        plans=tuple(plan_shown(each, today) for each in plans),
    )


def plan_shown(plan: AreaPlan, today: date) -> PlanHere:
    """Return a plan with how its review stands today."""
    return PlanHere(
        reference=plan.reference,
        kind=plan.kind,
        kind_words=KIND_WORDS[plan.kind],
        document=plan.document,
        owner=plan.owner,
        partners=plan.partners,
        review_due_on=plan.review_due_on,
        review=review_of(plan.review_due_on, today),
        says=review_words(plan.review_due_on, today),
    )


def _hydrant(hydrant: Hydrant, distance_m: float, crew: CrewWord | None) -> HydrantNear:
    known = {name: value for name, value in vars(hydrant).items() if name in HydrantNear.model_fields}
    return HydrantNear(
        **known,
        label=hydrant.asset_id if hydrant.asset_id[:1].isalpha() else f"Hydrant {hydrant.asset_id}",
        distance_m=round(distance_m, 1),
        says=" · ".join(_words(hydrant)),
        state_says=STATE_WORDS[hydrant.state],
        alert=hydrant.state in CANNOT_BE_USED or (crew is not None and crew.status in NOT_USABLE),
        crew=_crew(crew) if crew else None,
    )


def _words(hydrant: Hydrant) -> Iterable[str]:
    yield "flow not given" if hydrant.flow_lpm is None else f"{hydrant.flow_lpm:,} L/min"
    if hydrant.main_mm is not None:
        yield f"{hydrant.main_mm} mm"
    if hydrant.kind:
        yield hydrant.kind
    if hydrant.tested_on is not None:
        yield f"tested {date_words(hydrant.tested_on)}"
    if hydrant.location:
        yield hydrant.location


def _crew(word: CrewWord) -> CrewSaid:
    said = words_for(word.status)
    words = said.upper() if word.status in NOT_USABLE else said.lower()
    return CrewSaid(
        status=word.status,
        says=words,
        callsign=word.callsign,
        seen_at=word.seen_at,
        reviewed=word.reviewed,
    )
