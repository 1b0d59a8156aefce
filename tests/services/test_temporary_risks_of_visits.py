"""Temporary risks that visits raise by themselves, and how a repair, a rejection or a wrong premises ends them."""

from datetime import date, timedelta
from typing import Any

import pytest

from schemas.premises import LocatedPremises, LocationWithdrawn, PremisesLocated
from schemas.risk_register import TemporaryRiskShown
from schemas.vocabulary import TemporarySource
from services.risk_register.app import build
from services.risk_register.handlers.visits import take_up_visits
from services.shared.clock import SetClock
from services.shared.event_log import Cause
from services.shared.replay import replay
from services.shared.service import Tools
from services.shared.transactions import Heard, transaction
from tests.builders import NOW, a_premises
from tests.services.risk_register_desk import RISER_FAULT, RISER_WORKING, Desk, located
from tests.system import a_system

DAY = timedelta(days=1)
FAIR = {"kind": "RI3", "note": "Funfair in the yard until 30 November, rear access shut"}
LATELY = {**RISER_FAULT, "fault_since": (NOW - timedelta(hours=10)).isoformat()}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register."""
    return Desk(await a_system(tools, ("risk_register",)))


def high_rise(at: Any = NOW, *systems: dict[str, Any], **visit: Any) -> PremisesLocated:
    """Return a review of a block of flats that is a high-rise, with the state of some systems."""
    return located(at=at, **{"premises_class": "FLATS_HIGH", "systems": list(systems), **visit})


async def shown(desk: Desk) -> list[TemporaryRiskShown]:
    """Return the temporary risks that everybody was told of last."""
    return list((await desk.shown())[-1].record.temporary)


async def kept(desk: Desk) -> list[tuple[object, ...]]:
    """Return the state, the end and its reason of every one that was ever raised."""
    rows = await desk.system.rows(
        "SELECT CAST(state AS text), CAST(because AS text), ended_reason FROM risk_register.temporary_risks "
        "ORDER BY raised_at, risk_id"
    )
    return [tuple(row) for row in rows]


async def claimed(desk: Desk, visit_id: str) -> str:
    """Return the page of a visit as its reviewer reads it."""
    ada = await desk.reviewer()
    assert (await desk.decide(ada, visit_id, "claim")).status_code == 200
    return " ".join((await ada.get(f"/review/{visit_id}")).text.split())


async def test_a_crew_refers_an_event_and_everybody_is_told_with_the_same_message(desk: Desk) -> None:
    visit_id = await desk.receive(located(referrals=[FAIR]))
    (news,) = await desk.shown()
    (told,) = news.record.temporary
    assert news.because_of_visit == visit_id
    assert (told.what, told.owner, told.source) == (FAIR["note"], "Central risk team", TemporarySource.REFERRAL)
    assert (told.starts_on, told.ends_on, told.callsign) == (NOW.date(), date(2026, 12, 6), "S1P1")


async def test_one_without_words_or_with_very_many_is_still_one_line(desk: Desk) -> None:
    long = "Stage and tents on the whole of the yard; " * 8
    await desk.receive(located(referrals=[{"kind": "RI3"}, {"kind": "RI3", "note": long, "unit_ref": "Unit 3"}]))
    told = {each.what for each in await shown(desk)}
    assert "Temporary risk or event: ask the crew" in told
    (other,) = told - {"Temporary risk or event: ask the crew"}
    assert other.startswith("Unit 3: Stage and tents")
    assert (len(other), other[-1]) == (120, "…")
    (why,) = {row[0] for row in await desk.system.rows("SELECT why FROM risk_register.temporary_risks")} - {
        "The crew referred it as a temporary risk or event"
    }
    assert long.strip() in str(why), "every word is kept"


async def test_a_fault_of_regulation_7_is_one_for_each_system(desk: Desk) -> None:
    lift = {"kind": "FF_LIFT", "status": "IMPAIRED", "fault_since": (NOW - 3 * DAY).isoformat()}
    await desk.receive(high_rise(NOW, RISER_FAULT, lift, {**LATELY, "kind": "SPRINKLER"}))
    assert [(each.what, each.owner, each.source) for each in sorted(await shown(desk), key=lambda one: one.what)] == [
        ("Dry riser FAULT, NW stair", "Protection", TemporarySource.FAULT),
        ("Fire-fighting lift IMPAIRED", "Protection", TemporarySource.FAULT),
    ]


@pytest.mark.parametrize(
    ("visit", "raises"),
    [
        ({"premises_class": "FLATS_HIGH", "systems": [LATELY]}, False),
        ({"premises_class": "SHOP", "systems": [RISER_FAULT]}, False),
        ({"premises_class": "FLATS_HIGH", "systems": [RISER_WORKING]}, False),
        ({"premises_class": "FLATS_MID", "storeys_above": 7, "systems": [RISER_FAULT]}, True),
        ({"premises_class": "SHOP", "systems": [LATELY], "referrals": [{"kind": "BS4", "note": "Inlet"}]}, True),
        ({"referrals": [{"kind": "BS4", "note": "Riser inlet vandalised"}]}, True),
        ({"referrals": [{"kind": "BS3", "note": "Fire door wedged"}]}, False),
    ],
)
async def test_it_is_raised_where_a_bs4_is(desk: Desk, visit: dict[str, Any], *, raises: bool) -> None:
    await desk.receive(located(**visit))
    told = await desk.shown()
    assert len(told[-1].record.temporary if told else ()) == int(raises)


async def test_that_it_is_a_high_rise_may_be_known_from_the_record(desk: Desk, clock: SetClock) -> None:
    await desk.publish(await desk.receive(located(premises_class="FLATS_MID", storeys_above=8)))
    clock.move(DAY)
    unsaid = {"storeys_above": None, "height_top_storey_m": None}
    change = located(at=clock.now(), visit_kind="CHANGE", premises_class="FLATS_MID", systems=[RISER_FAULT], **unsaid)
    await desk.receive(change)
    assert [each.what for each in await shown(desk)] == ["Dry riser FAULT, NW stair"]


async def test_said_twice_and_replayed_it_is_one(desk: Desk, tools: Tools) -> None:
    event = high_rise(NOW, RISER_FAULT, referrals=[FAIR])
    await desk.receive(event, event)
    await desk.receive(event)
    done = await replay(build(tools), tools.database, tools.clock, 0, again=True)
    assert done.delivered == 3
    await desk.system.settle()
    assert len(await kept(desk)) == 2
    assert len(await shown(desk)) == 2
    assert await desk.system.quarantined() == []


async def test_what_another_visit_refers_in_the_same_words_is_not_raised_again(desk: Desk, clock: SetClock) -> None:
    await desk.receive(located(referrals=[FAIR]))
    clock.move(DAY)
    again = {**FAIR, "note": FAIR["note"].upper()}
    await desk.receive(located(at=clock.now(), referrals=[again]))
    assert len(await kept(desk)) == 1


class TestAFault:
    """A system that is out of order, from the first crew that saw it until it is repaired."""

    async def test_it_is_over_when_it_was_seen_working_later_and_that_is_published(
        self, desk: Desk, clock: SetClock
    ) -> None:
        await desk.publish(await desk.receive(high_rise(NOW, RISER_FAULT)))
        clock.move(2 * DAY)
        visit_id = await desk.receive(high_rise(clock.now(), RISER_WORKING))
        assert len(await shown(desk)) == 1, "a crew alone lowers nothing"
        page = await claimed(desk, visit_id)
        assert "1 temporary risk ends, repaired." in page
        assert "only this visit told of it" not in page
        await desk.publish(visit_id)
        assert await shown(desk) == []
        reason = "Seen working by crew S1P1 on 24 Nov 2026; published as version 2"
        assert await kept(desk) == [("ENDED", "SEEN_WORKING", reason)]

    async def test_it_is_not_over_by_what_was_seen_before_or_only_not_tested(self, desk: Desk, clock: SetClock) -> None:
        clock.move(5 * DAY)
        await desk.receive(high_rise(clock.now(), RISER_FAULT))
        await desk.publish(await desk.receive(high_rise(NOW, RISER_WORKING)))
        assert len(await shown(desk)) == 1
        clock.move(DAY)
        await desk.publish(await desk.receive(high_rise(clock.now(), {**RISER_WORKING, "status": "NOT_TESTED"})))
        assert len(await shown(desk)) == 1

    async def test_an_older_fault_that_arrives_after_the_repair_raises_nothing(
        self, desk: Desk, clock: SetClock
    ) -> None:
        clock.move(5 * DAY)
        await desk.publish(await desk.receive(high_rise(clock.now(), RISER_WORKING)))
        await desk.receive(high_rise(NOW, RISER_FAULT))
        assert await kept(desk) == []

    async def test_a_crew_that_sees_it_again_renews_it_and_an_older_sighting_does_not(
        self, desk: Desk, clock: SetClock
    ) -> None:
        await desk.receive(high_rise(NOW, RISER_FAULT))
        clock.move(40 * DAY)
        await desk.receive(high_rise(clock.now(), RISER_FAULT, callsign="K41"))
        await desk.receive(high_rise(NOW + DAY, RISER_FAULT, callsign="K13"))
        (told,) = await shown(desk)
        assert (told.ends_on, told.callsign) == ((NOW + 68 * DAY).date(), "K41")
        assert [state for state, *_ in await kept(desk)] == ["IN_FORCE"]


class TestAVisitThatFallsAway:
    """What a visit alone raised goes with it, by the word of whoever decided that; what stands by itself stays."""

    async def test_rejected(self, desk: Desk) -> None:
        visit_id = await desk.receive(located(referrals=[FAIR]))
        page = await claimed(desk, visit_id)
        assert "1 temporary risk ends: only this visit told of it." in page
        assert "Funfair in the yard until 30 November, rear access shut</a>, until" in page
        ada = await desk.reviewer()
        done = await desk.decide(ada, visit_id, "reject", fields=["referrals"], reason="It was another yard")
        assert done.status_code == 200, done.text
        assert await shown(desk) == []
        assert await kept(desk) == [
            ("ENDED", "VISIT_REJECTED", "The visit that reported it was rejected: It was another yard")
        ]

    async def test_rejected_after_another_crew_has_seen_it(self, desk: Desk, clock: SetClock) -> None:
        visit_id = await desk.receive(high_rise(NOW, RISER_FAULT))
        clock.move(DAY)
        await desk.receive(high_rise(clock.now(), RISER_FAULT))
        ada = await desk.reviewer()
        await desk.decide(ada, visit_id, "claim")
        done = await desk.decide(ada, visit_id, "reject", fields=["systems"], reason="It was another block")
        assert done.status_code == 200, done.text
        assert len(await shown(desk)) == 1

    async def test_put_back_and_placed_anew(self, desk: Desk, tools: Tools) -> None:
        there, here = a_premises("1"), a_premises("2")
        placed = located(there, referrals=[FAIR])
        withdrawn = LocationWithdrawn(
            visit_id=placed.visit_id, premises_id="1", withdrawn_by="ada", received_at=NOW, visit=placed.visit
        )
        said: list[PremisesLocated | LocationWithdrawn] = [placed, withdrawn, placed, withdrawn, moved(placed, here)]
        for number, event in enumerate(said):
            cause = Cause("risk_register", "test", "test", happened_at=NOW + number * timedelta(minutes=10))
            async with transaction(tools.database, tools.clock, cause) as work:
                await take_up_visits([Heard(event, cause)], work)
        rows = await desk.system.rows(
            "SELECT premises_id, CAST(because AS text) FROM risk_register.temporary_risks ORDER BY premises_id, because"
        )
        assert [tuple(row) for row in rows] == [("1", "VISIT_PUT_BACK"), ("1", "VISIT_PUT_BACK"), ("2", None)]


def moved(event: PremisesLocated, premises: LocatedPremises) -> PremisesLocated:
    return event.model_copy(update={"premises": premises})


class TestSentAgain:
    """A crew that sends its visit again with other words: the newer ones take the place of the earlier."""

    OTHERWISE = {"kind": "RI3", "note": "Funfair in the yard until 3 December, rear access open"}

    @pytest.mark.parametrize("late", [False, True])
    async def test_the_newer_words_take_the_place_of_the_earlier_whichever_comes_first(
        self, desk: Desk, clock: SetClock, *, late: bool
    ) -> None:
        first = located(referrals=[FAIR, {"kind": "RI3", "note": "Road closed to the east"}])
        second = located(at=NOW + DAY, amends=first.visit_id, referrals=[self.OTHERWISE])
        clock.move(2 * DAY)
        for event in (second, first) if late else (first, second):
            await desk.receive(event)
        told = [each.what for each in await shown(desk)]
        assert self.OTHERWISE["note"] in told
        assert len(told) == 2, "one takes the place of one; what is left over stays until somebody decides"
        ada = await desk.reviewer()
        await desk.decide(ada, second.visit_id, "claim")
        rejected = await desk.decide(
            ada, second.visit_id, "reject", reason="It was the week before", fields=["hazards"]
        )
        assert rejected.status_code == 200, rejected.text
        assert await shown(desk) == [], "both are decided with it"

    async def test_put_back_it_gives_the_earlier_words_their_place_again(self, desk: Desk, clock: SetClock) -> None:
        first = located(referrals=[FAIR])
        second = located(at=NOW + DAY, amends=first.visit_id, referrals=[self.OTHERWISE])
        clock.move(2 * DAY)
        await desk.receive(first, second)
        assert [each.what for each in await shown(desk)] == [self.OTHERWISE["note"]]
        assert [row[1] for row in await kept(desk)] == ["SENT_AGAIN", None]
        clock.move(DAY)
        withdrawn = LocationWithdrawn(
            visit_id=second.visit_id,
            premises_id=second.premises.premises_id,
            withdrawn_by="ada",
            received_at=second.received_at,
            visit=second.visit,
        )
        await desk.system.say(withdrawn, source="premises")
        await desk.system.settle()
        assert [each.what for each in await shown(desk)] == [FAIR["note"]]

    async def test_in_the_same_words_it_stays_as_it_is(self, desk: Desk, clock: SetClock) -> None:
        first = located(referrals=[FAIR])
        clock.move(2 * DAY)
        await desk.receive(first, located(at=NOW + DAY, amends=first.visit_id, referrals=[FAIR]))
        assert [each.what for each in await shown(desk)] == [FAIR["note"]]
        assert len(await kept(desk)) == 1
