"""Finding premises by words, by spelling and by place, each through an index made for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import TextClause, text

from services.control.rules.search_words import Words
from services.control.store.connections import Reader

MOST_ALIKE = 12
# With so many that hold every word, nobody misspelt anything.
ENOUGH = 3
# So many are looked at of each sort (with a record, any other, and if those are not all, named so) to choose the best.
MOST_LOOKED_AT = 2_000
MOST_ALIKE_LOOKED_AT = 1_000

FIELDS_OF_PLACE = (
    *("premises_id", "name", "address", "postcode", "known_as", "parent_id", "easting", "northing", "in_use", "held"),
    *("level", "base_level", "level_if_published", "unverified"),
)
PLACE = ", ".join((*FIELDS_OF_PLACE, "name_key", "line_key", "order_key"))
# How well a premises answers, 0 the best: by its id, whole name or address, name, street and number, and so on.
QUALITY = """CASE
    WHEN premises_id = ANY(CAST(:ids AS text[])) THEN 0
    WHEN line_key = :spelt OR (name_key <> '' AND (name_key = :spelt OR name_key || ' ' || line_key = :spelt)) THEN 1
    WHEN words @@ CAST(:name AS tsquery) AND name_key LIKE '%' || :spelt THEN 2
    WHEN words @@ CAST(:name AS tsquery) THEN 3
    WHEN starts_with(line_key || ' ', :spelt || ' ') THEN 4
    WHEN words @@ CAST(:whole AS tsquery) AND name_key <> ''
        AND string_to_array(name_key, ' ') <@ string_to_array(:spelt, ' ') THEN 5
    WHEN words @@ CAST(:whole AS tsquery) THEN 6
    WHEN words @@ CAST(:name_begun AS tsquery) THEN 7
    ELSE 8
END::float8"""
ALIKENESS = "1 - word_similarity(:spelt, name_key || ' ' || line_key)"
ASKED = "words @@ CAST(:asked AS tsquery)"
SORTS = {
    "held": f"held AND {ASKED}",
    "other": f"NOT held AND {ASKED}",
    "named": f"""(SELECT count(*) FROM other) >= :most AND NOT held AND {ASKED}
        AND words @@ CAST(:name_begun AS tsquery) AND premises_id NOT IN (SELECT premises_id FROM other)""",
}
# Flats of a building that answers as well are counted with it rather than listed, unless a record of one is held.
LISTED = """
    WITH {sorts}, answering AS MATERIALIZED ({answering}), folded AS MATERIALIZED (
        SELECT flat.*, building.premises_id IS NOT NULL AND NOT flat.held AND building.in_use AS is_folded
        FROM answering AS flat
        LEFT JOIN answering AS building ON building.premises_id = flat.parent_id AND building.quality <= flat.quality
    ), units AS (
        SELECT parent_id, count(*) AS units FROM folded WHERE is_folded GROUP BY parent_id
    ), counted AS (
        SELECT count(*) AS total FROM folded WHERE NOT is_folded
    ), listed AS (
        SELECT {found}, COALESCE(units.units, 0) AS units, COALESCE(building.held, false) AS building_held
        FROM (
            SELECT unfolded.*, row_number() OVER (ORDER BY {order}) AS place
            FROM folded AS unfolded WHERE NOT is_folded ORDER BY place LIMIT :limit
        ) AS found
        LEFT JOIN units ON units.parent_id = found.premises_id
        LEFT JOIN control.places AS building ON building.premises_id = found.parent_id
        ORDER BY found.place
    )
    SELECT (SELECT jsonb_agg(to_jsonb(listed)) FROM listed) AS places, total,
        (SELECT max(count) FROM (SELECT count(*) FROM answering GROUP BY sort) AS counts) AS looked_at,
        EXISTS (SELECT FROM control.unsettled WHERE heard_at IS NOT NULL AND settled_at IS NULL) AS some_unsettled,
        {alike} AS alike
    FROM counted
"""
# Only if few answer as it is spelt: for each word the known words that share groups of three letters with it.
ALIKE = """CASE WHEN total < :enough THEN (
        SELECT jsonb_object_agg(asked.word, (
            SELECT jsonb_agg(word) FROM (
                SELECT word FROM control.words WHERE word % asked.word
                ORDER BY similarity(word, asked.word) DESC, word LIMIT :most_alike
            ) AS known
        )) FROM unnest(CAST(:spellable AS text[])) AS asked (word)
    ) END"""
BEST_FIRST = """quality, in_use DESC, COALESCE(level, level_if_published) DESC NULLS LAST, held DESC,
    parent_id IS NOT NULL, order_key COLLATE "C", premises_id"""


def _question(quality: str, *sorts: str, alike: str = "NULL") -> TextClause:
    each = (
        f"{sort} AS MATERIALIZED (SELECT {PLACE}, words, '{sort}' AS sort FROM control.places "
        f"WHERE {SORTS[sort]} LIMIT :most)"
        for sort in sorts
    )
    every = " UNION ALL ".join(f"SELECT * FROM {sort}" for sort in sorts)
    answering = f"SELECT {PLACE}, sort, {quality} AS quality FROM ({every}) AS found"
    found = ", ".join(f"found.{name}" for name in FIELDS_OF_PLACE)
    whole = LISTED.format(sorts=", ".join(each), answering=answering, found=found, order=BEST_FIRST, alike=alike)
    return text(" ".join(whole.split()))  # psycopg remembers how it reads a question only if that is short


BY_WORDS = _question(QUALITY, "held", "other", "named", alike=ALIKE)
BY_LIKENESS = _question(ALIKENESS, "held", "other")
HELD = "premises_id, name, address, postcode, easting, northing, level, base_level, level_if_published, unverified"
AWAY = "sqrt((easting - :easting) ^ 2 + (northing - :northing) ^ 2) AS distance_m"
AROUND = "point(easting, northing) <@ circle(point(:easting, :northing), :radius_m)"
NEAREST_FIRST = "ORDER BY point(easting, northing) <-> point(:easting, :northing) LIMIT :limit"
NEAR = text(f"""
    SELECT {HELD}, {AWAY}, (SELECT count(*) FROM control.shown WHERE {AROUND}) AS total
    FROM control.shown WHERE {AROUND} {NEAREST_FIRST}
""")
NEAREST_HELD = text(f"""
    SELECT {HELD}, {AWAY} FROM control.shown WHERE premises_id <> :but {NEAREST_FIRST}
""")
NEAREST_KNOWN = text(f"SELECT {PLACE}, {AWAY} FROM control.places WHERE easting IS NOT NULL {NEAREST_FIRST}")


@dataclass(frozen=True)
class FoundPlace:
    """One line of a search: what is enough to choose by. `units` counts the flats that are not listed beside it.

    `building_held` says that a record of the building it is part of is shown.
    """

    premises_id: str
    name: str
    address: str
    postcode: str
    easting: float | None
    northing: float | None
    level: int | None
    base_level: int | None
    level_if_published: int | None
    unverified: int
    known_as: str = ""
    parent_id: str | None = None
    in_use: bool = True
    held: bool = True
    units: int = 0
    building_held: bool = False
    distance_m: float | None = None


FIELDS = frozenset(each.name for each in fields(FoundPlace))


@dataclass(frozen=True)
class FoundPlaces:
    """The best answers, and how many there are in all; `at_least` if there may be more than were looked at.

    `some_unsettled` says that dangers at unsettled addresses may answer too, `alike` for each word which known words
    are spelt much like it, likest first: given only where fewer than `ENOUGH` answer.
    """

    places: tuple[FoundPlace, ...]
    total: int
    at_least: bool = False
    some_unsettled: bool = True
    alike: Mapping[str, Sequence[str]] = field(default_factory=dict)


def _all_found(row: Any, most: int) -> FoundPlaces:
    places = tuple(FoundPlace(**each) for each in row.places or ())
    alike = {word: known or () for word, known in (row.alike or {}).items()}
    return FoundPlaces(places, row.total, (row.looked_at or 0) >= most, row.some_unsettled, alike)


def asked_of_words(asked: Words, limit: int) -> dict[str, Any]:
    """Return what `BY_WORDS` is asked for these words."""
    return {
        "asked": asked.for_index(),
        "whole": asked.whole(),
        "name": asked.in_name(),
        "name_begun": asked.in_name(begun=True),
        "spelt": asked.spelt_out(),
        "ids": asked.ids(),
        "most": MOST_LOOKED_AT,
        "limit": limit,
        "enough": ENOUGH,
        "spellable": list(asked.spellable()),
        "most_alike": MOST_ALIKE,
    }


async def list_by_words(session: Reader, asked: Words, limit: int) -> FoundPlaces:
    """Return the premises that hold all these words, the best answers first.

    How much alike words must be spelt is set on the connections of `Connections`.
    """
    return _all_found((await session.execute(BY_WORDS, asked_of_words(asked, limit))).one(), MOST_LOOKED_AT)


async def list_by_likeness(session: Reader, question: str, asked: Words, limit: int) -> FoundPlaces:
    """Return the premises that answer a question for the index, those written most like what was asked first."""
    values = {"asked": question, "spelt": asked.spelt_out(), "most": MOST_ALIKE_LOOKED_AT, "limit": limit}
    return _all_found((await session.execute(BY_LIKENESS, values)).one(), MOST_ALIKE_LOOKED_AT)


async def list_near(session: Reader, at: tuple[float, float], radius_m: float, limit: int) -> FoundPlaces:
    """Return the records within a radius in metres of a point on EPSG:27700, nearest first, and how many there are."""
    where = {"easting": at[0], "northing": at[1], "radius_m": radius_m, "limit": limit}
    rows = (await session.execute(NEAR, where)).all()
    return FoundPlaces(tuple(map(_near, rows)), rows[0].total if rows else 0)


async def list_nearest(session: Reader, at: tuple[float, float], limit: int, but: str = "") -> list[FoundPlace]:
    """Return the records nearest to a point on EPSG:27700, however far, but for one premises."""
    where = {"easting": at[0], "northing": at[1], "limit": limit, "but": but}
    return [_near(row) for row in (await session.execute(NEAREST_HELD, where)).all()]


async def find_nearest_known(session: Reader, at: tuple[float, float]) -> FoundPlace | None:
    """Return the premises nearest to a point on EPSG:27700, with or without a record, or None."""
    row = (await session.execute(NEAREST_KNOWN, {"easting": at[0], "northing": at[1], "limit": 1})).one_or_none()
    return _near(row) if row else None


def _near(row: Any) -> FoundPlace:
    return FoundPlace(**{name: value for name, value in row._mapping.items() if name in FIELDS})
