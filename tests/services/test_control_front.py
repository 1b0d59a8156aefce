"""The front page: one line a building, the gravest danger first, and how many there are of everything."""

from datetime import timedelta

from schemas.risk_register import RiskFacts, RiskRecord
from schemas.vocabulary import Role
from tests.builders import NOW
from tests.services.control_records import a_shop, an_addition, updated
from tests.system import System

DANGERS = (
    ("SYSTEM", "Dry riser FAULT, NW stair"),
    ("HAZARD", "Explosives, cellar"),
    ("ACCESS", "Appliance access RESTRICTED, 2.4 m wide"),
    ("HAZARD", "Acetylene cylinders (2), yard"),
)


def in_danger(number: int, *dangers: tuple[str, str], minutes: int = 0) -> RiskRecord:
    """Return the record of a shop of which crews say something that nobody has checked."""
    at = NOW - timedelta(minutes=minutes)
    additions = tuple(an_addition(summary, kind=kind, reported_at=at) for kind, summary in dangers)
    return a_shop(f"9{number:03}", f"{number} Quay Street, Wexcombe").model_copy(update={"unverified": additions})


async def front(system: System, address: str = "/control") -> str:
    control = await system.client(Role.CONTROL)
    answer = await control.get(address)
    assert answer.status_code == 200
    return answer.text


def order(page: str, *words: str) -> list[str]:
    return sorted(words, key=page.index)


async def test_dangers_stand_by_gravity_one_line_a_building(system: System) -> None:
    for number, danger in enumerate(DANGERS, 1):
        await system.say(updated(in_danger(number, danger)))
    await system.say(updated(in_danger(9, *DANGERS[:2], minutes=30)))
    await system.settle()
    page = await front(system)
    wanted = ["1 to 5 of 5", "9 Quay Street", "3 Quay Street"]
    assert all(words in page for words in wanted)
    lines = [f'href="/control/premises/9{n:03}"' for n in (2, 9, 4, 1, 3)]  # the newer of two explosives first
    assert order(page, *lines) == lines
    assert page.count("Explosives, cellar") == 2
    assert "and 1 more" in page


async def test_what_is_beyond_a_page_is_counted_and_a_page_further_on(system: System) -> None:
    await system.say(*(updated(in_danger(n, DANGERS[0], minutes=n)) for n in range(1, 43)))
    await system.say(updated(in_danger(100, DANGERS[1], minutes=500)))
    await system.settle()
    first = await front(system)
    assert "1 to 20 of 43" in first
    assert first.index("Explosives, cellar") < first.index("Dry riser FAULT")
    assert "41 to 43 of 43" in await front(system, "/control?dangers=3")
    assert "21 to 30 of 43" in await front(system, "/control/latest?changes=3")


async def test_a_strategy_heard_for_the_first_time_is_no_danger(system: System) -> None:
    first_heard = in_danger(1, ("EVACUATION", "Evacuation: STAY PUT"))
    changed = in_danger(2, ("EVACUATION", "Evacuation: SIMULTANEOUS"))
    changed = changed.model_copy(update={"facts": RiskFacts(evac_strategy="STAY_PUT")})
    await system.say(updated(first_heard), updated(changed))
    await system.settle()
    page = await front(system)
    assert "1 of 1" in page
    assert "Evacuation: SIMULTANEOUS" in page
    assert "Evacuation: STAY PUT" not in page


async def test_a_danger_that_was_checked_leaves_the_list(system: System) -> None:
    await system.say(updated(in_danger(1, DANGERS[1])))
    await system.say(updated(in_danger(1).model_copy(update={"revision": 2})))
    await system.settle()
    assert "No danger waits to be checked" in await front(system)
