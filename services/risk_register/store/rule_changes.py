"""The buildings as the rules see them: counted by what addresses they have, found by it, and decided anew by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.rule_changes import AddressSet, NewRule
from services.shared.rows import as_rows, keep
from services.shared.transactions import Work

SETS = text("""
    SELECT addresses, count(*) AS buildings, count(*) FILTER (WHERE NOT has_record) AS missing
    FROM risk_register.known_premises WHERE addresses IS NOT NULL GROUP BY addresses
""")
EXAMPLES = text("""
    SELECT premises_id, name, address, postcode, station, units FROM risk_register.known_premises
    WHERE NOT has_record AND addresses IN (SELECT jsonb_array_elements(CAST(:sets AS jsonb)))
    ORDER BY units DESC, premises_id LIMIT :most
""")
DECIDE = text("""
    UPDATE risk_register.known_premises AS known SET rule = now.rule, expected_level = now.expected_level
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS now (addresses jsonb, rule varchar, expected_level integer)
    WHERE known.addresses = now.addresses
""")
MOST_EXAMPLES = 8


@dataclass(frozen=True)
class Example:
    """One of the premises that a change of the rules would bring to the list, or take from it."""

    premises_id: str
    name: str
    address: str
    postcode: str
    station: str
    units: int


async def list_address_sets(session: AsyncSession) -> list[AddressSet]:
    """Return the sets of addresses that buildings have, and how many buildings have each."""
    return [AddressSet(row.addresses, row.buildings, row.missing) for row in await session.execute(SETS)]


async def list_examples(session: AsyncSession, sets: Sequence[Mapping[str, int]]) -> tuple[Example, ...]:
    """Return some premises with no record that have one of these sets of addresses, those with the most first."""
    if not sets:
        return ()
    rows = await session.execute(EXAMPLES, {"sets": as_rows(sets), "most": MOST_EXAMPLES})
    return tuple(Example(*row) for row in rows)


async def save_decided(work: Work, decided: Sequence[NewRule]) -> None:
    """Keep the rule that all buildings with some sets of addresses fall under from now on."""
    await keep(work, DECIDE, decided)
