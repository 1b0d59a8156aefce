"""An alarm reaches somebody: the next role, then control, again and again, until a contact is recorded."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from schemas.vocabulary import Role
from services.referrals.handlers.lateness import sound_alarms
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.service import Tools
from tests.services.alarm_room import ALARMS, ALL_PAGE, NOW_PAGE, Room, submit, words_of
from tests.services.referrals_desk import CHILD, LOCKED_EXIT, REFERRALS, SPOKEN, listed, send
from tests.system import a_system

DANGER = {"kind": "SG1", "note": "Adult at immediate risk", "unit_ref": "Flat 9"}


@pytest.fixture
async def room(tools: Tools, clock: SetClock) -> AsyncIterator[Room]:
    """Return visits, referrals and control on this test's database."""
    whole = await a_system(tools, ("visits", "referrals", "control"))
    yield Room(whole, clock)
    await whole.close()


async def test_an_imminent_risk_to_life_goes_up_and_to_control_until_control_has_spoken_to_the_officer(
    room: Room,
) -> None:
    await send(room.desk, LOCKED_EXIT)
    assert "an alarm sounds in Control at 14:17 today" in await room.page_of(Role.PROTECTION)
    await room.wait(14.9)
    assert await room.alarms() == []
    await room.wait(0.1)
    manager = await room.desk_page(Role.RISK_TEAM_MANAGER)
    assert "Escalated to you" in manager
    assert "Imminent risk to life from the building" in manager
    assert "Escalated to you: its own desk" in await room.page_of(Role.RISK_TEAM_MANAGER)
    assert "Escalated to you" not in await room.desk_page(Role.PROTECTION)
    banner = await room.banner()
    assert "Imminent risk to life from the building, 14 Quay Street" in banner
    assert "ring the duty fire safety officer" in banner
    assert "Since 14:17 today · sounded once · nobody has answered for it" in banner

    operator = await room.browser(Role.CONTROL, "control-7")
    answer = await submit(operator, ALL_PAGE, "heard")
    assert "heard by control-7 14:17 today" in words_of(answer)
    (alarm,) = await room.alarms()
    assert (alarm["sounds"], alarm["times"], alarm["heard_by"]) == (False, 1, "control-7")
    await room.wait(7.5)
    (alarm,) = await room.alarms()
    assert (alarm["sounds"], alarm["times"]) == (True, 2)
    desk = await room.page_of(Role.PROTECTION)
    assert "Control was alarmed at 14:17 today, 14:24 today; acknowledged by control-7 14:17 today" in desk
    assert "no contact yet" in desk

    answer = await submit(
        operator, ALL_PAGE, "contact", spoken_to="Ms Example, duty officer", at=room.local(), incident_number="2026-118"
    )
    assert "The contact is recorded, and the alarm has stopped" in words_of(answer)
    assert await room.alarms() == []
    desk = await room.page_of(Role.PROTECTION)
    assert "recorded by control-7, incident 2026-118" in desk
    assert "Ms Example, duty officer; incident 2026-118" in desk
    (referral,) = await listed(room.desk, Role.PROTECTION)
    assert (referral["alarms"], referral["spoken_at"]) == ([], "2026-11-22T14:24:00Z")
    assert "Escalated to you" not in await room.desk_page(Role.RISK_TEAM_MANAGER)
    await room.wait(60 * 24)
    assert await room.alarms() == []
    assert await room.desk.quarantined() == []


@pytest.mark.parametrize(("reported", "ack"), [(DANGER, 15), (CHILD, 60)], ids=["P0", "P1"])
async def test_a_closed_alarm_tells_control_whom_to_ring_and_a_reference_until_a_number_is_recorded(
    room: Room, reported: dict[str, str], ack: int
) -> None:
    await send(room.desk, reported)
    await room.wait(14.9)
    assert await room.alarms() == []
    await room.wait(0.1)
    (alarm,) = await room.alarms()
    reference = alarm["reference"]
    assert f"Safeguarding duty officer: ring back, reference {reference}" in await room.banner()
    assert (alarm["about"], alarm["ring"], alarm["sounds"]) == ("", "safeguarding duty officer", True)
    await room.wait(ack - 15)
    assert "Escalated to you" in await room.desk_page(Role.SAFEGUARDING)
    await room.wait(7.5)
    times = (ack - 15 > 0) + 2
    (alarm,) = await room.alarms()
    assert (alarm["reference"], alarm["times"]) == (reference, times)

    operator = await room.browser(Role.CONTROL)
    assert "heard by control" in words_of(await submit(operator, ALL_PAGE, "heard"))
    assert (await room.alarms())[0]["sounds"] is False
    await room.wait(7.5)
    assert (await room.alarms())[0]["sounds"] is True
    typed = {"spoken_to": "Mx Elm, duty officer", "at": room.local()}
    without = await submit(operator, ALL_PAGE, "contact", **typed)
    assert without.status_code == 422
    assert "Enter the incident number that you issued" in words_of(without)
    assert 'value="Mx Elm, duty officer"' in without.text
    assert len(await room.alarms()) == 1
    await submit(operator, ALL_PAGE, "contact", incident_number="SG-118", **typed)
    assert await room.alarms() == []

    officer = await room.browser(Role.SAFEGUARDING)
    found = await submit(officer, "/referrals", "find", reference=reference.lower().replace("-", " "))
    assert f"Reference {reference}" in words_of(found)
    assert "incident SG-118" in words_of(found)
    assert "Nobody spoken to" not in words_of(found)
    await room.wait(60 * 24)
    assert await room.alarms() == []
    assert await room.desk.quarantined() == []


async def test_a_contact_by_the_crew_or_by_the_desk_counts_as_well(room: Room) -> None:
    await send(room.desk, CHILD | SPOKEN)
    await send(room.desk, LOCKED_EXIT)
    await room.wait(15)
    assert [alarm["ring"] for alarm in await room.alarms()] == ["duty fire safety officer"]
    protection = await room.desk.client(Role.PROTECTION)
    (referral,) = await listed(room.desk, Role.PROTECTION)
    body = {"version": referral["version"], "spoken_to": "Duty officer", "at": room.clock.now().isoformat()}
    answer = await protection.post(f"{REFERRALS}/{referral['id']}/contact", json=body)
    assert answer.status_code == 200, answer.text
    assert await room.alarms() == []
    assert "this desk acted" in await room.page_of(Role.PROTECTION)
    await room.wait(30)
    assert await room.alarms() == []


async def test_what_the_crew_spoke_about_and_no_desk_took_still_reaches_control_at_the_second_step(room: Room) -> None:
    await send(room.desk, LOCKED_EXIT | SPOKEN)
    await room.wait(15)
    assert await room.alarms() == []
    await room.wait(7.5)
    assert [alarm["times"] for alarm in await room.alarms()] == [1]
    protection = await room.desk.client(Role.PROTECTION)
    (referral,) = await listed(room.desk, Role.PROTECTION)
    await protection.post(f"{REFERRALS}/{referral['id']}/acknowledge", json={"version": referral["version"]})
    assert await room.alarms() == []


async def test_acknowledging_alone_does_not_end_an_alarm_while_nobody_has_been_spoken_to(room: Room) -> None:
    await send(room.desk, LOCKED_EXIT)
    await room.wait(16)
    protection = await room.desk.client(Role.PROTECTION)
    (referral,) = await listed(room.desk, Role.PROTECTION)
    await protection.post(f"{REFERRALS}/{referral['id']}/acknowledge", json={"version": referral["version"]})
    await room.wait(8)
    assert [alarm["times"] for alarm in await room.alarms()] == [2]


async def test_what_can_wait_is_shown_without_a_sound_and_without_what_control_may_not_read(room: Room) -> None:
    await send(room.desk, {"kind": "BS3", "note": "Extinguishers"})
    await room.wait(60 * 24 * 14)
    (alarm,) = await room.alarms()
    assert (alarm["quiet"], alarm["sounds"], alarm["about"]) == (True, False, "")
    banner = await room.banner()
    assert "1 less urgent referral not acknowledged in time" in banner
    assert "ALARM" not in banner
    page = words_of(await (await room.browser(Role.CONTROL)).get(ALL_PAGE))
    assert f"Duty fire safety officer: ring back, reference {alarm['reference']}" in page
    (referral,) = await listed(room.desk, Role.PROTECTION)
    found = await submit(await room.browser(Role.PROTECTION), "/referrals", "find", reference=alarm["reference"])
    assert str(found.url).endswith(f"/referrals/{referral['id']}")


async def test_the_head_of_a_page_shows_the_most_pressing_and_says_how_many_there_are(room: Room) -> None:
    for number in range(5):
        await send(room.desk, LOCKED_EXIT, address={"written": f"{number} Quay Street"})
        await room.wait(1)
    for _ in range(15):  # each sounds at a minute of its own, so that it is known which stands longest
        await room.wait(1)
    banner = await room.banner()
    assert banner.count("ALARM") == 3
    assert "2 more alarms not shown here. Show all 5" in banner
    assert "0 Quay Street" in banner
    page = words_of(await (await room.browser(Role.CONTROL)).get(ALL_PAGE))
    assert all(f"{number} Quay Street" in page for number in range(5))


async def test_all_that_is_wrong_with_a_contact_is_said_at_once(room: Room) -> None:
    await send(room.desk, CHILD)
    await room.wait(15)
    (alarm,) = await room.alarms()
    control = await room.desk.client(Role.CONTROL)
    answer = await control.post(f"{ALARMS}/{alarm['id']}/contact", json={})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/spoken_to", "/at", "/incident_number"]
    later = (room.clock.now() + timedelta(hours=1)).isoformat()
    bad = {"spoken_to": "x" * 121, "at": later, "incident_number": "Flat 3, Quay Street"}
    answer = await control.post(f"{ALARMS}/{alarm['id']}/contact", json=bad)
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/spoken_to", "/at", "/incident_number"]
    assert (await room.alarms())[0]["times"] == 1


async def test_an_alarm_that_has_stopped_is_told_like_one_that_never_was(room: Room) -> None:
    await send(room.desk, LOCKED_EXIT)
    await room.wait(15)
    (alarm,) = await room.alarms()
    control = await room.desk.client(Role.CONTROL)
    body = {"spoken_to": "Duty officer", "at": room.local()}
    assert (await control.post(f"{ALARMS}/{alarm['id']}/contact", json=body)).status_code == 204
    ended = [await control.post(f"{ALARMS}/{alarm['id']}/{do}", json=body) for do in ("heard", "contact")]
    never = await control.post(f"{ALARMS}/{'0' * 8}-0000-4000-8000-{'0' * 12}/heard", json={})
    assert [answer.status_code for answer in (*ended, never)] == [404, 404, 404]
    assert len({answer.text for answer in (*ended, never)}) == 1


async def test_the_fragment_is_given_again_only_when_it_has_changed_and_no_cache_keeps_it(room: Room) -> None:
    await send(room.desk, LOCKED_EXIT)
    client = await room.browser(Role.CONTROL)
    quiet = await client.get(NOW_PAGE)
    assert quiet.text.strip() == ""
    assert quiet.headers["cache-control"] == "no-store"
    same = await client.get(NOW_PAGE, headers={"if-none-match": quiet.headers["etag"]})
    assert (same.status_code, same.headers["cache-control"], same.content) == (304, "no-store", b"")
    await room.wait(15)
    changed = await client.get(NOW_PAGE, headers={"if-none-match": quiet.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != quiet.headers["etag"]


async def test_clocks_that_nobody_watches_are_never_shown_as_quiet(room: Room, tools: Tools) -> None:
    await send(room.desk, LOCKED_EXIT)
    room.clock.move(timedelta(minutes=17))
    client = await room.browser(Role.CONTROL)
    assert (await client.get(NOW_PAGE)).status_code == 503
    assert (await (await room.desk.client(Role.CONTROL)).get(ALARMS)).status_code == 503
    await room.wait(0)
    assert (await client.get(NOW_PAGE)).status_code == 200


async def test_two_processes_that_look_at_once_sound_one_alarm(room: Room, tools: Tools) -> None:
    await send(room.desk, LOCKED_EXIT)
    room.clock.move(timedelta(minutes=15))

    async def while_another_looks(session: object, now: object) -> int:
        return await Deadlines("referrals", tools.database, room.clock, sound_alarms).step()

    await Deadlines("referrals", tools.database, room.clock, while_another_looks).step()
    assert await room.alarms() == []
    await room.wait(0)
    assert [alarm["times"] for alarm in await room.alarms()] == [1]
