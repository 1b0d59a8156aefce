"""What must hold of a register after each step of a week, read from its rows and from what it said."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import text

from schemas.risk_register import RiskFacts, RiskRecord, RiskRecordUpdated, VisitReviewed
from schemas.upgrades import read
from schemas.vocabulary import ReviewState
from services.domain.fact_keys import SCORE, taken_apart
from services.domain.ris1.policy import HIGHEST_LEVEL
from services.risk_register.presenters.fact_lines import FactSection, fact_sections
from services.risk_register.rules.as_it_was import ByWhen
from services.risk_register.rules.dossiers import Version
from services.risk_register.rules.markers import BY_DATE, BY_DECIDERS
from services.risk_register.rules.merging import Known
from services.risk_register.rules.review_queue import NEXT_STATES, OPEN
from services.risk_register.rules.taking_up import PUT_BACK
from services.risk_register.rules.temporary import TRANSITIONS, TemporaryState
from services.risk_register.store.publications import every_version
from services.risk_register.store.records import find_record
from services.risk_register.views.as_it_was import as_it_was
from services.shared.event_log import read_after
from tests.builders import NOW
from tests.services.weeks import PLACES, Week

BY_NOBODY = (BY_DATE, BY_DECIDERS)
INSTANT = timedelta(microseconds=1)


@dataclass
class Held:
    """What was found after the step before, to hold the next one against."""

    week: Week
    position: int = 0
    said: dict[str, list[RiskRecordUpdated]] = field(default_factory=dict)
    moved: dict[str, list[ReviewState]] = field(default_factory=dict)
    items: dict[str, Any] = field(default_factory=dict)
    finished: dict[str, Any] = field(default_factory=dict)
    risks: dict[str, Any] = field(default_factory=dict)

    async def begin(self) -> None:
        """Pass over what was said before this week."""
        self.position = (await self._rows("SELECT coalesce(max(position), 0) FROM platform.event_log"))[0][0]

    async def check(self) -> None:
        """Hold everything against what must hold; fails with what does not."""
        await self._listen()
        await self._visits()
        await self._versions()
        await self._shown()
        await self._what_is_over_stays_so()
        await self._temporary()
        assert await self.week.system.quarantined() == []

    async def _listen(self) -> None:
        async with self.week.tools.database.reading() as session:
            topics = [RiskRecordUpdated.topic, VisitReviewed.topic]
            for logged in await read_after(session, self.position, topics=topics, limit=10_000):
                self.position, event = logged.position, read(logged.envelope)
                if isinstance(event, RiskRecordUpdated):
                    self.said.setdefault(event.premises_id, []).append(event)
                elif isinstance(event, VisitReviewed):
                    self.moved.setdefault(event.visit_id, []).append(event.state)

    async def _visits(self) -> None:
        """Every visit is in one state, come to by the table, and at one premises; none is lost."""
        rows = {row.visit_id: row for row in await self._rows("SELECT * FROM risk_register.review_items")}
        assert rows.keys() == {one.visit_id for one in self.week.visits}
        for one in self.week.visits:
            row = rows[one.visit_id]
            put_back = row.reason == PUT_BACK and row.state == "WITHDRAWN"  # said by premises, which took it back
            assert put_back or ReviewState(row.state) is self.moved[one.visit_id][-1], (
                f"{one.visit_id}: said to be elsewhere"
            )
            assert row.premises_id == one.premises.premises_id
            assert (row.state == "CLAIMED") is (row.claimed_by is not None) is (row.lease_until is not None)
            assert row.decided_at is None or row.state not in OPEN, "what is decided waits for nobody"
            if before := self.items.get(one.visit_id):
                assert row.version >= before.version
                is_reached = ReviewState(row.state) in reachable(ReviewState(before.state))
                assert row.state == before.state or (is_reached and row.version > before.version)
        self.items = rows

    async def _versions(self) -> None:
        """Versions only grow, and nothing is lowered, or published as a level 5, by one person or by an author."""
        for place in PLACES:
            async with self.week.tools.database.reading() as session:
                kept, record = (
                    await every_version(session, place.premises_id),
                    await find_record(session, place.premises_id),
                )
            assert [one.version for one in kept] == list(range(1, len(kept) + 1))
            assert (record.version if record else 0) == len(kept)
            level: int | None = None
            for version in kept:
                self._is_approved(version, level)
                level = version.risk_score.base_level if version.risk_score else None

    def _is_approved(self, version: Version, before: int | None) -> None:
        level = version.risk_score.base_level if version.risk_score else None
        if version.published_by in BY_NOBODY:
            assert level == before, "no date and no marker changes a level"
            return
        two = {version.published_by, version.first_approved_by} - {None}
        if level == HIGHEST_LEVEL or (before is not None and (level or 0) < before):
            assert len(two) == 2, f"version {version.version}: {before} became {level} by {two}"
        if HIGHEST_LEVEL in (level, before) and len(two) == 2:
            assert "mel" in two, "one of the two is the manager"
        lead = next((one.visit.lead_officer_id for one in self.week.visits if one.visit_id == version.visit_id), None)
        assert lead not in two, "the author never decides"

    async def _shown(self) -> None:
        """What is kept as shown is what was said last, and every unverified danger is in it."""
        for place in PLACES:
            said = self.said.get(place.premises_id, [])
            async with self.week.tools.database.reading() as session:
                record = await find_record(session, place.premises_id)
            assert [one.record.revision for one in said] == list(range(1, len(said) + 1))
            assert [one.record.version for one in said] == sorted(one.record.version for one in said)
            if record is None or not said:
                assert record is None or record.version == 0
                continue
            assert record.shown is not None
            assert RiskRecord.model_validate(record.shown) == said[-1].record
            assert said[-1].record.version == record.version
            waits = await self._rows(
                "SELECT kind, summary FROM risk_register.unverified_additions "
                f"WHERE premises_id = '{place.premises_id}' AND resolved_at IS NULL"
            )
            assert {(row.kind, row.summary) for row in waits} == {
                (one.kind, one.summary) for one in said[-1].record.unverified
            }

    async def _what_is_over_stays_so(self) -> None:
        """A version, what was resolved, and a temporary risk that was ended are never changed and never gone."""
        now = {
            row[0]: row[1]
            for row in await self._rows("""
                SELECT 'version ' || premises_id || ' ' || version, md5(kept::text) FROM risk_register.versions AS kept
                UNION ALL SELECT id::text, md5(kept::text) FROM risk_register.unverified_additions AS kept
                WHERE resolved_at IS NOT NULL
                UNION ALL SELECT risk_id, md5(kept::text) FROM risk_register.temporary_risks AS kept
                WHERE ended_at IS NOT NULL
            """)
        }
        assert self.finished.items() <= now.items()
        self.finished = now
        late = await self._rows("SELECT 1 FROM risk_register.unverified_additions WHERE expired_at < expires_at")
        assert late == [], "nothing expires before its time"

    async def _temporary(self) -> None:
        rows = {row.risk_id: row for row in await self._rows("SELECT * FROM risk_register.temporary_risks")}
        assert self.risks.keys() <= rows.keys()
        for risk_id, row in rows.items():
            assert (row.state == "ENDED") is (row.ended_at is not None)
            if before := self.risks.get(risk_id):
                ways = TRANSITIONS[TemporaryState(before.state)].values()
                assert row.state == before.state or TemporaryState(row.state) in ways
                assert row.version >= before.version
        for place in PLACES:
            told = (
                {one.risk_id for one in self.said[place.premises_id][-1].record.temporary}
                if place.premises_id in self.said
                else set()
            )
            assert told == {
                name for name, row in rows.items() if row.premises_id == place.premises_id and row.state != "ENDED"
            }
        self.risks = rows

    async def look_back(self, chance: Random, times: int) -> int:
        """Hold `as_of` against a replay of what was said until a moment; return for how many pairs."""
        compared = 0
        async with self.week.tools.database.reading() as session:
            for place, said in self.said.items():
                for _ in range(times):
                    moment = self._moment(chance, said)
                    found = await as_it_was(session, place, moment, ByWhen.SHOWN, self.week.clock.now())
                    record = next((one.record for one in reversed(said) if one.changed_at <= moment), None)
                    assert (found.version.version if found.version else 0) == (record.version if record else 0)
                    assert found.unverified == (record.unverified if record else ())
                    assert _values(found.facts) == _values(fact_sections(Known(taken_apart(_facts(record)), {})))
                    sources = {fact.key: fact.source for section in found.facts for fact in section.facts}
                    assert all(sources[key] == one for key, one in (record.sources if record else {}).items())
                    level = found.version.base_level if found.version else None
                    assert level == (record.score.base_level if record and record.score else None)
                    compared += 1
        return compared

    def _moment(self, chance: Random, said: list[RiskRecordUpdated]) -> datetime:
        """Return any moment of the week, or one beside or at which something was said."""
        now = self.week.clock.now()
        if chance.random() < 0.5:
            return NOW + (now - NOW) * chance.random()
        return min(now, chance.choice(said).changed_at + INSTANT * chance.choice((-1, 0, 1)))

    async def _rows(self, sql: str) -> list[Any]:
        async with self.week.tools.database.reading() as session:
            return list((await session.execute(text(sql))).all())


def _facts(record: RiskRecord | None) -> RiskFacts | None:
    return record.facts if record else None


def _values(sections: Iterable[FactSection]) -> dict[str, object]:
    """Return what is told of each fact; the score is held by its level."""
    return {fact.key: fact.value for section in sections for fact in section.facts if fact.key != SCORE}


def reachable(state: ReviewState) -> set[ReviewState]:
    """Return every state that the table leads to from one, by any number of moves."""
    found: set[ReviewState] = set()
    beyond = {state}
    while beyond := {after for one in beyond for after in NEXT_STATES[one]} - found:
        found |= beyond
    return found
