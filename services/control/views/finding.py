"""What somebody finds who searches: the likeliest premises first, with or without a record, and how many there are."""

from services.control.presenters.results import Result, Results, UnsettledResult, level_words
from services.control.rules.places import GridPoint, grid_reference, read_place
from services.control.rules.ranking import Candidate, answers, likeliest, the_one_meant
from services.control.rules.search_words import Words, read_words
from services.control.rules.unsettled import Unsettled
from services.control.store.connections import Reader
from services.control.store.search import (
    ENOUGH,
    FoundPlace,
    FoundPlaces,
    find_nearest_known,
    list_by_likeness,
    list_by_words,
    list_near,
    list_nearest,
)
from services.control.store.unsettled import list_unsettled_by_words

AROUND_A_REFERENCE_M = 5000.0
# So few are offered where there is no record around a place.
BEYOND = 5
# So many are fetched to choose the likeliest from, where something is misspelt.
CANDIDATES = 150
# Beside premises that answer every word, so few that may be a slip of the tongue.
SIMILAR_BESIDE_EXACT = 4
MOST_UNSETTLED = 5


async def find(asked: str, limit: int, session: Reader) -> Results:
    """Return the premises that a written question may mean: near a place, or by words however spelt."""
    place = read_place(asked)
    if place is not None:
        return await _find_around(place, limit, session, asked)
    words = read_words(asked)
    if not words.words:
        return Results(query=asked, understood_as="nothing", results=(), more=False)
    found = await _find_words(words, limit, session)
    unsettled: list[Unsettled] = []
    unsettled_total = 0
    if found.some_unsettled:
        unsettled, unsettled_total = await list_unsettled_by_words(session, words.for_index(), MOST_UNSETTLED)
    return Results(
        query=asked,
        understood_as="words",
        results=tuple(_result(each, _match(words, each)) for each in found.places),
        more=found.total > len(found.places),
        total=found.total,
        at_least=found.at_least,
        unsettled=tuple(map(_unsettled, unsettled)),
        unsettled_total=unsettled_total,
    )


def one_meant(found: Results) -> str | None:
    """Return the premises to open at once, or None where somebody must choose; a danger among the answers is seen."""
    if found.understood_as != "words" or found.unsettled:
        return None
    candidates = [Candidate(one.premises_id, one.name, one.address, one.postcode) for one in found.results]
    return the_one_meant(found.query, read_words(found.query), candidates, found.total)


async def find_near(place: GridPoint, radius_m: float, limit: int, session: Reader, asked: str = "") -> Results:
    """Return the records around a point, nearest first, and how many there are."""
    found = await list_near(session, (place.easting, place.northing), radius_m, limit)
    return Results(
        query=asked,
        understood_as="place",
        results=tuple(_result(each, "near") for each in found.places),
        more=found.total > len(found.places),
        total=found.total,
        place=grid_reference(place.easting, place.northing),
    )


async def list_records_nearest(at: tuple[float, float], limit: int, session: Reader, but: str) -> list[Result]:
    """Return the records nearest to a premises, however far, without that premises itself."""
    return [_result(each, "near") for each in await list_nearest(session, at, limit, but)]


async def _find_around(place: GridPoint, limit: int, session: Reader, asked: str) -> Results:
    found = await find_near(place, AROUND_A_REFERENCE_M, limit, session, asked)
    at = (place.easting, place.northing)
    known = await find_nearest_known(session, at)
    beyond = () if found.results else tuple(await list_records_nearest(at, BEYOND, session, ""))
    return found.model_copy(
        update={"nearest": _result(known, "near") if known else None, "results": found.results or beyond}
    )


async def _find_words(words: Words, limit: int, session: Reader) -> FoundPlaces:
    found = await list_by_words(session, words, limit)
    if found.total >= ENOUGH:
        return found
    room = min(SIMILAR_BESIDE_EXACT, limit - len(found.places)) if found.places else limit
    similar = await _forgive(words, found, session)
    beside = [each for each in similar.places if each.premises_id not in {one.premises_id for one in found.places}]
    places = (*found.places, *beside[:room])
    total = found.total + (min(len(beside), room) if found.places else len(beside))
    return FoundPlaces(places, total, similar.at_least and not found.places, found.some_unsettled)


async def _forgive(words: Words, found: FoundPlaces, session: Reader) -> FoundPlaces:
    """Return premises with words spelt much like those asked for; with other house numbers only for want of better."""
    similar = FoundPlaces((), 0)
    for asked in (words.forgiven(found.alike), words.forgiven(found.alike, with_numbers=False)):
        if asked and not similar.places:
            similar = await list_by_likeness(session, asked, words, CANDIDATES)
        if found.places:
            break
    by_id = {each.premises_id: each for each in similar.places}
    ranked = likeliest(words, map(_candidate, similar.places))
    return FoundPlaces(tuple(by_id[each.premises_id] for each in ranked), len(ranked), similar.total > CANDIDATES)


def _candidate(found: FoundPlace) -> Candidate:
    return Candidate(found.premises_id, found.name, found.address, found.postcode, found.known_as, found.level)


def _match(words: Words, found: FoundPlace) -> str:
    return "exact" if answers(words, _candidate(found)).exact else "similar"


def _result(found: FoundPlace, match: str) -> Result:
    known = {name: value for name, value in vars(found).items() if name in Result.model_fields}
    distance_m = None if found.distance_m is None else round(found.distance_m, 1)
    return Result(**known | {"match": match, "level_words": level_words(found.level), "distance_m": distance_m})


def _unsettled(kept: Unsettled) -> UnsettledResult:
    known = kept.told
    assert kept.reported_at is not None, "only what was heard of is listed"
    return UnsettledResult(
        visit_id=kept.visit_id,
        written=known.written,
        summary=known.dangers[0],
        more=len(known.dangers) - 1,
        ground=known.ground,
        callsign=known.callsign,
        reported_at=kept.reported_at,
    )
