"""A burst: more tablets at once than can be served. None loses its visit, and what is dangerous goes first."""

from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import pytest

from services.premises.handlers.load_gazetteer import Loader
from services.shared.clock import SystemClock
from services.shared.identity import Person
from services.shared.service import Tools
from tests.benchmarks.invented_area import invented_entries, write_area
from tests.benchmarks.invented_visits import alone
from tests.journeys.burst import all_at_once, answered, tablets
from tests.journeys.toy import until
from tests.processes import a_child
from tests.system import signed_in

pytestmark = pytest.mark.slow
TABLETS, CRITICAL_EVERY = 120, 15
SHOWN = """
    SELECT payload ->> 'because_of_visit' FROM platform.event_log WHERE topic = 'control.shown'
    GROUP BY 1 ORDER BY min(position)
"""

HEARD = """
    SELECT count(*) FROM platform.inbox JOIN platform.event_log USING (event_id) WHERE topic = 'premises.located'
"""


async def test_of_many_at_once_none_is_lost_or_doubled_and_control_sees_the_dangers_first(
    tmp_path: Path, database_address: str, tools: Tools
) -> None:
    entries = list(invented_entries(TABLETS * 2))
    for file in write_area(entries, tmp_path):
        await Loader(tools.database, tools.clock).load(file)
    crew = Person("firefighter", ("firefighter",), "S1", "RED")
    token = await signed_in(replace(tools, clock=SystemClock()), crew, "token")

    def rows(sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(database_address) as connection:
            return connection.execute(sql).fetchall()

    async def all_shown() -> bool:
        return len(rows(SHOWN)) == TABLETS

    async def all_heard() -> bool:
        return rows(HEARD) == [(5 * TABLETS,)]

    child = a_child(tmp_path, database_address, "run")
    try:
        child.until_ready()
        sent = tablets(alone(entries, TABLETS), CRITICAL_EVERY)
        await all_at_once(sent, child.port, token)
        told = answered(sent)
        assert set(told) == {202, 503}
        assert told[202] == TABLETS, "each is taken in the end, and once"
        assert told[503] > 20, "more came than may wait"
        assert all(each.isdigit() and 1 <= int(each) <= 300 for tablet in sent for each in tablet.advice)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{child.port}") as client:
            assert (await client.get("/health/ready")).status_code == 200
        await until(all_shown, seconds=300, what="every visit on control's screen")
        order = [visit_id for (visit_id,) in rows(SHOWN)]
        places = [order.index(tablet.visit_id) for tablet in sent if tablet.critical]
        assert len(places) == TABLETS // CRITICAL_EVERY
        assert max(places) < TABLETS * 0.6, f"the last danger was number {max(places)} of {TABLETS} on control's screen"
        assert rows("SELECT count(*) FROM visits.visits") == [(TABLETS,)]
        assert rows("SELECT count(*) FROM platform.quarantine") == [(0,)]
        await until(all_heard, seconds=300, what="every service hearing of every place")
        heard = "SELECT service, count(*) FROM platform.inbox JOIN platform.event_log USING (event_id)"
        once = rows(f"{heard} WHERE topic = 'premises.located' GROUP BY service ORDER BY service")
        assert once == [(name, TABLETS) for name in ("control", "referrals", "risk_register", "scorecard", "visits")]
    finally:
        child.stop()
