"""What came of it: a tablet asks again and again what became of its crew's visits, and is told what is new in words."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.control import ControlShown
from schemas.envelope import Event
from schemas.referrals import ReferralAcknowledged, ReferralMoved, ReferralRaised
from schemas.vocabulary import Priority, ReferralKind, ReferralState, ReviewState, Role, Stream
from services.shared.service import Tools
from services.visits.presenters.stories import VisitChanges
from tests.builders import NOW, a_visit
from tests.services.test_visits_story import located, not_located, reviewed
from tests.system import System, a_system

VISITS = "/api/v1/visits"
CHANGES = f"{VISITS}/changes"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def visits(tools: Tools) -> System:
    """Return the service alone: what others do is said by the test."""
    return await a_system(tools, ["visits"])


async def send(client: httpx.AsyncClient, **overrides: Any) -> str:
    visit = a_visit(**overrides)
    answer = await client.post(VISITS, json=visit)
    assert answer.status_code == 202, answer.text
    return str(visit["submission_id"])


async def changes(client: httpx.AsyncClient, since: str | None = None) -> dict[str, Any]:
    answer = await client.get(CHANGES, params={"since": since} if since else {})
    assert answer.status_code == 200, answer.text
    VisitChanges.model_validate_json(answer.content)
    return dict(answer.json())


async def hear(system: System, *events: Event) -> None:
    await system.say(*events)
    await system.settle()


def of_a_referral(visit_id: str) -> tuple[Event, ...]:
    raised = ReferralRaised(
        referral_id="r1",
        visit_id=visit_id,
        kind=ReferralKind.BS3,
        stream=Stream.BUILDING_SAFETY,
        priority=Priority.P2,
        raised_at=NOW,
        acknowledge_by=NOW + timedelta(hours=8),
    )
    taken = ReferralAcknowledged(
        referral_id="r1",
        visit_id=visit_id,
        kind=ReferralKind.BS3,
        state=ReferralState.ACKNOWLEDGED,
        acknowledged_by="pat",
        acknowledged_at=NOW + 2 * MINUTE,
    )
    closed = ReferralMoved(
        referral_id="r1",
        visit_id=visit_id,
        kind=ReferralKind.BS3,
        state=ReferralState.CLOSED,
        outcome="Put right",
        moved_at=NOW + 9 * MINUTE,
    )
    return raised, taken, closed


async def test_every_step_is_told_in_words_from_received_to_the_outcome_of_a_referral(visits: System) -> None:
    crew = await visits.client(Role.FIREFIGHTER)
    visit_id = await send(crew)
    shown = ControlShown(
        premises_id="1", revision=1, because_of_visit=visit_id, unverified=1, shown_at=NOW + 3 * MINUTE
    )
    await hear(
        visits,
        located(visit_id),
        *of_a_referral(visit_id),
        shown,
        reviewed(visit_id, ReviewState.QUEUED, 4),
        reviewed(visit_id, ReviewState.CLAIMED, 5),
        reviewed(visit_id, ReviewState.PUBLISHED, 6),
    )
    (told,) = (await changes(crew))["visits"]
    assert [step["words"] for step in told["steps"]] == [
        "Received",
        "Premises found",
        "Referral sent",
        "Referral taken in hand",
        "Shown to control",
        "Waiting for review",
        "Being reviewed",
        "Published",
        "What came of the referral",
    ]
    assert told["steps"][-1]["detail"] == "BS3, building safety: Put right"
    assert (told["says"], told["must_act"], told["state"]) == ("Published.", False, "PUBLISHED")
    assert not any("_" in step["words"] + step["detail"] for step in told["steps"])


async def test_a_visit_that_its_crew_must_put_right_says_so(visits: System) -> None:
    crew = await visits.client(Role.FIREFIGHTER)
    visit_id = await send(crew)
    returned = reviewed(visit_id, ReviewState.RETURNED, 4, "Which stair?").model_copy(
        update={"fields": ("systems",), "comments": {"systems": "The north one?"}}
    )
    await hear(visits, located(visit_id), returned)
    (told,) = (await changes(crew))["visits"]
    assert (told["must_act"], told["comments"], told["more"]) == (
        True, 1, ["Which stair?", "Systems: The north one?"],
    )  # fmt: skip


async def test_a_tablet_that_asks_again_is_told_only_what_is_new(visits: System) -> None:
    crew = await visits.client(Role.FIREFIGHTER)
    one, two = await send(crew), await send(crew)
    first = await changes(crew)
    assert {visit["submission_id"] for visit in first["visits"]} == {one, two}
    again = await changes(crew, first["cursor"])
    assert (again["visits"], again["total"]) == ([], 0)
    await hear(visits, located(two))
    (told,) = (await changes(crew, again["cursor"]))["visits"]
    assert (told["submission_id"], told["state_words"]) == (two, "Premises found")
    assert len((await changes(crew))["visits"]) == 2
    assert len((await changes(crew, "9000000000000000000"))["visits"]) == 2, "a cursor of another database"


async def test_a_line_that_is_told_anew_is_told_again(visits: System) -> None:
    crew = await visits.client(Role.FIREFIGHTER)
    visit_id = await send(crew)
    await hear(visits, not_located(visit_id))
    cursor = (await changes(crew))["cursor"]
    await hear(visits, not_located(visit_id))
    later = reviewed(visit_id, ReviewState.QUEUED, 1)
    await hear(visits, later)
    cursor = (await changes(crew, cursor))["cursor"]
    await hear(visits, reviewed(visit_id, ReviewState.QUEUED, 7))
    assert len((await changes(crew, cursor))["visits"]) == 1


async def test_what_is_committed_after_a_cursor_was_given_is_never_left_out(visits: System, tools: Tools) -> None:
    crew = await visits.client(Role.FIREFIGHTER)
    visit_id = await send(crew)
    async with tools.database.reading() as slow:
        connection = await slow.connection()
        await connection.exec_driver_sql(
            "UPDATE visits.visits SET warnings = '[\"SENT_LATE\"]', changed_in = pg_current_xact_id()"
        )
        await send(crew)  # a later transaction, which is committed first
        cursor = (await changes(crew))["cursor"]
        await slow.commit()
    told = await changes(crew, cursor)
    assert visit_id in {visit["submission_id"] for visit in told["visits"]}


async def test_that_nothing_has_changed_is_answered_in_three_words(visits: System) -> None:
    crew = await visits.client(Role.FIREFIGHTER)
    visit_id = await send(crew)
    first = await crew.get(CHANGES)
    held = {"If-None-Match": f'"other", {first.headers["etag"]}'}
    same = await crew.get(CHANGES, headers=held)
    assert (same.status_code, same.content) == (304, b"")
    await hear(visits, located(visit_id))
    assert (await crew.get(CHANGES, headers=held)).status_code == 200


async def test_a_cursor_that_nobody_gave_is_refused_in_words(visits: System) -> None:
    crew = await visits.client(Role.FIREFIGHTER)
    for since in ("-1", "now", "٣٤", "02786", "9" * 20):
        assert (await crew.get(CHANGES, params={"since": since})).status_code == 422, since
    assert (await crew.get(CHANGES, params={"since": "9" * 19})).status_code == 200


async def test_everybody_is_told_of_their_own_visits_and_of_no_others(visits: System) -> None:
    crew = await visits.client(Role.FIREFIGHTER)
    await send(crew)
    for name, told in (("ff-31", 1), ("ff-99", 0)):
        assert len((await changes(await visits.client(Role.FIREFIGHTER, name=name)))["visits"]) == told
    assert (await (await visits.client(Role.CONTROL)).get(CHANGES)).status_code == 403
    assert (await crew.get(CHANGES, params={"since": "yesterday"})).status_code == 422


async def test_of_very_many_the_newest_fifty_come_and_it_says_of_how_many(visits: System) -> None:
    crew = await visits.client(Role.FIREFIGHTER)
    for _ in range(52):
        await send(crew)
    found = await changes(crew)
    assert (len(found["visits"]), found["total"]) == (50, 52)
