"""Plans for wide-area events: what an area of a map file says of one, who may know of it, and its review."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from services.control.rules.sources import LONGEST_FIELD, Refusal
from services.domain.fact_keys import plain
from services.domain.grid_references import many_to_grid
from services.domain.review_dates import DUE_SOON
from services.domain.working_time import date_words
from services.domain.written_days import UNREADABLE_DAY, day_in
from services.shared.errors import FieldReason

LONGEST_REFERENCE, LONGEST_WORDS, MOST_PARTNERS = 60, 200, 30
MOST_POINTS = 100_000
NAMES: Mapping[str, tuple[str, ...]] = {
    "reference": ("reference", "ref", "plan_reference", "plan_id", "id"),
    "kind": ("kind", "type", "plan_kind", "event"),
    "document": ("document", "plan_document", "document_name", "plan", "name", "title"),
    "owner": ("owner", "plan_owner"),
    "partners": ("partners", "partner_agencies", "agencies"),
    "review_due_on": ("review_due_on", "review_date", "review_due", "review_on", "next_review"),
}


class PlanKind(StrEnum):
    """What kind of wide-area event a plan is for."""

    FLOOD = "FLOOD"
    MARAUDING_TERRORIST = "MARAUDING_TERRORIST"
    WILDFIRE = "WILDFIRE"
    TUNNEL = "TUNNEL"
    MARITIME = "MARITIME"


# Where armed attackers are expected, and how they are met, helps them if it is known.
SENSITIVE = (PlanKind.MARAUDING_TERRORIST,)
KIND_WORDS: Mapping[PlanKind, str] = {
    PlanKind.FLOOD: "Flood",
    PlanKind.MARAUDING_TERRORIST: "Marauding terrorist",
    PlanKind.WILDFIRE: "Wildfire",
    PlanKind.TUNNEL: "Tunnel",
    PlanKind.MARITIME: "Maritime",
}
ALSO_CALLED: Mapping[str, PlanKind] = {
    "flooding": PlanKind.FLOOD,
    "mta": PlanKind.MARAUDING_TERRORIST,
    "marauding terrorist attack": PlanKind.MARAUDING_TERRORIST,
    "wild fire": PlanKind.WILDFIRE,
}


class PlanReview(StrEnum):
    """How the review of a plan stands."""

    IN_DATE = "IN_DATE"
    DUE = "DUE"
    OVERDUE = "OVERDUE"


@dataclass(frozen=True)
class AreaPlan:
    """One plan for a wide-area event; `area_mark` is the same for the same area."""

    source: str
    reference: str
    kind: PlanKind
    document: str
    owner: str
    partners: tuple[str, ...]
    review_due_on: date
    area_mark: str


@dataclass(frozen=True)
class PlanAreas:
    """The good areas of a file by the plan's reference, their rings in metres on EPSG:27700, and the refused ones."""

    plans: Mapping[str, AreaPlan]
    rings: Mapping[str, tuple[str, ...]]
    refused: tuple[Refusal, ...]


def plans_in(source: str, features: Iterable[tuple[int, Mapping[str, Any]]]) -> PlanAreas:
    """Return the plans that the areas of a file tell of; of a reference that stands twice, neither is taken.

    Policy: docs/domain/4.8.md: area (polygon), plan document, owner, partners, review date.
    """
    plans: dict[str, AreaPlan] = {}
    rings: dict[str, tuple[str, ...]] = {}
    refused: list[Refusal] = []
    read = [(number, _words(feature), feature.get("geometry")) for number, feature in features]
    counts = Counter(given["reference"] for _, given, _ in read)
    twice = {each for each, count in counts.items() if each and count > 1}
    for number, given, geometry in read:
        wrong = list(_reasons(given))
        if given["reference"] in twice:
            words = "this reference stands on more than one area: join the areas into one, or give each its own"
            wrong.append(FieldReason("/reference", words))
        of_area = _rings(geometry, wrong)
        kind, due_on = _kind(given["kind"]), day_in(given["review_due_on"])
        if wrong or kind is None or due_on is None:
            refused.append(Refusal(number, given["reference"][:LONGEST_REFERENCE], given, tuple(wrong)))
            continue
        reference = given["reference"]
        mark = hashlib.sha256("|".join(of_area).encode()).hexdigest()
        partners = _partners(given["partners"])
        plans[reference] = AreaPlan(source, reference, kind, given["document"], given["owner"], partners, due_on, mark)
        rings[reference] = of_area
    return PlanAreas(plans, rings, tuple(refused))


def _words(feature: Mapping[str, Any]) -> dict[str, str]:
    """Return what an area says in words, by our names."""
    said = feature.get("properties")
    known = {
        re.sub(r"[^a-z0-9]+", "_", str(name).casefold()).strip("_"): value
        for name, value in (said if isinstance(said, dict) else {}).items()
    }
    found = {ours: next((known[each] for each in theirs if known.get(each)), "") for ours, theirs in NAMES.items()}
    return {ours: _text(value) for ours, value in found.items()}


def _text(value: object) -> str:
    written = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join(written.replace("\x00", " ").split())[: LONGEST_FIELD * 4]


def _reasons(given: Mapping[str, str]) -> Iterable[FieldReason]:
    if not 1 <= len(given["reference"]) <= LONGEST_REFERENCE:
        yield FieldReason("/reference", f"give the plan's own reference, in 1 to {LONGEST_REFERENCE} characters")
    if _kind(given["kind"]) is None:
        yield FieldReason("/kind", f"say what it is for: {', '.join(kind.value for kind in PlanKind)}")
    for name, words in (("document", "the plan document by its name"), ("owner", "who owns the plan")):
        if not 1 <= len(given[name]) <= LONGEST_WORDS:
            yield FieldReason(f"/{name}", f"name {words}, in 1 to {LONGEST_WORDS} characters")
    partners = _partners(given["partners"])
    if len(partners) > MOST_PARTNERS or any(len(each) > LONGEST_WORDS for each in partners):
        yield FieldReason("/partners", f"name at most {MOST_PARTNERS} partners, with a semicolon between them")
    if day_in(given["review_due_on"]) is None:
        yield FieldReason("/review_due_on", f"give the day by which it is to be reviewed: {UNREADABLE_DAY}")


def _kind(written: str) -> PlanKind | None:
    said = plain(written.replace("_", " ").replace("-", " "))
    named = next((kind for kind in PlanKind if plain(KIND_WORDS[kind]) == said), None)
    return named or ALSO_CALLED.get(said)


def _partners(written: str) -> tuple[str, ...]:
    return tuple(each for part in re.split(r"[;|]", written) if (each := part.strip()))


def _rings(geometry: object, wrong: list[FieldReason]) -> tuple[str, ...]:
    """Return every ring of an area, outer ones and holes alike: a place in an odd number of them lies in the area."""
    shape = _shape(geometry)
    if shape is None:
        wrong.append(FieldReason("/geometry", "draw the area: a Polygon or a MultiPolygon of longitudes and latitudes"))
        return ()
    given = shapely.get_coordinates(shape)
    if len(given) > MOST_POINTS:
        wrong.append(FieldReason("/geometry", f"has more than {MOST_POINTS:,} points: draw it more simply"))
        return ()
    metres = many_to_grid(given[:, 0].tolist(), given[:, 1].tolist())
    if not np.isfinite(metres).all():
        words = "lies partly outside Great Britain: are longitude and latitude, in this order, in degrees (EPSG:4326)?"
        wrong.append(FieldReason("/geometry", words))
        return ()
    shape = shapely.set_coordinates(shapely.force_2d(shape), metres.round(2))
    if not shape.is_valid:
        words = f"crosses itself ({shapely.is_valid_reason(shape).split('[')[0]}): mend it in the mapping program"
        wrong.append(FieldReason("/geometry", words))
        return ()
    lines = [line for part in shapely.get_parts([shape]) for line in (part.exterior, *part.interiors)]
    return tuple(_written(line) for line in lines)


def _shape(geometry: object) -> BaseGeometry | None:
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return None
    try:
        shape: BaseGeometry = shapely.geometry.shape(geometry)
    except (ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return None
    return None if shape.is_empty else shape


def _written(line: BaseGeometry) -> str:
    points = ",".join(f"({x:.2f},{y:.2f})" for x, y in shapely.get_coordinates(line)[:-1].tolist())
    return f"({points})"


def withheld_from(*, may_know: bool) -> tuple[PlanKind, ...]:
    """Return the kinds of plan that somebody may not know of.

    Policy: docs/decisions/0044: a marauding-terrorist plan is for control and the central risk team alone.
    """
    return () if may_know else SENSITIVE


def review_of(review_due_on: date, today: date) -> PlanReview:
    """Return how the review of a plan stands: due 60 days before its day, overdue from the day after it.

    Policy: docs/domain/4.8.md; the days as in docs/domain/4.3.md, step 8.
    """
    if today > review_due_on:
        return PlanReview.OVERDUE
    return PlanReview.DUE if review_due_on - today <= DUE_SOON else PlanReview.IN_DATE


def review_words(review_due_on: date, today: date) -> str:
    """Return how the review of a plan stands, in words.

    Policy: docs/domain/4.8.md.
    """
    day = date_words(review_due_on)
    words = {
        PlanReview.OVERDUE: "REVIEW OVERDUE since",
        PlanReview.DUE: "review due by",
        PlanReview.IN_DATE: "next review",
    }
    return f"{words[review_of(review_due_on, today)]} {day}"
