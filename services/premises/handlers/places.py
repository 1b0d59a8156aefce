"""From a point or an entry of the gazetteer to the place that is told to others."""

import math

from schemas.premises import Candidate, LocatedPremises, NearNeighbour, Place
from services.domain.grid_references import to_lon_lat
from services.matching import Entry, Match, tidy_postcode
from services.premises.store.snapshots import Snapshot

Point = tuple[float, float]


def place_at(snapshot: Snapshot, point: Point | None) -> Place | None:
    """Return a place with its degrees and localities, None without a point in Great Britain.

    The station ground is told by its code, as visits name stations; district and ward by their names.
    """
    if point is None or not all(math.isfinite(metres) for metres in point):
        return None
    degrees = to_lon_lat(*point)
    if degrees is None:
        return None
    where = snapshot.localities.of([point])[0]
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
    """Return an entry as it is told to others, None where nobody knows where it stands."""
    place = place_at(snapshot, point_of(snapshot, entry, otherwise))
    if place is None:
        return None
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
    """Return the candidates as they are told to others; those that stand nowhere are left out."""
    told = []
    for one in found.candidates:
        entry = snapshot.gazetteer.get(one.premises_id)
        point = point_of(snapshot, entry) if entry else None
        if point is not None:
            address = f"{one.name}, {one.address}" if one.name and one.name not in one.address else one.address
            told.append(
                Candidate(
                    premises_id=one.premises_id,
                    address=address,
                    score=min(max(one.score, 0.0), 1.0),
                    easting=point[0],
                    northing=point[1],
                )
            )
    return tuple(told)
