"""Among two hundred thousand premises the gap list is right and quick, and what is due for review is as quick."""

import time
from collections.abc import Awaitable, Callable
from functools import cache

import pytest
from sqlalchemy import text

from services.risk_register.rules.due import DueState, DueWanted
from services.risk_register.rules.gap_rules import FIRST, GapRule
from services.risk_register.rules.gaps import GapWanted
from services.risk_register.views.due import due_page
from services.risk_register.views.gap_rules import preview
from services.risk_register.views.gaps import gap_page
from services.shared.database import Database
from services.shared.service import Tools
from tests.benchmarks.report import percentile
from tests.conftest import Templates
from tests.services.gap_county import buildings_of, county, hear
from tests.slowness import slowness

pytestmark = pytest.mark.slow
SIZE = 200_000
P95_S = 0.300
OTHER = (
    *(rule for rule in FIRST.rules if rule.code not in ("warehouse", "hmo")),
    GapRule("offices", "Offices", ("CO",), 1, 2, "a test"),
    GapRule("few-flats", "Five flats", ("RD06",), 5, 3, "a test"),
)
# Half of the records are due, in every state; the gravest and the least grave alike.
DATES = """
INSERT INTO risk_register.review_dates
SELECT premises_id, name, address, postcode, station, level, level, DATE '2024-01-01', due,
    (due + make_interval(months => CASE level WHEN 5 THEN 6 WHEN 4 THEN 12 WHEN 3 THEN 18 ELSE 30 END))::date
FROM (
    SELECT *, 1 + (n * 7919) % 5 AS level, DATE '2026-11-22' + (2000 - (n * 104729) % 4000)::integer AS due
    FROM (SELECT *, row_number() OVER (ORDER BY premises_id) AS n FROM risk_register.known_premises) AS numbered
) AS dated
"""


async def fill(tools: Tools) -> None:
    """Let the register hear of a county, and give each of its premises a review date."""
    await hear(tools, county(SIZE))
    async with tools.database.reading() as session:
        await session.execute(text(DATES))
        await session.commit()
        await session.execute(text("ANALYZE risk_register.known_premises, risk_register.review_dates"))
        await session.commit()


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return the database that each of these tests has a copy of."""
    return await templates.filled("template_county", fill)


@cache  # most buildings hold one address, of one of a dozen classes
def by_hand(rules: tuple[GapRule, ...], addresses: frozenset[tuple[str, int]]) -> tuple[str, int] | None:
    """Return the rule and level by reading the table of rules out loud: every rule that fits, the highest first."""
    fitting = []
    for at, rule in enumerate(rules):
        total = sum(number for name, number in addresses if any(name.startswith(one) for one in rule.classes))
        if total >= rule.least:
            fitting.append((rule.level, -at, rule.code))
    return (max(fitting)[2], max(fitting)[0]) if fitting else None


async def test_for_a_county_list_and_preview_are_what_counting_by_hand_gives(tools: Tools, database: Database) -> None:
    wanted, other = {}, {}
    for building, addresses in buildings_of(county(SIZE)).items():
        if found := by_hand(FIRST.rules, frozenset(addresses.items())):
            wanted[building] = (*found, addresses.total())
        if found := by_hand(OTHER, frozenset(addresses.items())):
            other[building] = (*found, addresses.total())
    async with database.reading() as session:
        rows = await session.execute(
            text("""
                SELECT premises_id, rule, expected_level, units FROM risk_register.known_premises
                WHERE rule IS NOT NULL AND NOT has_record
            """)
        )
        assert {row[0]: tuple(row[1:]) for row in rows} == wanted
        change = (await preview(session, FIRST, OTHER)).change
    assert (change.before, change.after) == (len(wanted), len(other))
    assert (change.enter, change.leave) == (len(other.keys() - wanted.keys()), len(wanted.keys() - other.keys()))
    assert change.move == sum(wanted[each] != other[each] for each in wanted.keys() & other.keys())
    assert min(change.enter, change.leave, change.move) > 100
    in_order = sorted(wanted, key=lambda one: (-wanted[one][1], -wanted[one][2], one))
    page = await gap_page(tools, GapWanted(), 3)
    assert [line.premises_id for line in page.lines] == in_order[100:150]
    assert page.page.total == len(wanted) == sum(page.by_rule.values()) == sum(page.by_station.values())


async def test_a_page_of_either_list_takes_less_than_three_tenths_of_a_second_at_p95(tools: Tools) -> None:
    slow = slowness()
    asked: list[Callable[[], Awaitable[object]]] = [
        lambda: gap_page(tools, GapWanted()),
        lambda: gap_page(tools, GapWanted(), 60),
        lambda: gap_page(tools, GapWanted("care-home", "S7")),
        lambda: gap_page(tools, GapWanted(station="S12")),
        lambda: due_page(tools, DueWanted()),
        lambda: due_page(tools, DueWanted(), 900),
        lambda: due_page(tools, DueWanted(DueState.OVERDUE, 3)),
        lambda: due_page(tools, DueWanted(DueState.STALE, 5, "S9")),
        lambda: due_page(tools, DueWanted(station="S30")),
    ]
    rounds: list[list[float]] = []
    for _ in range(8):
        taken = []
        for ask in asked:
            started = time.perf_counter()
            await ask()
            taken.append(time.perf_counter() - started)
        rounds.append(taken)
    # What else runs on the machine slows some rounds; a slow list slows them all, so the calmest of them tells.
    p95, calmest = min((percentile(taken, 95), number) for number, taken in enumerate(rounds))
    slow = max(slow, slowness())
    each = [round(seconds * 1000) for seconds in rounds[calmest]]
    assert p95 < P95_S * slow, f"p95 {p95 * 1000:.0f} ms on a machine {slow:.1f} times slowed; in ms: {each}"
