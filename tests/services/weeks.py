"""Weeks at the register as hypothesis plays them: what a step does, through the real commands, events and deadlines."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import text

from schemas.premises import LocatedPremises, LocationWithdrawn, PremisesLocated
from schemas.referrals import MarkerDecided
from schemas.vocabulary import HazardCode, ReviewState, Role
from services.risk_register.handlers.desk import Command
from services.risk_register.handlers.moves import Move, make_move, publish_again
from services.risk_register.handlers.restoring import Restore
from services.risk_register.handlers.temporary import (
    EndCommand,
    RaiseCommand,
    RenewCommand,
    end_temporary,
    raise_temporary,
    renew_temporary,
)
from services.risk_register.rules.temporary import Wanted
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.errors import Refused
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.transactions import transaction
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import ACETYLENE, RISER_FAULT, RISER_WORKING, located
from tests.system import System

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
PLACES = tuple(a_premises(f"99990000001{number}") for number in range(2))
ADA, BEN = (Person(name, (Role.RISK_TEAM.value,), "S1") for name in ("ada", "ben"))
MEL = Person("mel", (Role.RISK_TEAM_MANAGER.value,), "S1")
DESK = (ADA, BEN, MEL)
CREWS = ("firefighter", "ff-77", "ada")
SEVERE = dict.fromkeys(("FF", "PUB", "ENV", "COM", "HER", "ECO"), 4)
FOUND: tuple[dict[str, Any], ...] = (
    {},
    {"likelihood": 4, "severity": SEVERE, "roof": "Slate"},
    {"likelihood": 1, "roof": "Felt"},
    {"likelihood": None, "severity": None, "voids": "Roof void"},
    {"hazards": [ACETYLENE], "none_found": False},
    {"hazards": [{"code": "VIOLENCE", "location": "Flat 12", "review_on": "2026-12-20"}], "none_found": False},
    {"systems": [RISER_FAULT]},
    {"systems": [RISER_WORKING], "roof": "Tin"},
    {"premises_class": "FLATS_HIGH", "height_top_storey_m": 26, "external_wall": "ACM", "likelihood": 3},
    {"premises_class": "FLATS_HIGH", "systems": [RISER_FAULT], "referrals": [{"kind": "BS4", "note": "Riser inlet"}]},
    {"referrals": [{"kind": "RI3", "note": "Funfair in the yard until 30 November, rear access shut"}]},
)
JUMPS = (5 * MINUTE, 31 * MINUTE, timedelta(hours=5), DAY, timedelta(hours=73), 8 * DAY, 40 * DAY, 400 * DAY)
WORDS: dict[Move, dict[str, Any]] = {
    Move.AMEND: {"facts": {"roof": "Thatch"}},
    Move.RETURN: {"reason": "Look at the roof again", "fields": ("roof",)},
    Move.REJECT: {"reason": "These are other premises", "fields": ("address",)},
    Move.ESCALATE: {"reason": "I cannot tell"},
}
CAN_BE_PUT_BACK = ("QUEUED", "CLAIMED", "CONFLICT", "ESCALATED", "RETURNED")


class Week:
    """A register with two premises, empty at first; numbers choose among what there is."""

    def __init__(self, system: System) -> None:
        self.system, self.tools = system, system.tools
        self.visits: list[PremisesLocated] = []
        self.refused = self.done = 0

    @property
    def clock(self) -> SetClock:
        """Return the clock of the register."""
        assert isinstance(self.tools.clock, SetClock)
        return self.tools.clock

    async def begin(self) -> None:
        """Empty the register and set the clock to the first day."""
        self.clock.at = NOW
        async with self.tools.database.reading() as session:
            names = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'risk_register'"))
            kept = ("known_premises", "gap_rules")
            every = ", ".join(f"risk_register.{name}" for name in names if name not in kept)
            await session.execute(text("SET LOCAL session_replication_role = replica"))  # past what keeps versions safe
            await session.execute(text(f"TRUNCATE {every}"))
            await session.commit()

    async def arrive(self, place: int, found: int, crew: int, hours: int, relation: str) -> None:
        """Let a visit arrive that was made some hours ago."""
        self.clock.move(MINUTE)
        at, premises, other = self.clock.now(), PLACES[place], self._last_at(place)
        visit = {
            **FOUND[found],
            "submission_id": f"019aac00-0000-7000-8000-{len(self.visits):012x}",
            "lead_officer_id": CREWS[crew],
            "started_at": (at - timedelta(hours=hours + 1)).isoformat(),
            "ended_at": (at - timedelta(hours=hours, minutes=10)).isoformat(),
            "visit_kind": "NEW_SSRI" if relation == "new" else "REVIEW",
            "base_record_version": 0 if relation == "set out with nothing" else None,
        }
        if relation == "sent again" and other is not None:
            visit |= {"amends": other.visit_id, "lead_officer_id": other.visit.lead_officer_id}
        self.visits.append(located(premises, at, **visit))
        await self._hear(self.visits[-1])

    async def move(self, who: int, move: Move, visit: int) -> None:
        """Let somebody make one move on any visit."""
        if self.visits:
            await self._make(DESK[who], move, self.visits[visit % len(self.visits)])

    async def review(self, who: int, decision: Move, visit: int) -> None:
        """Let somebody claim a visit that waits, and decide on it."""
        waiting = [one for one in self.visits if await self._state(one) in ("QUEUED", "CONFLICT", "ESCALATED")]
        if waiting:
            chosen = waiting[visit % len(waiting)]
            await self._make(DESK[who], Move.CLAIM, chosen)
            await self._make(DESK[who], decision, chosen)

    async def approve(self, first: int, second: int, visit: int) -> None:
        """Let two people publish a visit that waits, one after the other: the second only where it takes two."""
        waiting = [one for one in self.visits if await self._state(one) in ("QUEUED", "CONFLICT", "ESCALATED")]
        for who in (first, second):
            if waiting and await self._state(waiting[visit % len(waiting)]) in ("QUEUED", "CONFLICT", "ESCALATED"):
                await self._make(DESK[who], Move.CLAIM, waiting[visit % len(waiting)])
                await self._make(DESK[who], Move.PUBLISH, waiting[visit % len(waiting)])

    async def restore(self, who: int, place: int, back: int) -> None:
        """Let somebody publish an earlier version again."""
        newest = await self._one("SELECT version FROM risk_register.records WHERE premises_id = :id", id=_id(place))
        if newest:
            command = Restore(_id(place), max(0, newest - 1 - back), newest, DESK[who], "Published by mistake")
            with self._unless_refused():
                await publish_again(self.tools, "weeks", command)

    async def put_back(self, visit: int, anew: int | None) -> None:
        """Let the desk that places visits take one back that can be, and perhaps place it elsewhere."""
        there = [one for one in self.visits if await self._state(one) in CAN_BE_PUT_BACK]
        if not there:
            return
        self.clock.move(MINUTE)
        chosen = there[visit % len(there)]
        await self._hear(
            LocationWithdrawn(
                visit_id=chosen.visit_id,
                premises_id=chosen.premises.premises_id,
                withdrawn_by="pat",
                received_at=chosen.received_at,
                visit=chosen.visit,
            )
        )
        if anew is not None:
            await self._place_anew(chosen, PLACES[anew])

    async def jump(self, by: timedelta) -> None:
        """Let time pass, and what falls due be dealt with."""
        self.clock.move(by)
        (register,) = self.system.services
        for each in register.deadlines:
            await Deadlines("risk_register", self.tools.database, self.clock, each.deal).step()

    async def raise_risk(self, who: int, place: int, days: int) -> None:
        """Let somebody raise a temporary risk."""
        today = self.clock.now().date()
        wanted = Wanted(
            "Scaffold on the east face", "Told by the site manager", "Protection", today, today + days * DAY
        )
        await self._command(DESK[who], partial(raise_temporary, RaiseCommand(_id(place), DESK[who], wanted)))

    async def change_risk(self, who: int, risk: int, days: int | None) -> None:
        """Let somebody renew a temporary risk, or end it (no days)."""
        risks = await self._all("SELECT risk_id, version FROM risk_register.temporary_risks ORDER BY risk_id")
        if not risks:
            return
        risk_id, version = risks[risk % len(risks)]
        until, words = self.clock.now().date() + (days or 0) * DAY, "The site manager says so"
        end, renew = (
            EndCommand(risk_id, version, DESK[who], words),
            RenewCommand(risk_id, version, DESK[who], words, until),
        )
        act = partial(end_temporary, end) if days is None else partial(renew_temporary, renew)
        await self._command(DESK[who], act)

    async def decide_marker(self, visit: int, stands: bool) -> None:
        """Let those who decide markers decide on that of a visit."""
        marked = [one for one in self.visits if any(each.code is HazardCode.VIOLENCE for each in one.visit.hazards)]
        if marked:
            chosen = marked[visit % len(marked)].visit_id
            await self._hear(MarkerDecided(visit_id=chosen, stands=stands, decided_at=self.clock.now()))

    async def came_about(self) -> set[str]:
        """Return what there is by now of all that a week may bring about."""
        rows = await self._all("""
            SELECT state::text FROM risk_register.review_items
            UNION SELECT 'by ' || published_by FROM risk_register.versions
            UNION SELECT 'by two' FROM risk_register.versions WHERE first_approved_by IS NOT NULL
            UNION SELECT 'restored' FROM risk_register.versions WHERE restored_from IS NOT NULL
            UNION SELECT 'addition expired' FROM risk_register.unverified_additions WHERE expired_at IS NOT NULL
            UNION SELECT 'addition ' || resolution FROM risk_register.unverified_additions WHERE resolution IS NOT NULL
            UNION SELECT 'risk ' || state FROM risk_register.temporary_risks
        """)
        return {row[0] for row in rows}

    async def _place_anew(self, visit: PremisesLocated, premises: LocatedPremises) -> None:
        self.clock.move(MINUTE)
        again = visit.model_copy(update={"premises": premises})
        self.visits[self.visits.index(visit)] = again
        await self._hear(again)

    async def _make(self, person: Person, move: Move, visit: PremisesLocated) -> None:
        self.clock.move(MINUTE)
        version = await self._one(
            "SELECT version FROM risk_register.review_items WHERE visit_id = :id", id=visit.visit_id
        )
        other = await self._one(
            "SELECT visit_id FROM risk_register.review_items WHERE premises_id = :place AND visit_id <> :id "
            "AND state IN ('QUEUED', 'CLAIMED', 'CONFLICT', 'ESCALATED') ORDER BY visit_id LIMIT 1",
            place=visit.premises.premises_id,
            id=visit.visit_id,
        )
        given = {"into": other} if move is Move.MERGE else WORDS.get(move, {})
        with self._unless_refused():
            await make_move(self.tools, "weeks", move, Command(visit.visit_id, version, person, **given))

    async def _command(self, person: Person, act: Any) -> None:
        self.clock.move(MINUTE)
        with self._unless_refused():
            async with transaction(
                self.tools.database, self.clock, Cause("risk_register", person.name, "weeks")
            ) as work:
                await act(work)

    async def _hear(self, event: PremisesLocated | LocationWithdrawn | MarkerDecided) -> None:
        await self.system.say(event, source="weeks")
        await self.system.settle()
        self.done += 1

    def _unless_refused(self) -> "_Counted":
        return _Counted(self)

    def _last_at(self, place: int) -> PremisesLocated | None:
        return next((one for one in reversed(self.visits) if one.premises.premises_id == _id(place)), None)

    async def _state(self, visit: PremisesLocated) -> ReviewState:
        return ReviewState(
            await self._one("SELECT state FROM risk_register.review_items WHERE visit_id = :id", id=visit.visit_id)
        )

    async def _all(self, sql: str, **given: Any) -> list[Any]:
        async with self.tools.database.reading() as session:
            return list((await session.execute(text(sql), given)).all())

    async def _one(self, sql: str, **given: Any) -> Any:
        rows = await self._all(sql, **given)
        return rows[0][0] if rows else None


class _Counted(suppress):
    """Counts what was done and what was refused; only what a person is told as refused is let pass."""

    def __init__(self, week: Week) -> None:
        super().__init__(Refused)
        self._week = week

    def __exit__(self, kind: Any, problem: Any, trace: Any) -> bool:
        refused = bool(super().__exit__(kind, problem, trace))
        self._week.refused += refused
        self._week.done += not refused
        return refused


def _id(place: int) -> str:
    return PLACES[place].premises_id
