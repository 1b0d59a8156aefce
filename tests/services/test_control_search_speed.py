"""Among twenty thousand records a search answers before an operator has typed the next letter."""

import time

import pytest
from sqlalchemy import text

from services.command_line.bench.report import percentile
from services.control.handlers.finding import find
from services.shared.database import Database

RECORDS = 20_000
P95_S = 0.050

FILL = """
INSERT INTO control.shown (premises_id, revision, version, name, address, postcode, search_text, easting, northing,
    level, base_level, unverified, record, shown_at)
SELECT id, 1, 1, name, address, postcode,
    lower(regexp_replace(name || ' ' || address || ' ' || postcode, '[^A-Za-z0-9]+', ' ', 'g')) || ' '
        || lower(replace(postcode, ' ', '')) || ' ' || id,
    250000 + (n * 7919) % 60000, 100000 + (n * 104729) % 60000, 1 + n % 5, 1 + n % 5, 0, '{}', now()
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
    FROM generate_series(1, :records) AS n
) AS made
"""

WORDS = """
INSERT INTO control.words SELECT DISTINCT word FROM control.shown, unnest(string_to_array(search_text, ' ')) AS word
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


@pytest.mark.slow
async def test_a_search_among_twenty_thousand_records_takes_less_than_50_ms_at_p95(database: Database) -> None:
    async with database.reading() as session:
        await session.execute(text(FILL), {"records": RECORDS})
        await session.execute(text(WORDS))
        await session.commit()
        await session.execute(text("ANALYZE control.shown, control.words"))
        await session.commit()
    rounds: list[dict[str, float]] = []
    for _ in range(10):
        taken = {}
        for asked in TYPED:
            started = time.perf_counter()
            async with database.reading() as session:
                await find(asked, 20, session)
            taken[asked] = time.perf_counter() - started
        rounds.append(taken)
    # What else runs on the machine slows some rounds; a slow search slows them all, so the calmest of them tells.
    p95, calmest = min((percentile(list(taken.values()), 95), number) for number, taken in enumerate(rounds))
    slowest = {asked: round(seconds * 1000, 1) for asked, seconds in rounds[calmest].items()}
    assert p95 < P95_S, f"p95 {p95 * 1000:.1f} ms; in ms: {slowest}"
