"""The list of the crews' tablets, and what the server does when one is reported lost."""

from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.identity import COOKIE, Person
from services.shared.service import Tools
from tests.system import System, a_system, signed_in

ONE, OTHER, THIRD = "TAB-0A1B2C3D4E", "TAB-FFFF000011", "TAB-7777777777"
TABLETS, SESSION = "/api/v1/tablets", "/device/session"
WHY = {"why": "Left at the drill ground"}


@pytest.fixture
async def system(tools: Tools) -> System:
    """Return the service of visits by itself."""
    return await a_system(tools, ("visits",))


async def a_browser(system: System, name: str = "ash", station: str | None = "S1") -> httpx.AsyncClient:
    """Return a browser in which a firefighter is signed in."""
    client = await system.client()
    secret = await signed_in(system.tools, Person(name, (Role.FIREFIGHTER.value,), station), "session")
    client.cookies.set(COOKIE, secret)
    return client


async def uses(client: httpx.AsyncClient, tablet_id: str) -> httpx.Response:
    """Ask who is signed in, as the app on a tablet does."""
    return await client.get(SESSION, headers={"X-RAVI-Tablet": tablet_id})


async def listed(client: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    """Return the tablets that somebody is shown."""
    answer = await client.get(TABLETS, params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


async def history(system: System, record: str) -> list[tuple[object, ...]]:
    """Return what was done to a record, and by whom."""
    return await system.rows(
        f"SELECT action, actor, details->>'why' FROM platform.history WHERE record = '{record}' ORDER BY number"
    )


async def test_a_tablet_is_listed_once_it_is_used_with_the_station_of_who_used_it_last(
    system: System, clock: SetClock
) -> None:
    administrator = await system.client(Role.ADMINISTRATOR)
    ash, bay = await a_browser(system), await a_browser(system, "bay", "S2")
    assert (await uses(ash, ONE)).json()["name"] == "ash"
    first = clock.now()
    clock.move(timedelta(hours=1))
    await uses(bay, ONE)

    (tablet,) = await listed(administrator)

    assert (tablet["tablet_id"], tablet["name"], tablet["station"]) == (ONE, "0A1-B2C", "S2")
    assert (tablet["state"], tablet["first_seen_at"]) == ("IN_USE", first.isoformat().replace("+00:00", "Z"))
    assert "sign_ins" not in tablet


async def test_that_a_tablet_is_in_use_is_written_once_in_ten_minutes(system: System, clock: SetClock) -> None:
    ash = await a_browser(system)
    written = []
    for minutes in (0, 1, 8, 2, 1):
        clock.move(timedelta(minutes=minutes))
        assert (await uses(ash, ONE)).status_code == 200
        written.append(await system.rows("SELECT xmin::text FROM visits.tablets"))
    assert len({str(each) for each in written}) == 2


@pytest.mark.parametrize("written", ["", "TAB-1", "TAB-0a1b2c3d4e", "TAB-0A1B2C3D4E5", "x" * 40])
async def test_what_is_no_name_of_a_tablet_is_not_kept(system: System, written: str) -> None:
    assert (await uses(await a_browser(system), written)).status_code == 200
    assert (await (await system.client()).post("/device/emptied", headers={"X-RAVI-Tablet": written})).is_success
    assert await system.rows("SELECT * FROM visits.tablets") == []


async def test_the_list_says_how_many_and_is_searched_by_name_and_station(system: System) -> None:
    administrator = await system.client(Role.ADMINISTRATOR)
    ash, bay = await a_browser(system), await a_browser(system, "bay", "S2")
    for number in range(51):
        await uses(ash, f"TAB-{number:06d}AAAA")
    await uses(bay, OTHER)

    answer = await administrator.get(TABLETS)

    assert (len(answer.json()), answer.headers["X-Total-Count"]) == (50, "52")
    assert len(await listed(administrator, page=2)) == 2
    for words in ("FFF-F00", "tab-ffff", "fff", "s2", " S2 "):
        assert [each["tablet_id"] for each in await listed(administrator, q=words)] == [OTHER]
    assert await listed(administrator, q="E-E") == []


async def test_an_officer_in_charge_looks_after_the_tablets_of_the_own_station_alone(system: System) -> None:
    await uses(await a_browser(system), ONE)
    await uses(await a_browser(system, "bay", "S2"), OTHER)
    officer = await system.client(Role.OFFICER_IN_CHARGE, name="oic", station="S1")
    nowhere = await system.client(Role.OFFICER_IN_CHARGE, name="oic-0", station=None)

    assert [each["tablet_id"] for each in await listed(officer)] == [ONE]
    assert await listed(nowhere) == []
    page, empty = [(await each.get("/tablets")).text for each in (officer, nowhere)]
    assert "Tablets of station S1" in page
    assert ("0A1-B2C" in page, "FFF-F00" in page, "0A1-B2C" in empty) == (True, False, False)
    assert "Your sign-in names no station" in empty
    refused, unknown = [await officer.post(f"{TABLETS}/{each}/lost", json=WHY) for each in (OTHER, THIRD)]
    assert (refused.status_code, refused.json()["detail"]) == (unknown.status_code, unknown.json()["detail"])
    assert refused.status_code == 404
    assert (await officer.get(f"/tablets/{OTHER}/lost")).status_code == 404
    assert (await officer.post(f"{TABLETS}/{ONE}/lost", json=WHY)).json()["state"] == "LOST"


async def test_a_lost_tablet_is_told_so_and_its_sign_ins_end_at_once_but_no_others(system: System) -> None:
    administrator = await system.client(Role.ADMINISTRATOR)
    ash, bay, elsewhere = await a_browser(system), await a_browser(system, "bay"), await a_browser(system)
    for browser, tablet in ((ash, ONE), (bay, ONE), (elsewhere, OTHER)):
        assert (await uses(browser, tablet)).status_code == 200

    assert (await administrator.post(f"{TABLETS}/{ONE}/lost", json=WHY)).status_code == 200

    assert [(await each.get("/api/v1/visits")).status_code for each in (ash, bay, elsewhere)] == [401, 401, 200]
    for browser in (ash, await system.client(), await a_browser(system, "cedar")):
        told = await uses(browser, ONE)
        assert (told.status_code, told.json()["type"]) == (410, "urn:ravi:problem:tablet-lost")
        assert told.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert "csrf_token" not in told.text
    assert (await uses(elsewhere, OTHER)).status_code == 200
    assert "Clear-Site-Data" not in (await uses(elsewhere, OTHER)).headers
    assert await history(system, f"tablet/{ONE}") == [("reported lost", "administrator", WHY["why"])]
    assert ("sign-ins ended", "administrator", None) in await history(system, "user/bay")


async def test_a_tablet_that_was_found_before_it_heard_goes_on_and_all_of_it_is_kept_in_history(system: System) -> None:
    administrator = await system.client(Role.ADMINISTRATOR)
    await uses(await a_browser(system), ONE)
    await administrator.post(f"{TABLETS}/{ONE}/lost", json=WHY)

    again = await administrator.post(f"{TABLETS}/{ONE}/lost", json=WHY)
    found = await administrator.post(f"{TABLETS}/{ONE}/found")

    assert (again.status_code, found.json()["state"], found.json()["lost_why"]) == (409, "IN_USE", None)
    assert (await administrator.post(f"{TABLETS}/{ONE}/found")).status_code == 409
    assert (await uses(await a_browser(system), ONE)).status_code == 200
    done = [action for action, *_ in await history(system, f"tablet/{ONE}")]
    assert done == ["reported lost", "found again"]


async def test_that_it_is_empty_is_taken_of_a_lost_tablet_alone_once_and_ends_the_way_back(
    system: System, clock: SetClock
) -> None:
    administrator, nobody = await system.client(Role.ADMINISTRATOR), await system.client()
    headers = {"X-RAVI-Tablet": ONE}
    await uses(await a_browser(system), ONE)
    assert (await nobody.post("/device/emptied", headers=headers)).status_code == 204
    assert (await listed(administrator))[0]["state"] == "IN_USE"

    await administrator.post(f"{TABLETS}/{ONE}/lost", json=WHY)
    assert (await nobody.post("/device/emptied", headers=headers)).status_code == 204
    (tablet,) = await listed(administrator)
    clock.move(timedelta(hours=1))
    await nobody.post("/device/emptied", headers=headers)

    assert tablet["state"] == "EMPTIED"
    assert await listed(administrator) == [tablet]
    assert (await administrator.post(f"{TABLETS}/{ONE}/found")).status_code == 409
    assert (await uses(await a_browser(system), ONE)).status_code == 410
    assert [action for action, *_ in await history(system, f"tablet/{ONE}")] == ["reported lost", "emptied itself"]


async def test_a_sign_in_is_remembered_on_its_tablet_until_a_day_after_it_came(system: System, clock: SetClock) -> None:
    await uses(await a_browser(system), ONE)
    clock.move(timedelta(hours=25))
    await uses(await a_browser(system, "bay"), ONE)
    assert await system.rows("SELECT count(*) FROM visits.tablets, jsonb_object_keys(sign_ins)") == [(1,)]


async def test_while_the_database_takes_no_change_a_crew_is_answered_and_a_lost_tablet_still_told(
    system: System, database_address: str
) -> None:
    administrator, ash = await system.client(Role.ADMINISTRATOR), await a_browser(system)
    await uses(ash, ONE)
    await administrator.post(f"{TABLETS}/{ONE}/lost", json=WHY)
    bay = await a_browser(system, "bay")
    with psycopg.connect(database_address, autocommit=True) as connection:
        name = psycopg.conninfo.conninfo_to_dict(database_address)["dbname"]
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await system.tools.database.close()  # whoever connects from now on may not write
    assert (await uses(bay, OTHER)).json()["name"] == "bay"
    assert (await uses(bay, ONE)).status_code == 410


async def test_a_report_that_cannot_end_the_sign_ins_is_not_kept(system: System, database_address: str) -> None:
    administrator, ash = await system.client(Role.ADMINISTRATOR), await a_browser(system)
    await uses(ash, ONE)
    with psycopg.connect(database_address, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE 'no' USING ERRCODE = '57P03'; END $$"
        )
        connection.execute(
            "CREATE TRIGGER refused BEFORE UPDATE ON platform.sign_ins FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    assert (await administrator.post(f"{TABLETS}/{ONE}/lost", json=WHY)).status_code == 503
    assert (await uses(ash, ONE)).status_code == 200
    assert (await listed(administrator))[0]["state"] == "IN_USE"
    assert await history(system, f"tablet/{ONE}") == []


@pytest.mark.parametrize("why", ["", "gone", " " * 20, "x" * 201])
async def test_a_tablet_is_not_reported_lost_without_a_reason(system: System, why: str) -> None:
    administrator = await system.client(Role.ADMINISTRATOR)
    await uses(await a_browser(system), ONE)
    by_api = await administrator.post(f"{TABLETS}/{ONE}/lost", json={"why": why})
    by_page = await administrator.post(f"/tablets/{ONE}/lost", data={"why": why})
    assert (by_api.status_code, by_page.status_code) == (422, 422)
    assert (await listed(administrator))[0]["state"] == "IN_USE"
