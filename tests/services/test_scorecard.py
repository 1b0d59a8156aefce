"""The scorecard: every visit is in one state, older news moves nothing back, and a lost visit is seen."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from schemas.control import ControlShown, DebriefAnswered, DebriefFinding
from schemas.envelope import Event
from schemas.premises import PremisesLocated
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitReviewed
from schemas.sensitive import Sealed
from schemas.visits import VisitSubmitted
from schemas.vocabulary import (
    DebriefSide,
    FindingKind,
    LocationOutcome,
    LocationPrecision,
    Priority,
    ReferralKind,
    ReferralState,
    ReviewState,
    Role,
    Stream,
)
from services.scorecard.presenters import ELSEWHERE
from services.scorecard.rules.reconciliation import reconcile
from services.scorecard.rules.states import VisitState, is_news
from services.shared.clock import SetClock
from services.shared.messaging.reader import BATCH
from tests.builders import NOW, a_premises, a_submission
from tests.system import System

HOUR = timedelta(hours=1)
SEALED = Sealed(key_id="private/1", nonce="", cipher_text="")


def submitted(visit_id: str, at: datetime = NOW) -> VisitSubmitted:
    return VisitSubmitted(visit_id=visit_id, received_at=at, visit=a_submission().open_part(), private=SEALED)


def reviewed(visit_id: str, state: ReviewState, at: datetime) -> VisitReviewed:
    return VisitReviewed(visit_id=visit_id, premises_id="1", state=state, moved_at=at)


async def account(system: System) -> dict[str, object]:
    client = await system.client(Role.PERFORMANCE)
    found: dict[str, object] = (await client.get("/api/v1/scorecard")).json()["reconciliation"]
    return found


async def states(system: System) -> dict[str, int]:
    client = await system.client(Role.PERFORMANCE)
    return {each["state"]: each["visits"] for each in (await client.get("/api/v1/scorecard")).json()["states"]}


async def step(system: System) -> None:
    for reader in system.process.readers:
        if reader.service.name == "scorecard":
            await reader.step()


async def quarantine(system: System, visit_id: str) -> None:
    async with system.tools.database.reading() as session:
        await session.execute(
            text(
                "INSERT INTO platform.quarantine (id, service, topic, origin, key, body, headers, cause, explanation, "
                "can_be_released, state, quarantined_at) VALUES (gen_random_uuid(), 'premises', 'visits.submitted', "
                "'x', :key, '', '[]', 'defect', '', true, 'waiting', now())"
            ),
            {"key": visit_id.encode()},
        )
        await session.commit()


def answered(number: int, *, right: bool, at: datetime = NOW) -> DebriefAnswered:
    finding = DebriefFinding(kind=FindingKind.MISSING, words="The riser")
    return DebriefAnswered(
        answer_id=f"a{number}",
        premises_id="1",
        called="Shop",
        incident_no="2026-1",
        asked_of=DebriefSide.CREW,
        is_right=right,
        findings=() if right else (finding,),
        answered_by="crew",
        answered_at=at,
    )


async def test_how_often_the_information_was_right_is_told_from_five_answers_on_and_of_a_year(system: System) -> None:
    performance = await system.client(Role.PERFORMANCE)

    async def found() -> object:
        return (await performance.get("/api/v1/scorecard")).json()["right_after_incidents"]

    answers = [answered(number, right=number > 0) for number in range(4)]
    await system.say(*answers, answers[1], answered(9, right=True, at=NOW - timedelta(days=366)), source="control")
    await step(system)
    assert await found() == {"answers": None, "percent": None}
    assert "fewer than 5 answers" in (await performance.get("/scorecard")).text
    await system.say(answered(4, right=True), answered(5, right=True), source="control")
    await step(system)
    assert await found() == {"answers": 6, "percent": 83}
    page = (await performance.get("/scorecard")).text
    assert "of 6 answers say that all information was right, in a year; target 95 %" in page
    assert all(name in page for name, _ in ELSEWHERE)


async def test_every_submitted_visit_is_in_flight_or_finished(system: System) -> None:
    await system.say(*(submitted(f"v{number}") for number in range(3)), source="visits")
    await system.say(reviewed("v0", ReviewState.QUEUED, NOW), reviewed("v0", ReviewState.PUBLISHED, NOW))
    await step(system)
    assert await account(system) == {
        "submitted": 3,
        "quarantined": 0,
        "in_flight": 2,
        "finished": 1,
        "gap": 0,
        "holds": True,
        "lost": [],
        "lost_in_all": 0,
        "lost_shown": "0 of 0",
        "on_their_way": 0,
    }


async def test_news_that_comes_late_moves_no_visit_back(system: System) -> None:
    await system.say(reviewed("v1", ReviewState.PUBLISHED, NOW + timedelta(hours=2)))
    await system.say(reviewed("v1", ReviewState.QUEUED, NOW + timedelta(seconds=1)), submitted("v1"))
    await step(system)
    assert await states(system) == {"PUBLISHED": 1}


async def test_a_visit_the_scorecard_never_heard_of_is_a_gap(system: System) -> None:
    await system.say(submitted("v1"))
    assert (await account(system))["gap"] == 1
    await step(system)
    assert (await account(system))["holds"]


async def test_a_visit_nobody_has_heard_of_is_on_its_way_for_a_minute_and_then_lost_by_name(
    system: System, clock: SetClock
) -> None:
    await system.say(submitted("v1"), submitted("v2"))
    await step(system)
    await system.say(submitted("v3"))
    at_first = await account(system)
    assert (at_first["on_their_way"], at_first["lost"]) == (1, [])
    clock.move(timedelta(minutes=2))
    later = await account(system)
    assert (later["gap"], later["on_their_way"], later["lost"]) == (1, 0, ["v3"])
    page = (await (await system.client(Role.PERFORMANCE)).get("/scorecard")).text
    assert "not accounted for" in page
    assert "v3" in page


async def test_a_strangers_message_in_quarantine_is_no_visit_of_ours(system: System) -> None:
    await system.say(submitted("v1"))
    await step(system)
    await quarantine(system, "never-submitted")
    found = await account(system)
    assert (found["quarantined"], found["holds"]) == (0, True)


async def test_what_was_shown_at_once_is_measured_apart_from_what_waited_for_review(system: System) -> None:
    def shown(visit_id: str, at: datetime) -> ControlShown:
        return ControlShown(premises_id="1", revision=1, because_of_visit=visit_id, unverified=0, shown_at=at)

    await system.say(submitted("urgent"), submitted("slow"))
    await system.say(shown("urgent", NOW + timedelta(seconds=2)))
    days_later = NOW + timedelta(days=3)
    await system.say(reviewed("slow", ReviewState.PUBLISHED, days_later), shown("slow", days_later))
    await step(system)
    found = (await (await system.client(Role.PERFORMANCE)).get("/api/v1/scorecard")).json()
    assert found["received_to_control"] == {"visits": 1, "p50_s": 2.0, "p95_s": 2.0}
    assert found["received_to_control_once_published"]["p50_s"] == 3 * 86400


async def test_a_visit_in_quarantine_is_counted_there_and_nowhere_else(system: System) -> None:
    await system.say(submitted("v1"), submitted("v2"))
    await step(system)
    await quarantine(system, "v1")
    assert await account(system) == {
        "submitted": 2,
        "quarantined": 1,
        "in_flight": 1,
        "finished": 0,
        "gap": 0,
        "holds": True,
        "lost": [],
        "lost_in_all": 0,
        "lost_shown": "0 of 0",
        "on_their_way": 0,
    }


async def test_a_located_visit_is_told_apart_from_one_that_waits_for_a_person(system: System) -> None:
    located = PremisesLocated(
        visit_id="v1",
        premises=a_premises(),
        outcome=LocationOutcome.MATCHED,
        precision=LocationPrecision.PREMISES,
        score=1,
        reason="identifier",
        located_by="matcher",
        received_at=NOW,
        visit=a_submission().open_part(),
        private=SEALED,
    )
    await system.say(submitted("v1"), located)
    await step(system)
    assert await states(system) == {"LOCATED": 1}


async def test_what_is_heard_of_a_visit_comes_to_the_same_in_whatever_order(system: System) -> None:
    def news(visit_id: str) -> list[Event]:
        shown = [
            ControlShown(
                premises_id="1", revision=at, because_of_visit=visit_id, unverified=0, shown_at=NOW + at * HOUR
            )
            for at in (3, 2)
        ]
        reviews = [
            reviewed(visit_id, ReviewState.PUBLISHED, NOW + 4 * HOUR),
            reviewed(visit_id, ReviewState.QUEUED, NOW + HOUR),
        ]
        return [submitted(visit_id), *shown, *reviews]

    orders = list(permutations(range(5)))
    for number, order in enumerate(orders):
        events = news(f"v{number}")
        await system.say(*(events[each] for each in order))
    for _ in range(len(orders) * 5 // BATCH + 1):
        await step(system)
    found = await system.rows(
        "SELECT DISTINCT state, state_at, submitted_at, shown_at, finished_at, station FROM scorecard.visits"
    )
    at_end = NOW + 4 * HOUR
    assert found == [("PUBLISHED", at_end, NOW, NOW + 2 * HOUR, at_end, a_submission().station)]


async def test_a_batch_comes_to_what_its_news_come_to_one_after_another(system: System) -> None:
    def news(visit_id: str) -> list[Event]:
        referral = {"referral_id": f"r-{visit_id}", "visit_id": visit_id, "kind": ReferralKind.BS3}
        raised = ReferralRaised(
            **referral,
            stream=Stream.BUILDING_SAFETY,
            priority=Priority.P4,
            raised_at=NOW,
            acknowledge_by=NOW + 9 * HOUR,
        )
        taken = {"state": ReferralState.ACKNOWLEDGED, "acknowledged_by": "protection"}
        return [
            ControlShown(premises_id="1", revision=1, because_of_visit=visit_id, unverified=0, shown_at=NOW + HOUR),
            reviewed(visit_id, ReviewState.PUBLISHED, NOW + 4 * HOUR),
            ReferralAcknowledged(**referral, **taken, acknowledged_at=NOW + HOUR),
            reviewed(visit_id, ReviewState.QUEUED, NOW + HOUR),
            raised,
            submitted(visit_id),
        ]

    await system.say(*news("together"), *news("beside"))
    await step(system)
    for event in news("apart"):
        await system.say(event)
        await step(system)
    visits = await system.rows(
        "SELECT state, state_at, station, submitted_at, located_at, shown_at, finished_at FROM scorecard.visits"
    )
    referrals = await system.rows("SELECT raised_at, acknowledge_by, acknowledged_at FROM scorecard.referrals")
    assert (len(visits), len(set(visits))) == (3, 1)
    assert (len(referrals), set(referrals)) == (3, {(NOW, NOW + 9 * HOUR, NOW + HOUR)})


async def test_all_news_of_a_batch_costs_no_more_than_two_statements(system: System) -> None:
    asked: list[str] = []
    listen(
        system.tools.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: asked.append(statement),
    )
    await system.say(submitted("v1"), reviewed("v1", ReviewState.QUEUED, NOW + HOUR))
    shown = ControlShown(premises_id="1", revision=1, because_of_visit="v1", unverified=0, shown_at=NOW + HOUR)
    await system.say(shown)
    await step(system)
    assert sum("scorecard.visits" in statement for statement in asked) == 2


async def test_the_page_is_for_those_who_measure_alone(system: System) -> None:
    for role in Role:
        client = await system.client(role)
        allowed = role in (
            Role.PERFORMANCE,
            Role.RISK_TEAM_MANAGER,
            Role.INFORMATION_GOVERNANCE,
            Role.ADMINISTRATOR,
        )
        assert (await client.get("/scorecard")).status_code == (200 if allowed else 403)


@pytest.mark.parametrize(
    ("present", "since", "state", "at", "news"),
    [
        (None, None, VisitState.SUBMITTED, NOW, True),
        (VisitState.LOCATED, NOW, VisitState.SUBMITTED, NOW - timedelta(seconds=1), False),
        (VisitState.LOCATED, NOW, VisitState.SUBMITTED, NOW, False),
        (VisitState.LOCATED, NOW, ReviewState.QUEUED, NOW, True),
        (ReviewState.RETURNED, NOW, ReviewState.QUEUED, NOW + timedelta(hours=1), True),
    ],
)
def test_later_or_further_on_is_news(
    present: str | None, since: datetime | None, state: str, at: datetime, news: bool
) -> None:
    assert is_news(present, since, state, at) is news


def test_the_account_shows_how_many_visits_are_nowhere() -> None:
    found = reconcile(10, 1, {"QUEUED": 4, "PUBLISHED": 3})
    assert (found.in_flight, found.finished, found.gap, found.holds) == (4, 3, 2, False)
