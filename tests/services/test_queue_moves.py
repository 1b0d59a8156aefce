"""Every move tried in every state of the queue, through the real commands: allowed by the table, or nothing changes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from schemas.vocabulary import ReviewState, Role
from services.risk_register.handlers.moves import Move
from services.risk_register.rules.review_queue import NEXT_STATES
from tests.lasting import lasting_system
from tests.services.queue_moves import BESIDES, INTO, Moves, Trial
from tests.services.risk_register_desk import Desk, located

S = ReviewState
# Which move takes a visit from which state to which: every other leaves it where it is.
LEADS: dict[str, dict[ReviewState, ReviewState]] = {
    Move.CLAIM: dict.fromkeys((S.QUEUED, S.CONFLICT, S.ESCALATED, S.CLAIMED), S.CLAIMED),
    Move.RELEASE: {S.CLAIMED: S.QUEUED},
    Move.PUBLISH: {S.CLAIMED: S.PUBLISHED},
    Move.AMEND: {S.CLAIMED: S.PUBLISHED_AMENDED},
    Move.RETURN: {S.CLAIMED: S.RETURNED},
    Move.REJECT: {S.CLAIMED: S.REJECTED},
    Move.MERGE: {S.CLAIMED: S.MERGED},
    Move.ESCALATE: {S.CLAIMED: S.ESCALATED},
    "sent again": dict.fromkeys((S.QUEUED, S.CLAIMED, S.CONFLICT, S.ESCALATED, S.RETURNED), S.RESUBMITTED),
    "put back": dict.fromkeys((S.QUEUED, S.CLAIMED, S.CONFLICT, S.ESCALATED, S.RETURNED), S.WITHDRAWN),
    # It was put back meanwhile, which is heard later: by way of WITHDRAWN and RESOLVED.
    "placed anew": dict.fromkeys((S.QUEUED, S.CLAIMED, S.CONFLICT, S.ESCALATED, S.RETURNED, S.WITHDRAWN), S.QUEUED),
    "replacement put back": {S.RESUBMITTED: S.QUEUED},
    "neighbour published": {S.QUEUED: S.CONFLICT},
    "undone": dict.fromkeys((S.PUBLISHED, S.PUBLISHED_AMENDED), S.WITHDRAWN),
}
# Rows that no command of the register makes: what would become of one.
FOREIGN = [state for state in ReviewState if state not in INTO]
# Arrivals, which begin a visit's way through the queue: through RESOLVED, which is never kept.
ARRIVING = {(S.RESOLVED, S.QUEUED), (S.RESOLVED, S.CONFLICT), (S.WITHDRAWN, S.RESOLVED)}
# What takes the place of an escalated visit, tried below.
INHERITED = {(S.QUEUED, S.ESCALATED), (S.CONFLICT, S.ESCALATED)}
# A version that follows another supersedes it; the visit it came from stays as it was decided.
NEVER_KEPT = {(state, S.SUPERSEDED) for state in (S.PUBLISHED, S.PUBLISHED_AMENDED)}
HOW_MUCH_WAS_SAID = "SELECT count(*) FROM platform.event_log"


@pytest.fixture(scope="module")
async def moves(postgres: str) -> AsyncIterator[Moves]:
    """Return the commands of a register that these tests share, each visit at premises of its own."""
    async with lasting_system(postgres, ["risk_register"]) as system:
        yield Moves(Desk(system))


@pytest.fixture(scope="module")
async def mel(moves: Moves) -> httpx.AsyncClient:
    return await moves.desk.reviewer("mel", Role.RISK_TEAM_MANAGER)


async def tried(moves: Moves, mel: httpx.AsyncClient, trial: Trial, move: str) -> None:
    """Make a move; where it is a reviewer's, hold its answer to what became of the visit."""
    by_event: dict[str, Callable[[], Awaitable[Any]]] = {
        "sent again": lambda: moves.send_again(trial),
        "put back": lambda: moves.put_back(trial.visit),
        "placed anew": lambda: moves.place_anew(trial),
        "replacement put back": lambda: moves.put_replacement_back(trial),
        "neighbour published": lambda: moves.publish_neighbour(trial),
        "undone": lambda: moves.undo(trial),
    }
    if move in by_event:
        await by_event[move]()
        return
    before, said = await moves.desk.item(trial.visit_id), await moves.desk.system.rows(HOW_MUCH_WAS_SAID)
    status = await moves.ask(mel, trial, Move(move))
    if S(before["state"]) in LEADS[move]:
        assert status == 200
    else:
        assert status == 409, "refused, in words of its own"
        assert await moves.desk.item(trial.visit_id) == before, "a refused move changes nothing"
        assert await moves.desk.system.rows(HOW_MUCH_WAS_SAID) == said, "and nothing is said of it"


@pytest.mark.parametrize("state", ReviewState)
async def test_each_move_leads_where_the_table_says_and_every_other_leaves_the_visit_where_it_is(
    moves: Moves, mel: httpx.AsyncClient, state: ReviewState
) -> None:
    trial: Trial | None = None
    for move, leads in LEADS.items():
        if trial is None:
            trial = await INTO.get(state, Moves.trial)(moves)
        if state in FOREIGN:
            await moves.write_state(trial.visit_id, state)
        assert await moves.state(trial.visit_id) is state
        await tried(moves, mel, trial, move)
        after = await moves.state(trial.visit_id)
        assert after is leads.get(state, state), f"{move} in {state}"
        if state in leads or move not in tuple(Move):  # what was refused left everything as it was, for the next move
            trial = None


@pytest.mark.parametrize("story", BESIDES)
async def test_where_a_move_leads_depends_on_how_the_visit_came_there(
    moves: Moves, mel: httpx.AsyncClient, story: str
) -> None:
    come_there, move, state, leads = BESIDES[story]
    trial = await come_there(moves)
    assert await moves.state(trial.visit_id) is state
    await tried(moves, mel, trial, move)
    assert await moves.state(trial.visit_id) is leads
    assert (await moves.desk.moves(trial.visit_id))[-1] is leads, "its crew and premises are told"


@pytest.mark.parametrize("state", [S.QUEUED, S.CONFLICT])
async def test_what_takes_the_place_of_an_escalated_visit_is_escalated(moves: Moves, state: ReviewState) -> None:
    trial = await INTO[S.ESCALATED](moves)
    if state is S.CONFLICT:
        await moves.publish_neighbour(trial)
    base = {"base_record_version": 0} if state is S.CONFLICT else {}
    again = located(trial.visit.premises, at=moves.tools.clock.now(), amends=trial.visit_id, **base)
    await moves.desk.receive(again)
    assert await moves.state(again.visit_id) is S.ESCALATED


async def test_a_returned_visit_stays_returned_though_an_earlier_one_that_was_escalated_is_found_late(
    moves: Moves,
) -> None:
    escalated = await INTO[S.ESCALATED](moves)
    middle = located(escalated.visit.premises, at=moves.tools.clock.now(), amends=escalated.visit_id)
    last = located(escalated.visit.premises, at=moves.tools.clock.now(), amends=middle.visit_id)
    await moves.desk.receive(last)
    await moves.make(last.visit_id, Move.CLAIM, Move.RETURN)
    await moves.desk.receive(middle)
    assert await moves.state(middle.visit_id) is S.RESUBMITTED
    assert await moves.state(last.visit_id) is S.RETURNED, "its crew has it, nobody else can decide on it"


def test_what_is_tried_is_the_whole_table_and_nothing_beyond_it() -> None:
    straight = [leads for move, leads in LEADS.items() if move != "placed anew"]
    tried_above = {(state, after) for leads in straight for state, after in leads.items() if after is not state}
    tried_above |= {(state, after) for _, _, state, after in BESIDES.values()}
    elsewhere = {(state, after) for state in FOREIGN for after in NEXT_STATES[state]}
    assert tried_above & elsewhere == set()
    table = {(state, after) for state, following in NEXT_STATES.items() for after in following}
    assert tried_above | elsewhere | ARRIVING | INHERITED | NEVER_KEPT == table
