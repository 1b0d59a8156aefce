"""Delivery straight from the log: each event once, in order; what fails waits in quarantine and holds nobody up."""

from services.shared.event_log import Cause
from services.shared.messaging.delivery import STOP_AFTER
from services.shared.process import Process
from services.shared.quarantine import list_waiting, release, set_aside
from services.shared.service import Tools
from services.shared.tables import QuarantinedMessage
from services.shared.transactions import transaction
from tests.journeys.toy import Toy, kept, running, say_all, until


async def waiting(tools: Tools) -> list[QuarantinedMessage]:
    async with tools.database.reading() as session:
        return list(await list_waiting(session))


async def test_each_event_is_dealt_with_once(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, "a", "b")
    async with running(tools, toy.service()):
        await say_all(tools, "c")
        await until(lambda: has_kept(tools, "a", "b", "c"))
    assert toy.tries == {"a": 1, "b": 1, "c": 1}


async def has_kept(tools: Tools, *ids: str) -> bool:
    return await kept(tools) == sorted(ids)


async def test_what_fails_goes_to_quarantine_and_holds_nobody_up(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, "a", "refuse-1", "b", "defect-1", "c")
    async with running(tools, toy.service()):
        await until(lambda: has_kept(tools, "a", "b", "c"))
        await until(lambda: has_waiting(tools, 2))
    causes = {message.cause: message for message in await waiting(tools)}
    assert set(causes) == {"refused", "defect"}
    assert b"refuse-1" in causes["refused"].body
    assert "ZeroDivisionError" in causes["defect"].explanation
    assert toy.tries["refuse-1"] == 2, "with its batch, and by itself"
    assert toy.tries["defect-1"] == 3


async def has_waiting(tools: Tools, count: int) -> bool:
    return len(await waiting(tools)) == count


async def test_what_is_not_yet_possible_is_tried_again(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, "late-1", "after")
    async with running(tools, toy.service()):
        await until(lambda: has_kept(tools, "after", "late-1"))
    assert toy.tries["late-1"] == 3
    assert await waiting(tools) == []


async def test_a_run_of_failures_stops_the_consumer_instead_of_draining_the_log(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, *(f"refuse-{number:02}" for number in range(STOP_AFTER + 10)))
    async with running(tools, toy.service()) as process:
        await until(lambda: has_stopped(process))
    assert len(await waiting(tools)) == STOP_AFTER - 1


async def has_stopped(process: Process) -> bool:
    return process.stopped() == ["scorecard"]


async def test_a_released_message_is_delivered_again_to_its_service_alone(tools: Tools) -> None:
    toy, other = Toy(), Toy(name="visits")
    await say_all(tools, "refuse-1")
    by = Cause("platform", "risk-team-manager", "test")
    async with running(tools, toy.service()):
        await until(lambda: has_waiting(tools, 1))
        message = (await waiting(tools))[0]
        async with transaction(tools.database, tools.clock, by) as session:
            await release(session, message.id, "risk-team-manager")
        await until(lambda: has_tries(toy, 4))
    async with running(tools, other.service()):
        await until(lambda: has_tries(other, 2))
    assert other.tries == {"refuse-1": 2}


async def has_tries(toy: Toy, count: int) -> bool:
    return toy.tries.get("refuse-1") == count


async def test_a_message_set_aside_keeps_its_copy_and_the_reason(tools: Tools) -> None:
    await say_all(tools, "refuse-1")
    async with running(tools, Toy().service()):
        await until(lambda: has_waiting(tools, 1))
    message = (await waiting(tools))[0]
    by = Cause("platform", "risk-team-manager", "test")
    async with transaction(tools.database, tools.clock, by) as session:
        await set_aside(session, message.id, "risk-team-manager", "sent by a test rig")
    assert await waiting(tools) == []
    async with tools.database.reading() as session:
        found = await session.get(QuarantinedMessage, message.id)
    assert found is not None
    assert (found.state, found.decision_note) == ("set aside", "sent by a test rig")
    assert b"refuse-1" in found.body
