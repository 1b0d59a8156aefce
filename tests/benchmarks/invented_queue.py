"""A register of many records with a queue before it: a few made by the register itself, and copied by the database."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from schemas.premises import PremisesLocated
from schemas.vocabulary import Role
from services.risk_register.handlers.desk import Command
from services.risk_register.handlers.moves import Move, make_move
from services.risk_register.handlers.visits import take_up_visits
from services.risk_register.store.rows import ITEM
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.service import Tools
from services.shared.transactions import Heard, transaction
from tests.benchmarks.report import tell
from tests.builders import a_premises
from tests.services.gap_county import county, hear
from tests.services.risk_register_desk import ACETYLENE, RISER_FAULT, located

CAUSE = Cause("risk_register", "bench", "bench")
FIRST = Person("first", (Role.RISK_TEAM.value,), "S1")
SECOND = Person("second", (Role.RISK_TEAM_MANAGER.value,), "S1")
SEVERE = dict.fromkeys(("FF", "PUB", "ENV", "COM", "HER", "ECO"), 4)
FOUND: tuple[dict[str, Any], ...] = (
    {},
    {"likelihood": 4, "severity": SEVERE, "roof": "Slate"},
    {"hazards": [ACETYLENE, {"code": "PV", "location": "roof, south"}], "none_found": False},
    {"systems": [RISER_FAULT, {"kind": "SPRINKLER", "status": "WORKING"}], "voids": "Roof void, undivided"},
    {"premises_class": "FLATS_HIGH", "height_top_storey_m": 26, "external_wall": "ACM", "likelihood": 3},
    {"likelihood": 1, "roof": "Felt", "entry_point": "Front, through the gate"},
)
KINDS = len(FOUND)
# Every place of the county but one in six has a record: the sixth part is what the gap list finds its lines in.
PLACES = """
    CREATE TEMPORARY TABLE places AS
    SELECT premises_id, row_number() OVER (ORDER BY premises_id) - 1 AS n,
        jsonb_build_object('premises_id', premises_id, 'name', name, 'address', address, 'postcode', postcode) AS told
    FROM (SELECT * FROM risk_register.known_premises ORDER BY md5(premises_id) LIMIT :records) AS chosen
"""
RECORDS = """
    INSERT INTO risk_register.records SELECT made.* FROM places
    JOIN risk_register.records AS kept ON kept.premises_id = 'kind-' || n % :kinds
    CROSS JOIN LATERAL jsonb_populate_record(kept, jsonb_build_object(
        'premises_id', places.premises_id, 'premises', kept.premises || told,
        'shown', kept.shown || jsonb_build_object('premises', kept.premises || told))) AS made
"""
VERSIONS = """
    INSERT INTO risk_register.versions SELECT made.* FROM places
    JOIN risk_register.versions AS kept ON kept.premises_id = 'kind-' || n % :kinds
    CROSS JOIN LATERAL jsonb_populate_record(kept, jsonb_build_object(
        'premises_id', places.premises_id, 'visit_id', '019aac00-0000-7000-8000-' || lpad(to_hex(n), 12, '0'),
        'at', kept.at - n % 1000 * interval '1 day')) AS made
"""
NAMES, MADE = ", ".join(ITEM), ", ".join(f"made.{name}" for name in ITEM)
DECIDED = f"""
    INSERT INTO risk_register.review_items ({NAMES}) SELECT {MADE} FROM places
    JOIN risk_register.review_items AS kept ON kept.premises_id = 'kind-' || n % :kinds AND kept.decided_at IS NOT NULL
    CROSS JOIN LATERAL jsonb_populate_record(kept, jsonb_build_object(
        'premises_id', places.premises_id, 'visit_id', '019aac00-0000-7000-8000-' || lpad(to_hex(n), 12, '0'),
        'decided_at', kept.decided_at - n % 1000 * interval '1 day')) AS made
"""
# Half an hour apart: some are overdue, most are not.
WAITING = f"""
    INSERT INTO risk_register.review_items ({NAMES}) SELECT {MADE} FROM places
    JOIN risk_register.review_items AS kept ON kept.premises_id = 'kind-' || n % :kinds AND kept.decided_at IS NULL
    CROSS JOIN LATERAL jsonb_populate_record(kept, jsonb_build_object(
        'premises_id', places.premises_id, 'visit_id', '019aac01-0000-7000-8000-' || lpad(to_hex(n), 12, '0'),
        'due_at', now() + (n * 7919 % :queue - :queue / 5) * interval '5 minutes',
        'submitted_at', kept.submitted_at - n * interval '1 minute')) AS made
    WHERE n < :queue
"""
DATES = """
    INSERT INTO risk_register.review_dates
    SELECT premises_id, told ->> 'name', told ->> 'address', told ->> 'postcode', 'S' || n % 56 + 1, level, level,
        current_date - 500, due, (due + make_interval(months => 6 * (6 - level)))::date
    FROM (SELECT *, (1 + (n * 7919) % 5)::integer AS level, current_date + (2000 - (n * 104729) % 4000)::integer AS due
        FROM places) AS dated
"""
HAVE_ONE = """
    UPDATE risk_register.known_premises SET has_record = true
    WHERE premises_id IN (SELECT premises_id FROM places)
"""


async def fill_register(tools: Tools, records: int, queue: int) -> None:
    """Keep so many published records, each with the visit it came from, and before some of them a visit that waits."""
    tell(f"letting the register hear of {records + records // 5:,} premises")
    await hear(tools, county(records + records // 5))
    await _kinds(tools)
    async with transaction(tools.database, tools.clock, CAUSE) as work:
        for what, statement in (
            ("choosing which premises have a record", PLACES),
            (f"{records:,} records", RECORDS),
            ("what was published of each", VERSIONS),
            ("the visit that each was made from", DECIDED),
            (f"{queue:,} visits that wait", WAITING),
            ("when each is to be seen again", DATES),
            ("and that it is there", HAVE_ONE),
        ):
            tell(what)
            await work.execute(text(statement), {"records": records, "queue": queue, "kinds": KINDS})


async def _kinds(tools: Tools) -> None:
    """Let the register itself make one record of each kind, and before it a visit that waits."""
    now = tools.clock.now()
    for kind, found in enumerate(FOUND):
        place = a_premises(f"kind-{kind}")
        first = located(place, now - timedelta(days=90), **found)
        second = located(place, now, **{**found, "roof": "Tin"})
        await _take_up(tools, first)
        for person in (FIRST, SECOND):
            item = None
            for move in (Move.CLAIM, Move.PUBLISH):
                version = item.version if item else await _version(tools, first.visit_id)
                item = await make_move(tools, "bench", move, Command(first.visit_id, version, person))
            if item is not None and item.decided_at is not None:
                break
        await _take_up(tools, second)


async def _take_up(tools: Tools, event: PremisesLocated) -> None:
    async with transaction(tools.database, tools.clock, CAUSE) as work:
        await take_up_visits([Heard(event, CAUSE)], work)


async def _version(tools: Tools, visit_id: str) -> int:
    async with tools.database.reading() as session:
        wanted = text("SELECT version FROM risk_register.review_items WHERE visit_id = :id")
        return int((await session.execute(wanted, {"id": visit_id})).scalar_one())
