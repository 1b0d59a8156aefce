"""Of a closed alarm control learns whom to ring and a random reference; nobody else learns that there is one."""

import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast

import pytest
from httpx import AsyncClient, Response

from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.lasting import lasting_tools
from tests.services.alarm_room import ALARMS, ALL_PAGE, NOW_PAGE, Room, submit
from tests.services.referrals_desk import CHILD, LOCKED_EXIT, listed, send
from tests.services.test_referrals_cases import MARKER, every_cell, leaks
from tests.system import a_system

CLOSED = (
    CHILD | {"note": f"child {MARKER}", "unit_ref": f"Flat {MARKER}"},
    {"kind": "RI6", "note": MARKER, "override_ground": "CRIME", "override_note": MARKER},
)
STATION, STREET = "S773", "77 Marmot Parade"
OTHERS = sorted(set(Role) - {Role.CONTROL})


@pytest.fixture
async def room(tools: Tools, clock: SetClock) -> AsyncIterator[Room]:
    """Return visits, referrals and control on this test's database."""
    whole = await a_system(tools, ("visits", "referrals", "control"))
    yield Room(whole, clock)
    await whole.close()


async def send_closed(room: Room) -> tuple[str, list[str]]:
    """Send a visit with two closed referrals, let them be late, and return its id and what none may see of it."""
    visit_id = await send(room.desk, *CLOSED, address={"written": STREET}, station=STATION)
    await room.wait(100)
    cases = await room.desk.rows("SELECT id::text, visit_id FROM safeguarding.cases")
    assert len(cases) == 2
    return visit_id, [visit_id, STREET, STATION, "SG2", "RI6", "child", "Crime", *(str(case[0]) for case in cases)]


def seen(response: Response) -> str:
    """Return all of an answer that somebody could read: its head and its body."""
    return f"{response.headers} {response.text}"


async def test_control_is_shown_no_kind_no_place_no_visit_and_no_word_of_a_closed_alarm(room: Room) -> None:
    _, hidden = await send_closed(room)
    control = await room.browser(Role.CONTROL)
    machine = await room.desk.client(Role.CONTROL)
    answers = [await control.get(NOW_PAGE), await control.get(ALL_PAGE), await machine.get(ALARMS)]
    assert [len(re.findall("ring back", answer.text)) > 0 for answer in answers[:2]] == [True, True]
    assert len(answers[2].json()["alarms"]) == 2
    for answer in answers:
        assert [word for word in hidden if word.lower() in seen(answer).lower()] == []
        assert not leaks(seen(answer))


async def test_two_closed_alarms_of_different_kinds_look_alike(room: Room) -> None:
    await send_closed(room)
    first, second = await room.alarms()
    own = ("id", "reference", "since", "last_at", "times")
    assert {name: first[name] for name in first if name not in own} == {
        name: second[name] for name in second if name not in own
    }


async def test_neither_id_nor_reference_follows_from_anything(room: Room) -> None:
    await send_closed(room)
    ids = [alarm["id"] for alarm in await room.alarms()]
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one) for one in ids)
    references = [alarm["reference"] for alarm in await room.alarms()]
    assert all(re.fullmatch(r"[2346789BCDFGHJKMPQRTVWXY]{4}-[2346789BCDFGHJKMPQRTVWXY]{4}", one) for one in references)
    assert len({*ids, *references}) == 4


async def test_a_closed_alarm_leaves_nothing_in_log_events_history_or_metrics(
    room: Room, database_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    visit_id, _ = await send_closed(room)
    before = await shared_rows(room)
    actions = await room.desk.rows("SELECT DISTINCT action FROM safeguarding.history")
    assert actions == [("raised",)]
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    alarm, other = await room.alarms()
    operator = await room.browser(Role.CONTROL)
    signed_in = await shared_rows(room)
    await submit(operator, ALL_PAGE, "heard")
    typed = {"spoken_to": f"Elm {MARKER}", "at": room.local(), "incident_number": "SG-7718"}
    await submit(operator, ALL_PAGE, "contact", **typed)
    await room.wait(7.5)
    assert len(await room.alarms()) == 1
    metrics = (await (await room.desk.client()).get("/metrics")).text

    assert before[:2] == signed_in[:2] == (await shared_rows(room))[:2]
    assert [record.getMessage() for record in caplog.records if record.name.startswith("services")] == []
    cells = every_cell(database_address)
    for word in (alarm["reference"], alarm["id"], other["reference"], other["id"], "SG-7718"):
        assert word not in metrics
        assert [where for where, text in cells if word in text and not where.startswith("safeguarding.")] == []
    assert visit_id not in metrics
    assert not leaks(metrics)
    assert {where for where, text in cells if leaks(text)} == set()
    assert await room.desk.rows("SELECT count(*) FROM referrals.alarms") == [(0,)]


async def shared_rows(room: Room) -> tuple[object, object]:
    """Return how much there is in the event log and in the history, which every service reads."""
    return (
        await room.desk.rows("SELECT count(*) FROM platform.event_log"),
        await room.desk.rows("SELECT count(*) FROM platform.history"),
    )


AN_ID = "00000000-0000-4000-8000-000000000000"
Answers = list[tuple[int, str]]


async def asked(client: AsyncClient, alarm_id: str) -> Answers:
    """Return what somebody is answered who asks for alarms and acts on one."""
    answers = [
        await client.get(NOW_PAGE),
        await client.get(ALL_PAGE),
        await client.get(ALARMS),
        await client.post(f"{ALARMS}/{alarm_id}/heard", json={}),
        await client.post(f"{ALARMS}/{alarm_id}/contact", json={}),
        await client.post(f"{ALL_PAGE}/{alarm_id}/heard"),
        await client.post(f"{ALL_PAGE}/{alarm_id}/contact"),
    ]
    return [(answer.status_code, answer.text) for answer in answers]


@dataclass
class Alarmed:
    """A room in which alarms stand, and each other role with what it was answered before there was one."""

    room: Room
    before: dict[Role, tuple[AsyncClient, Answers]]


@pytest.fixture(scope="module")
async def alarmed(postgres: str) -> AsyncIterator[Alarmed]:
    """Return one room for all roles: none of them may change anything in it."""
    async with lasting_tools(postgres) as tools:
        clock = cast(SetClock, tools.clock)
        desk = await a_system(tools, ("visits", "referrals", "control"))
        clients = {role: await desk.client(role) for role in OTHERS}
        before = {role: (client, await asked(client, AN_ID)) for role, client in clients.items()}
        room = Room(desk, clock)
        await send(desk, *CLOSED, LOCKED_EXIT)
        await room.wait(15)
        yield Alarmed(room, before)
        await desk.close()


@pytest.mark.parametrize("role", OTHERS)
async def test_any_other_role_is_answered_alike_whether_there_is_an_alarm_or_not(alarmed: Alarmed, role: Role) -> None:
    client, before = alarmed.before[role]
    alarm_id = (await alarmed.room.alarms())[0]["id"]
    assert await asked(client, alarm_id) == before
    assert {status for status, _ in before} == {403}
    assert await still_stands(alarmed.room, alarm_id)


async def still_stands(room: Room, alarm_id: str) -> bool:
    """Return whether an alarm still stands and nobody is down as having heard it."""
    return any(alarm["id"] == alarm_id and alarm["heard_by"] is None for alarm in await room.alarms())


@pytest.mark.parametrize("role", sorted({Role.CONTROL, Role.PROTECTION, Role.PREVENTION, Role.RISK_TEAM}))
async def test_a_reference_opens_nothing_to_a_role_that_may_not_know_of_the_case(room: Room, role: Role) -> None:
    await send(room.desk, CLOSED[0])
    await room.wait(15)
    (alarm,) = await room.alarms()
    client = await room.browser(role)
    real = await submit(client, "/referrals", "find", reference=alarm["reference"])
    invented = await submit(client, "/referrals", "find", reference="2222-2222")
    assert str(real.url) == str(invented.url) == "http://ravi.test/referrals"
    assert "No referral of your desks has this reference" in real.text
    assert real.text == invented.text


async def test_the_pages_of_others_do_not_ask_for_alarms_and_all_pages_of_control_do(room: Room) -> None:
    await send(room.desk, CLOSED[0])
    await room.wait(15)
    asks = f'data-ravi-banner="{NOW_PAGE}"'
    for role in sorted(Role):
        pages = ["/"] if role is not Role.CONTROL else ["/", "/control", "/referrals", "/style-guide", "/nowhere"]
        client = await room.browser(role)
        for page in pages:
            text = (await client.get(page)).text
            assert (asks in text) is (role is Role.CONTROL), (role, page)
            assert ("banner.js" in text) is (role is Role.CONTROL), (role, page)
            often = 'data-ravi-banner-every-s="5.0" data-ravi-banner-lost-after-s="12.0"'
            assert (often in text) is (role is Role.CONTROL), (role, page)
    assert await listed(room.desk, Role.SAFEGUARDING)
