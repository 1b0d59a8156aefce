"""Find the buildings of which something is held by consent, the first to be asked again first, and what they are."""

from datetime import date

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.rules.buildings import Counts, HeldBuilding, Home

# The building itself where a visit was placed there; else it is named by what is known of a flat in it.
NAMED = """
    (
        SELECT premises_name, address, postcode, parent_id FROM referrals.visits
        WHERE premises_id = {home} AND premises_id <> '' ORDER BY located_at DESC LIMIT 1
    ) UNION ALL (
        SELECT '', address, postcode, '' FROM referrals.visits
        WHERE parent_id = {home} AND parent_id <> '' ORDER BY located_at DESC LIMIT 1
    ) LIMIT 1
"""
LISTED = text(f"""
    SELECT premises_id, flats, review_due_on, coalesce(premises_name, '') AS name, coalesce(address, '') AS address,
        coalesce(postcode, '') AS postcode
    FROM (
        SELECT * FROM safeguarding.buildings WHERE review_due_on BETWEEN :first AND :last
        ORDER BY review_due_on, premises_id LIMIT :limit OFFSET :offset
    ) AS page LEFT JOIN LATERAL ({NAMED.format(home="page.premises_id")}) AS named ON true
    ORDER BY review_due_on, premises_id
""")
COUNTED = text("""
    SELECT count(*) FILTER (WHERE review_due_on BETWEEN :first AND :last),
        count(*) FILTER (WHERE review_due_on < :today),
        count(*) FILTER (WHERE review_due_on BETWEEN :today AND :due),
        count(*) FILTER (WHERE review_due_on > :due AND review_due_on <= :soon),
        count(*)
    FROM safeguarding.buildings
""")
KNOWN = text(NAMED.format(home=":premises_id"))


async def list_buildings(
    session: AsyncSession, first: date, last: date, *, limit: int, offset: int
) -> list[HeldBuilding]:
    """Return buildings with a flat that must be asked again between two days, the first first."""
    asked = {"first": first, "last": last, "limit": limit, "offset": offset}
    return [
        HeldBuilding(Home(row.premises_id, row.name, row.address, row.postcode), row.flats, row.review_due_on)
        for row in await session.execute(LISTED, asked)
    ]


async def count_buildings(session: AsyncSession, first: date, last: date, days: tuple[date, date, date]) -> Counts:
    """Return how many buildings there are; `days` are today, and the last days of "due" and of "due soon"."""
    today, due, soon = days
    asked = {"first": first, "last": last, "today": today, "due": due, "soon": soon}
    return Counts(*(await session.execute(COUNTED, asked)).one())


async def find_home(session: AsyncSession, premises_id: str) -> tuple[Home, str] | None:
    """Return a premises that a visit was placed at and the building it is in, if any; None where no visit was."""
    row = (await session.execute(KNOWN, {"premises_id": premises_id})).first()
    return (Home(premises_id, row.premises_name, row.address, row.postcode), row.parent_id) if row else None
