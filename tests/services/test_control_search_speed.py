"""Among a hundred thousand premises a search answers before an operator has typed the next letter."""

import time
from functools import partial

import pytest
from sqlalchemy import text

from services.control.rules.search_words import read_words
from services.control.store.connections import Connections
from services.control.store.search import BY_WORDS, asked_of_words
from services.control.views.finding import find
from services.shared.database import Database
from services.shared.service import Tools
from tests.benchmarks.report import percentile
from tests.conftest import Templates
from tests.slowness import slowness

PLACES = 100_000
HELD_EVERY = 5
P95_S = 0.200

FILL = """
INSERT INTO control.places (premises_id, generation, name, address, postcode, known_as, parent_id, easting, northing,
    in_use, name_key, line_key, order_key, words, held, level, base_level, unverified)
SELECT id, 1, name, address, postcode, '', NULL, 250000 + (n * 7919::bigint) % 60000,
    100000 + (n * 104729::bigint) % 60000, true, lower(name), lower(replace(address, ',', '')),
    lower(substring(address from ' .*')), array_to_tsvector(array_remove(string_to_array(
        lower(regexp_replace(name || ' ' || address || ' ' || postcode, '[^A-Za-z0-9]+', ' ', 'g')) || ' '
        || lower(replace(postcode, ' ', '')) || ' ' || id, ' ')
        || (SELECT array_agg('name:' || word) FROM string_to_table(lower(name), ' ') AS word WHERE word <> ''), '')),
    n % :held_every = 0, CASE WHEN n % :held_every = 0 THEN 1 + n % 5 END, NULL, 0
FROM (
    SELECT n, (999900000000 + n)::text AS id,
        CASE WHEN n % 9 = 0 THEN (ARRAY['Marlowe', 'Orchard', 'Wellington', 'Kestrel', 'Harbour'])[1 + n % 5] || ' '
            || (ARRAY['House', 'Court', 'Stores', 'Garage', 'Lodge'])[1 + (n / 5) % 5] ELSE '' END AS name,
        (1 + (n / 400) % 180) || ' '
            || (ARRAY['Quay', 'King', 'High', 'Church', 'Mill', 'Station', 'Orchard', 'Bell', 'Castle', 'Ferry',
                'Victoria', 'Albert', 'Priory', 'Chapel', 'Meadow', 'Bridge', 'Market', 'Park', 'Abbey', 'Rope']
               )[1 + n % 20] || ' '
            || (ARRAY['Street', 'Road', 'Lane', 'Avenue', 'Close', 'Walk', 'Hill', 'Terrace'])[1 + (n / 20) % 8]
            || ', ' || (ARRAY['Wexcombe', 'Arrelbridge', 'Pelwardine', 'Hallowmarsh', 'Little Orrin']
               )[1 + (n / 160) % 5] AS address,
        'XQ' || (1 + n % 9) || ' ' || (n / 9 % 10) || chr(65 + n / 90 % 20) || chr(65 + n / 1800 % 20) AS postcode
    FROM generate_series(1, :places) AS n
) AS made
"""

WORDS = """
INSERT INTO control.words SELECT DISTINCT word FROM control.places, unnest(tsvector_to_array(words)) AS word
WHERE word ~ '^[a-z]{3,}$'
UNION SELECT left(translate(md5(n::text), '0123456789', 'ghijklmnop'), 5 + n % 6) FROM generate_series(1, 8000) AS n
ON CONFLICT DO NOTHING
"""

TYPED = (
    "h",
    "hi",
    "high",
    "high street",
    "12 high st",
    "12 high street wexcombe",
    "wexcombe",
    "xq1 1aa",
    "xq3",
    "999900012345",
    "9999000123",
    "marlowe house",
    "marlow huose",
    "victria road arelbridge",
    "kign steet wexcome",
    "statoin rd",
    "14 pelwardine church ln",
    "zzzz qqqq",
    "SX 7500 2500",
    "st",
)


async def fill(tools: Tools) -> None:
    """Keep invented premises in control's places, a record held of every fifth."""
    async with tools.database.reading() as session:
        await session.execute(text(FILL), {"places": PLACES, "held_every": HELD_EVERY})
        await session.execute(text(WORDS))
        await session.commit()
        await session.execute(text("ANALYZE control.places, control.words"))
        await session.commit()


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return the database that each of these tests has a copy of."""
    return await templates.filled("template_many_places", fill)


@pytest.mark.slow
async def test_a_search_among_a_hundred_thousand_premises_takes_less_than_a_fifth_of_a_second_at_p95(
    database: Database,
) -> None:
    slow = slowness()
    rounds: list[dict[str, float]] = []
    connections = Connections(database)
    for _ in range(10):
        taken = {}
        for asked in TYPED:
            started = time.perf_counter()
            await connections.ask(partial(find, asked, 20))
            taken[asked] = time.perf_counter() - started
        rounds.append(taken)
    # What else runs on the machine slows some rounds; a slow search slows them all, so the calmest of them tells.
    p95, calmest = min((percentile(list(taken.values()), 95), number) for number, taken in enumerate(rounds))
    slowest = {asked: round(seconds * 1000, 1) for asked, seconds in rounds[calmest].items()}
    slow = max(slow, slowness())
    assert p95 < P95_S * slow, f"p95 {p95 * 1000:.1f} ms on a machine {slow:.1f} times slowed; in ms: {slowest}"


@pytest.mark.parametrize("asked", ["12 high street wexcombe", "marlowe house", "xq1 1aa", "999900012345"])
async def test_a_search_is_answered_from_the_indexes_of_words(database: Database, asked: str) -> None:
    async with database.reading() as session:
        explained = await session.execute(text(f"EXPLAIN {BY_WORDS.text}"), asked_of_words(read_words(asked), 20))
        plan = "\n".join(explained.scalars())
    assert "places_words" in plan, plan
    assert "Seq Scan on places" not in plan, plan
