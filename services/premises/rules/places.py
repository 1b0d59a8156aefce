"""From a point or an entry of the gazetteer to the place that is reported to others."""

import math
from collections.abc import Sequence

from schemas.premises import Candidate, LocatedPremises, NearNeighbour, Place
from services.domain.grid_references import to_lon_lat
from services.matching import Entry, Match, tidy_postcode
from services.premises.rules.localities import Locality
from services.premises.rules.snapshots import Snapshot

Point = tuple[float, float]


def places_at(snapshot: Snapshot, points: Sequence[Point | None]) -> list[Place | None]:
    """Return for each point its place with degrees and localities, None without a point in Great Britain.

    The station ground is given by its code, as visits name stations; district and ward by their names.
    """
    degrees = [to_lon_lat(*point) if point and all(map(math.isfinite, point)) else None for point in points]
    known = [
        (at, point, there) for at, (point, there) in enumerate(zip(points, degrees, strict=True)) if point and there
    ]
    places: list[Place | None] = [None] * len(points)
    localities = snapshot.localities.of([point for _, point, _ in known]) if known else []
    for (at, point, there), where in zip(known, localities, strict=True):
        places[at] = _place(snapshot, point, there, where)
    return places


def place_at(snapshot: Snapshot, point: Point | None) -> Place | None:
    """Return the place of one point, None where it is not in Great Britain."""
    return places_at(snapshot, [point])[0]


def _place(snapshot: Snapshot, point: Point, degrees: Point, where: Locality) -> Place:
    return Place(
        easting=round(point[0], 2),
        northing=round(point[1], 2),
        longitude=round(degrees[0], 7),
        latitude=round(degrees[1], 7),
        station_ground=where.station_ground,
        district=snapshot.name_of("district", where.district),
        ward=snapshot.name_of("ward", where.ward),
        border_distance_m=None if where.border_distance_m is None else round(where.border_distance_m, 1),
        neighbours=_neighbours_of(snapshot, point),
    )


def _neighbours_of(snapshot: Snapshot, point: Point) -> tuple[NearNeighbour, ...] | None:
    found = snapshot.localities.neighbours_of(point)
    if found is None:
        return None
    return tuple(NearNeighbour(code=one.code, name=one.name, distance_m=round(one.distance_m, 1)) for one in found)


def point_of(snapshot: Snapshot, entry: Entry, otherwise: Point | None = None) -> Point | None:
    """Return where an entry stands: its own point, else its postcode's, else what is given."""
    if entry.easting is not None and entry.northing is not None:
        return entry.easting, entry.northing
    tidy = tidy_postcode(entry.postcode)
    return (snapshot.gazetteer.postcodes.point(tidy) if tidy else None) or otherwise


def located(snapshot: Snapshot, entry: Entry, otherwise: Point | None = None) -> LocatedPremises | None:
    """Return an entry as it is reported to others, None where nobody knows where it stands."""
    place = place_at(snapshot, point_of(snapshot, entry, otherwise))
    return premises_at(entry, place) if place else None


def premises_at(entry: Entry, place: Place) -> LocatedPremises:
    """Return an entry that stands at a place, as it is reported to others."""
    return LocatedPremises(
        premises_id=entry.premises_id,
        name=entry.name,
        address=entry.address,
        postcode=entry.postcode,
        classification=entry.classification or "",
        parent_id=entry.parent_id,
        place=place,
    )


def candidates_of(snapshot: Snapshot, found: Match) -> tuple[Candidate, ...]:
    """Return the candidates as they are reported to others; those that stand nowhere are left out."""
    reported = []
    for one in found.candidates:
        entry = snapshot.gazetteer.get(one.premises_id)
        point = point_of(snapshot, entry) if entry else None
        if point is not None:
            address = f"{one.name}, {one.address}" if one.name and one.name not in one.address else one.address
            reported.append(
                Candidate(
                    premises_id=one.premises_id,
                    address=address,
                    score=min(max(one.score, 0.0), 1.0),
                    easting=point[0],
                    northing=point[1],
                )
            )
    return tuple(reported)
