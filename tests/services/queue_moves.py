"""Every situation that a visit in the queue can be in, brought about by the commands themselves, and every move."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import text

from schemas.premises import LocationWithdrawn, PremisesLocated
from schemas.vocabulary import ReviewState, Role
from services.risk_register.handlers.desk import Command
from services.risk_register.handlers.moves import Move, make_move
from services.shared.identity import Person
from services.shared.service import Tools
from tests.builders import a_premises
from tests.services.risk_register_desk import QUEUE, Desk, located

MANAGER = Person("mel", (Role.RISK_TEAM_MANAGER.value,), "S1")
FIRST = Person("ada", (Role.RISK_TEAM.value,), "S1")
MINUTE = timedelta(minutes=1)
WORDS = {"reason": "Look at the roof again", "fields": ("roof",)}
GIVEN: dict[Move, dict[str, Any]] = {
    Move.AMEND: {"facts": {"roof": "Slate"}},
    Move.RETURN: WORDS,
    Move.REJECT: WORDS,
    Move.ESCALATE: {"reason": "I was on this visit"},
}
LEVEL_5 = {"premises_class": "FLATS_HIGH", "height_top_storey_m": 26, "external_wall": "ACM", "likelihood": 3}


@dataclass(frozen=True)
class Trial:
    """One visit at premises of its own, the neighbour that waits there too, and what took the place of the visit."""

    visit: PremisesLocated
    neighbour: PremisesLocated
    instead: PremisesLocated | None = None

    @property
    def visit_id(self) -> str:
        """Return the visit that is tried."""
        return self.visit.visit_id

    @property
    def premises_id(self) -> str:
        """Return where it stands."""
        return self.visit.premises.premises_id


class Moves:
    """The commands of the register, as its people give them and as its events come."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.places = desk, 0

    @property
    def tools(self) -> Tools:
        """Return the tools of the register."""
        return self.desk.system.tools

    async def trial(self, **visit: Any) -> Trial:
        """Let two visits arrive at premises that nobody has visited before."""
        self.places += 1
        place = a_premises(f"{9000 + self.places}")
        now = self.tools.clock.now()
        both = Trial(located(place, at=now, **visit), located(place, at=now, roof="Felt", lead_officer_id="other"))
        await self.desk.receive(both.visit, both.neighbour)
        return both

    async def state(self, visit_id: str) -> ReviewState:
        """Return where a visit is."""
        return ReviewState((await self.desk.item(visit_id))["state"])

    async def write_state(self, visit_id: str, state: ReviewState) -> None:
        """Write a state into the row of a visit behind the register's back."""
        async with self.tools.database.reading() as session:
            written = text("UPDATE risk_register.review_items SET state = :state WHERE visit_id = :visit_id")
            await session.execute(written, {"state": state.value, "visit_id": visit_id})
            await session.commit()

    async def make(self, visit_id: str, *moves: Move, person: Person = MANAGER, **given: Any) -> None:
        """Let one person make some moves, one after the other, each on the visit as it is."""
        for move in moves:
            version = (await self.desk.item(visit_id))["version"]
            await make_move(
                self.tools, "test", move, Command(visit_id, version, person, **GIVEN.get(move, {}), **given)
            )

    async def ask(self, who: httpx.AsyncClient, trial: Trial, move: Move) -> int:
        """Let the manager ask for a move by the interface; return how it was answered."""
        given = {"into": trial.neighbour.visit_id} if move is Move.MERGE else GIVEN.get(move, {})
        version = (await self.desk.item(trial.visit_id))["version"]
        answer = await who.post(f"{QUEUE}/{trial.visit_id}/{move}", json={"version": version, **given})
        return answer.status_code

    async def send_again(self, trial: Trial) -> Trial:
        """Let the crew send the visit again: another takes its place."""
        again = located(trial.visit.premises, at=self.tools.clock.now(), amends=trial.visit_id, roof="Tin")
        await self.desk.receive(again)
        return replace(trial, instead=again)

    async def put_back(self, visit: PremisesLocated) -> None:
        """Let the desk that places visits take one back."""
        back = LocationWithdrawn(
            visit_id=visit.visit_id,
            premises_id=visit.premises.premises_id,
            withdrawn_by="pat",
            received_at=visit.received_at,
            visit=visit.visit,
        )
        await self.desk.system.say(back, source="premises")
        await self.desk.system.settle()

    async def place_anew(self, trial: Trial) -> None:
        """Let the desk that places visits say once more where the visit belongs."""
        self.tools.clock.move(MINUTE)  # type: ignore[attr-defined]  # the clock of a test is set
        await self.desk.receive(trial.visit)

    async def publish_neighbour(self, trial: Trial) -> None:
        """Publish the other visit to the same premises, unless it was decided already."""
        if await self.state(trial.neighbour.visit_id) in (ReviewState.QUEUED, ReviewState.CONFLICT):
            await self.make(trial.neighbour.visit_id, Move.CLAIM, Move.PUBLISH)

    async def put_replacement_back(self, trial: Trial) -> None:
        """Put back what took the place of the visit; its neighbour, if nothing did."""
        await self.put_back(trial.instead or trial.neighbour)

    async def undo(self, trial: Trial) -> None:
        """Publish again what stood there before anything did; two people, for a level is lost."""
        for name, role in (("ada", Role.RISK_TEAM), ("mel", Role.RISK_TEAM_MANAGER)):
            who = await self.desk.system.client(role, name=name)
            path = f"/api/v1/risk-register/records/{trial.premises_id}"
            version = (await who.get(path)).json()["version"]
            body = {"version": 0, "in_place_of": max(version, 1), "reason": "Published by mistake"}
            await who.post(f"{path}/restore", json=body)


async def _claimed(moves: Moves, **visit: Any) -> Trial:
    trial = await moves.trial(**visit)
    await moves.make(trial.visit_id, Move.CLAIM)
    return trial


def _decided(move: Move) -> Callable[[Moves], Awaitable[Trial]]:
    async def decided(moves: Moves) -> Trial:
        trial = await _claimed(moves)
        into: dict[str, Any] = {"into": trial.neighbour.visit_id} if move is Move.MERGE else {}
        await moves.make(trial.visit_id, move, **into)
        return trial

    return decided


async def _behind(moves: Moves) -> Trial:
    trial = await moves.trial()
    await moves.publish_neighbour(trial)
    return trial


def _sent_again(first: Callable[[Moves], Awaitable[Trial]]) -> Callable[[Moves], Awaitable[Trial]]:
    async def again(moves: Moves) -> Trial:
        return await moves.send_again(await first(moves))

    return again


async def _put_back(moves: Moves) -> Trial:
    trial = await moves.trial()
    moves.tools.clock.move(MINUTE)  # type: ignore[attr-defined]  # the clock of a test is set
    await moves.put_back(trial.visit)
    return trial


def _and(first: Callable[[Moves], Awaitable[Trial]], *then: Move) -> Callable[[Moves], Awaitable[Trial]]:
    async def both(moves: Moves) -> Trial:
        trial = await first(moves)
        await moves.make(trial.visit_id, *then)
        return trial

    return both


def _approved_first(moves: Moves) -> Awaitable[Trial]:
    return _claimed(moves, **LEVEL_5)


# How a visit comes into each state that the register itself brings it into.
INTO: dict[ReviewState, Callable[[Moves], Awaitable[Trial]]] = {
    ReviewState.QUEUED: Moves.trial,
    ReviewState.CLAIMED: _claimed,
    ReviewState.CONFLICT: _behind,
    ReviewState.ESCALATED: _decided(Move.ESCALATE),
    ReviewState.RETURNED: _decided(Move.RETURN),
    ReviewState.RESUBMITTED: _sent_again(Moves.trial),
    ReviewState.PUBLISHED: _decided(Move.PUBLISH),
    ReviewState.PUBLISHED_AMENDED: _decided(Move.AMEND),
    ReviewState.MERGED: _decided(Move.MERGE),
    ReviewState.REJECTED: _decided(Move.REJECT),
    ReviewState.WITHDRAWN: _put_back,
}
# The same states come to in another way, from which one move leads elsewhere.
BESIDES: dict[str, tuple[Callable[[Moves], Awaitable[Trial]], str, ReviewState, ReviewState]] = {
    "what is behind its record is given back": (
        _and(_behind, Move.CLAIM), "release", ReviewState.CLAIMED, ReviewState.CONFLICT,
    ),
    "what was passed up is given back by the manager": (
        _and(_decided(Move.ESCALATE), Move.CLAIM), "release", ReviewState.CLAIMED, ReviewState.ESCALATED,
    ),
    "the first of two approves": (_approved_first, "publish", ReviewState.CLAIMED, ReviewState.QUEUED),
    "what replaced a visit that was passed up is put back": (
        _sent_again(_decided(Move.ESCALATE)), "replacement put back", ReviewState.RESUBMITTED, ReviewState.ESCALATED,
    ),
    "what replaced a visit that was returned is put back": (
        _sent_again(_decided(Move.RETURN)), "replacement put back", ReviewState.RESUBMITTED, ReviewState.RETURNED,
    ),
    "what replaced a visit in conflict is put back": (
        _sent_again(_behind), "replacement put back", ReviewState.RESUBMITTED, ReviewState.CONFLICT,
    ),
}  # fmt: skip
