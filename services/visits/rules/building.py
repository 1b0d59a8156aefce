"""Why sections D to F and H are refused: what a commander must know of a building, its systems and its water."""

from datetime import datetime

from schemas.visits import VisitForm
from schemas.vocabulary import IsolationKind, PremisesClass, SystemKind, SystemStatus, VisitOutcome
from services.domain.high_rise import HIGH_RISE_FROM_HEIGHT_M, is_high_rise_residential
from services.domain.visit_scope import tells_the_whole
from services.shared.errors import FieldReason

DWELLINGS = frozenset(
    {PremisesClass.DWELLING_HOUSE, PremisesClass.FLATS_LOW, PremisesClass.FLATS_MID, PremisesClass.FLATS_HIGH}
)
# Where there need be no building at all, nobody is asked about walls, stairs or shut-off points.
NO_BUILDING = frozenset({PremisesClass.OPEN_LAND_WILDFIRE, PremisesClass.EVENT_SITE})
LOW_DWELLING_STOREYS = 3
STAIRS_FROM_STOREYS = 4
WALL_FROM_HEIGHT_M, WALL_FROM_STOREYS = 11.0, 5
RISERS = frozenset({SystemKind.DRY_RISER, SystemKind.WET_RISER})
OUT_OF_ORDER = frozenset({SystemStatus.FAULT, SystemStatus.IMPAIRED})
SHUT_OFF = {IsolationKind.ELEC: "electricity", IsolationKind.GAS: "gas"}
NOT_SLEEPING = "must be yes, as somebody is there at night"
IN_THE_FUTURE = "this is in the future; correct it"


def reasons_to_refuse_building(visit: VisitForm, latest: datetime) -> list[FieldReason]:
    """Return why sections D, E, F and H are refused; `latest` is the latest moment that is not in the future.

    What is missing is asked for only where the visit tells the whole of a premises; what is told must be right
    whatever the visit is.

    Policy: docs/domain/4.1.md, D to F and H, and which visits need which fields.
    """
    found = [*_people_at_night(visit), *_faults(visit, latest)]
    if not tells_the_whole(visit):
        return found
    if visit.premises_class not in NO_BUILDING:
        found += [*_size(visit), *_wall(visit), *_stairs(visit), *_risers(visit), *_isolations(visit)]
    return [*found, *_occupancy(visit), *_water(visit)]


def is_high_rise(visit: VisitForm) -> bool:
    """Return whether a visit is to a high-rise residential building.

    Policy: docs/domain/1.2.md.
    """
    return is_high_rise_residential(visit.premises_class, visit.height_top_storey_m, visit.storeys_above)


def _missing(visit: VisitForm, words: dict[str, str]) -> list[FieldReason]:
    return [FieldReason(f"/{name}", said) for name, said in words.items() if getattr(visit, name) in (None, (), "")]


def _size(visit: VisitForm) -> list[FieldReason]:
    storeys = {"storeys_above": "give the number of storeys above ground, the ground floor counted"}
    low = (visit.storeys_above or 0) <= LOW_DWELLING_STOREYS and not is_high_rise(visit)
    if visit.premises_class in DWELLINGS and low:
        return _missing(visit, storeys | {"construction": "say what it is built of"})
    return _missing(
        visit,
        {
            "height_top_storey_m": "give the height of the floor of the top storey, 0 for a single storey; "
            "3 m a storey is near enough",
            **storeys,
            "storeys_below": "give the number of storeys below ground, 0 if there are none",
            "floor_area_m2": "give the floor area; to the nearest hundred square metres is near enough",
            "construction": "say what it is built of",
        },
    )


def _wall(visit: VisitForm) -> list[FieldReason]:
    high = (visit.height_top_storey_m or 0) >= WALL_FROM_HEIGHT_M or (visit.storeys_above or 0) >= WALL_FROM_STOREYS
    if not high:
        return []
    return _missing(
        visit,
        {
            "external_wall": "say what the outside wall is made of, as the building is 11 m or 5 storeys high or more; "
            "unknown is an answer",
            "fraew_rating": "give the rating of the wall's fire risk appraisal, as the building is 11 m or 5 storeys "
            "high or more; none is an answer",
        },
    )


def _stairs(visit: VisitForm) -> list[FieldReason]:
    if (visit.storeys_above or 0) < STAIRS_FROM_STOREYS and not is_high_rise(visit):
        return []
    return _missing(
        visit,
        {
            "staircases": "give the number of staircases, 0 if there are none, as the building has 4 storeys or more",
            "assembly_point": "say where people gather, or write none, as the building has 4 storeys or more",
        },
    )


def _people_at_night(visit: VisitForm) -> list[FieldReason]:
    return [FieldReason("/sleeping", NOT_SLEEPING)] if visit.max_night and not visit.sleeping else []


def _occupancy(visit: VisitForm) -> list[FieldReason]:
    words = {
        "max_day": "give the most people there are by day, 0 if nobody",
        "max_night": "give the most people there are at night, 0 if nobody",
        "dependency": "say whether people can get out by themselves",
    }
    if not visit.max_night:
        words["sleeping"] = "say whether anybody sleeps there; no is an answer"
    many = (visit.storeys_above or 0) >= STAIRS_FROM_STOREYS
    if visit.sleeping or visit.max_night or many or is_high_rise(visit):
        why = "as it is 4 storeys high or more" if many else "as people sleep there"
        words["evac_strategy"] = f"say what people are told to do in a fire, {why}; unknown is an answer"
    return _missing(visit, words)


def _faults(visit: VisitForm, latest: datetime) -> list[FieldReason]:
    found = []
    for number, system in enumerate(visit.systems):
        place = f"/systems/{number}/fault_since"
        if system.fault_since is not None and system.fault_since > latest:
            found.append(FieldReason(place, IN_THE_FUTURE))
        needed = visit.outcome is VisitOutcome.COMPLETED and system.status in OUT_OF_ORDER
        if needed and system.fault_since is None:
            words = "say since when it has been out of order, as near as you were told"
            found.append(FieldReason(place, words))
    return found


def _risers(visit: VisitForm) -> list[FieldReason]:
    high = (visit.height_top_storey_m or 0) >= HIGH_RISE_FROM_HEIGHT_M or is_high_rise(visit)
    if not high or any(system.kind in RISERS for system in visit.systems):
        return []
    words = "tell of the dry or wet riser, as the building is 18 m or 7 storeys high or more; absent is an answer"
    return [FieldReason("/systems", words)]


def _isolations(visit: VisitForm) -> list[FieldReason]:
    if visit.premises_class in DWELLINGS:
        return []
    named = {isolation.kind for isolation in visit.isolations if isolation.location}
    missing = [words for kind, words in SHUT_OFF.items() if kind not in named]
    if not missing:
        return []
    words = f"say where {' and '.join(missing)} can be shut off; write none if there is none, not found if you looked"
    return [FieldReason("/isolations", words)]


def _water(visit: VisitForm) -> list[FieldReason]:
    if visit.water is not None and (visit.water.hydrants or visit.water.none_within_100m):
        return []
    return [FieldReason("/water", "name at least one hydrant, or say that there is none within 100 m")]
