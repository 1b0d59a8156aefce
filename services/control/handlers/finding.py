"""What control does when somebody searches: reads the question, finds, and puts the likeliest building first."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.presenters.results import Result, Results, level_words
from services.control.rules.places import GridPoint, read_place
from services.control.rules.ranking import Found, rank
from services.control.rules.search_words import Words, read_words
from services.control.store.search import FoundRecord, find_words_alike, list_by_words, list_near

AROUND_A_REFERENCE_M = 5000.0
# So many are fetched to choose the best from.
CANDIDATES = 150
# With so many that hold every word, nobody misspelt anything.
ENOUGH = 3


async def find(asked: str, limit: int, session: AsyncSession) -> Results:
    """Return the records that a written question may mean: near a grid reference, or by words however spelt."""
    place = read_place(asked)
    if place is not None:
        return await find_near(place, AROUND_A_REFERENCE_M, limit, session, asked)
    words = read_words(asked)
    if not words.words:
        return Results(query=asked, understood_as="nothing", results=(), more=False)
    results = await _find_words(words, limit + 1, session)
    return Results(query=asked, understood_as="words", results=tuple(results[:limit]), more=len(results) > limit)


async def find_near(place: GridPoint, radius_m: float, limit: int, session: AsyncSession, asked: str = "") -> Results:
    """Return the records around a point, nearest first."""
    found = await list_near(session, place.easting, place.northing, radius_m, limit + 1)
    results = tuple(_result(each, "near") for each in found[:limit])
    return Results(query=asked, understood_as="place", results=results, more=len(found) > limit)


async def _find_words(words: Words, limit: int, session: AsyncSession) -> list[Result]:
    found = await list_by_words(session, words.for_index(), CANDIDATES)
    if len(found) < ENOUGH:
        found += await _forgive(words, bool(found), session)
    by_id = {each.premises_id: each for each in found}
    candidates = (
        Found(each.premises_id, each.name, each.address, each.search_text, each.level) for each in by_id.values()
    )
    return [
        _result(by_id[each.found.premises_id], "exact" if each.exact else "similar")
        for each in rank(words, candidates, limit)
    ]


async def _forgive(words: Words, found_some: bool, session: AsyncSession) -> list[FoundRecord]:
    """Return records with words spelt much like those asked for; with other house numbers only for want of better."""
    alike = await find_words_alike(session, words.spellable()) if words.spellable() else {}
    found: list[FoundRecord] = []
    for asked in (words.forgiven(alike), words.forgiven(alike, with_numbers=False)):
        if asked and not found:
            found = await list_by_words(session, asked, CANDIDATES)
        if found_some:
            break
    return found


def _result(found: FoundRecord, match: str) -> Result:
    return Result(
        premises_id=found.premises_id,
        name=found.name,
        address=found.address,
        postcode=found.postcode,
        level=found.level,
        base_level=found.base_level,
        level_words=level_words(found.level),
        unverified=found.unverified,
        match=match,
        distance_m=None if found.distance_m is None else round(found.distance_m, 1),
        easting=found.easting,
        northing=found.northing,
    )
