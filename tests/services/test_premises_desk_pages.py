"""What the desk shows to those who sit at it all day: what is near, what has changed, who has what open."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.conftest import Templates
from tests.services.premises_desk import AT_THE_LIBRARY, LIBRARY, TOWN_HALL, know_the_area, load, located, send
from tests.system import System, a_system

API = "/api/v1/premises"
UNKNOWN_NAME = {"name": "The Snickelway Rooms", "street": "High Street", "town": "Arrelbridge"}
SHED = "tin shed past where the chip van stops"
COLUMNS = "premises_id,name,address,postcode,easting,northing\n"


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database that knows the sample area."""
    return await templates.filled("the_area", know_the_area)


@pytest.fixture
async def desk(tools: Tools) -> System:
    """Return visits and premises, with the sample area loaded."""
    return await a_system(tools, ["visits", "premises"])


async def page_of(person: httpx.AsyncClient, visit_id: str) -> str:
    answer = await person.get(f"/premises/cases/{visit_id}")
    assert answer.status_code == 200
    return answer.text


async def confirm(person: httpx.AsyncClient, visit_id: str, premises_id: str) -> httpx.Response:
    form = {"premises_id": premises_id, "version": "1", "learn": "yes", "sure": "yes"}
    return await person.post(f"/premises/cases/{visit_id}/confirm", data=form)


def buttons(page: str) -> list[str]:
    return re.findall(r'name="premises_id" value="([^"]+)"', page)


async def test_what_stands_nearest_to_a_good_fix_can_be_confirmed_although_it_is_not_written(desk: System) -> None:
    person = await desk.client(Role.RISK_TEAM)
    sure = await send(desk, SHED, device_point=AT_THE_LIBRARY)
    page = await page_of(person, sure)
    assert "Nearest to the tablet" in page
    nearest = page.split('id="nearest"')[1]
    assert buttons(nearest)[0] == LIBRARY
    assert re.search(r"SO 5482\d 6754\d, good to 6 m", page)
    street = await page_of(person, await send(desk, UNKNOWN_NAME, device_point=AT_THE_LIBRARY))
    assert len(buttons(street.split('id="nearest"')[0])) == 5
    assert 'data-shortcut="6"' in street.split('id="nearest"')[1]
    rough = await send(desk, SHED, device_point=AT_THE_LIBRARY | {"accuracy_m": 900})
    assert "Nearest to the tablet" not in await page_of(person, rough)


async def test_a_candidate_is_shown_as_its_entry_is_today_with_what_has_changed(desk: System, tmp_path: Path) -> None:
    person = await desk.client(Role.RISK_TEAM)
    visit_id = await send(desk, "Town Hall, Market Place, Arrelbridge", device_point=AT_THE_LIBRARY)
    file = tmp_path / "new.csv"
    file.write_text(f'{COLUMNS}{TOWN_HALL},Ferry Office,"9 Quay Hill, Pelwardine",XQ3 1AD,351000,271000\n')
    await load(desk.tools, file)
    await send(desk, "nowhere that anyone knows of")  # a visit that is heard waits for the new picture
    page = await page_of(person, visit_id)
    assert "9 Quay Hill, Pelwardine" in page
    assert "its entry has changed since it was matched: it was Town Hall, Market Place" in page


async def test_an_entry_that_stands_nowhere_cannot_be_confirmed_unless_the_tablet_knew(
    desk: System, tmp_path: Path
) -> None:
    person = await desk.client(Role.RISK_TEAM)
    file = tmp_path / "new.csv"
    file.write_text(
        f'{COLUMNS}9001,Marram Depot,"1 Dune Lane, Nowhere",,,\n9002,Marram Depot,"3 Dune Lane, Nowhere",,,\n'
    )
    await load(desk.tools, file)
    visit_id = await send(desk, "Marram Depot, Dune Lane")
    page = await page_of(person, visit_id)
    assert "nobody knows where it stands" in page
    assert not {"9001", "9002"} & set(buttons(page))
    assert (await confirm(person, visit_id, "9001")).status_code == 422
    rough = await send(desk, "Marram Depot, Dune Lane", device_point=AT_THE_LIBRARY | {"accuracy_m": 900})
    assert "9001" not in buttons(await page_of(person, rough))
    assert (await confirm(person, rough, "9001")).status_code == 422
    sure = await send(desk, "Marram Depot, Dune Lane", device_point=AT_THE_LIBRARY)
    assert "9001" in buttons(await page_of(person, sure))
    assert (await confirm(person, sure, "9001")).status_code == 303
    [event] = await located(desk)
    assert round(event.premises.place.easting) == 354826


async def test_two_at_the_desk_are_not_led_to_the_same_visit(desk: System, clock: SetClock) -> None:
    first, second = [await desk.client(Role.RISK_TEAM, name=name) for name in ("a.one", "b.two")]
    visits = []
    for address in (SHED, UNKNOWN_NAME, "zzz qqq", "hut by the weir"):
        visits.append(await send(desk, address))
        clock.move(timedelta(seconds=1))
    await page_of(first, visits[0])
    await page_of(second, visits[1])
    assert "a.one has this visit open" in await page_of(second, visits[0])
    await page_of(second, visits[1])
    listed = (await first.get("/premises")).text
    assert listed.count("open with b.two") == 1
    await page_of(first, visits[0])
    onward = await confirm(first, visits[0], LIBRARY)
    assert onward.headers["location"] == f"/premises/cases/{visits[2]}"
    skipped = await second.get(f"/premises/cases/{visits[1]}/next")
    assert skipped.headers["location"] == f"/premises/cases/{visits[2]}"
    await page_of(first, visits[2])
    skipped = await second.get(f"/premises/cases/{visits[1]}/next")
    assert skipped.headers["location"] == f"/premises/cases/{visits[3]}"
    clock.move(timedelta(minutes=11))
    assert "has this visit open" not in await page_of(second, visits[2])


async def test_what_people_decided_is_listed_with_the_way_to_correct_it(desk: System, clock: SetClock) -> None:
    person = await desk.client(Role.RISK_TEAM, name="p.quillerby")
    placed, returned = await send(desk, UNKNOWN_NAME), await send(desk, SHED)
    answer = await confirm(person, placed, LIBRARY)
    assert "Arrelbridge Library" in (await person.get(answer.headers["location"])).text
    form = {"version": "1", "why": "Which field? Send a grid reference."}
    assert (await person.post(f"/premises/cases/{returned}/return", data=form)).status_code == 303
    page = (await person.get("/premises")).text
    assert "No visit is waiting" in page
    assert f'action="/premises/cases/{placed}/put-back"' in page
    assert "Arrelbridge Library, 62 High Street" in page
    assert "Returned to the crew: Which field?" in page
    assert page.count("p.quillerby</td>") == 2
    clock.move(timedelta(hours=25))
    person = await desk.client(Role.RISK_TEAM, name="p.quillerby")
    assert "Decided by people" not in (await person.get("/premises")).text


async def test_the_visits_that_a_learnt_name_has_placed_are_listed_before_and_after_it_is_taken_back(
    desk: System, clock: SetClock
) -> None:
    person = await desk.client(Role.RISK_TEAM)
    assert "No name has been learnt" in (await person.get("/premises/learnt")).text
    first = await send(desk, UNKNOWN_NAME)
    await confirm(person, first, LIBRARY)
    assert "none yet" in (await person.get("/premises/learnt")).text
    clock.move(timedelta(minutes=1))
    by_name = await send(desk, "the SNICKELWAY rooms, high st, arrelbridge")
    by_number = await send(desk, "62 High Street, Arrelbridge, XQ1 1AP")
    assert len(await located(desk)) == 3
    page = (await person.get("/premises/learnt")).text
    assert f'href="/review/{by_name}"' in page
    assert not any(f'href="/review/{other}"' in page for other in (first, by_number))
    [(alias_id,)] = await desk.rows("SELECT alias_id FROM premises.aliases")
    clock.move(timedelta(minutes=1))
    answer = await person.post(f"/premises/learnt/{alias_id}/undo")
    page = (await person.get(answer.headers["location"])).text
    assert "The one visit that it placed stays where it is" in page
    assert f'href="/review/{by_name}"' in page
    assert "by risk-team" in page
