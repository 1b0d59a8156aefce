"""The decision form: who may use it, everything to mend at once, and what leans on a fault that is closed."""

import html
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.visits import Sender
from schemas.vocabulary import Role
from services.risk_register.app import build
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.services.risk_register_desk import RISER_FAULT, RISER_WORKING, Desk, located
from tests.system import System

HTML = {"Accept": "text/html"}
CHANGE: dict[str, Any] = {"visit_kind": "CHANGE", "base_record_version": 1}
PUMP = "Add a pump until the riser is repaired"


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def claimed(desk: Desk, who: httpx.AsyncClient, **visit: Any) -> str:
    """Return a visit that somebody holds."""
    visit_id = await desk.receive(located(**visit))
    assert (await desk.decide(who, visit_id, "claim")).status_code == 200
    return visit_id


async def decide(who: httpx.AsyncClient, desk: Desk, visit_id: str, **form: Any) -> httpx.Response:
    """Send the decision form."""
    data = {"version": (await desk.item(visit_id))["version"], **form}
    answer = await who.post(f"/review/{visit_id}/decide", data=data, headers=HTML)
    await desk.system.settle()
    return answer


def summary(page: httpx.Response) -> list[tuple[str, str]]:
    """Return each line of the summary of errors, with the place it leads to."""
    assert page.status_code == 422
    box = page.text.split("govuk-error-summary__list", 1)[1].split("</ul>", 1)[0]
    found = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', box)
    return [(place, html.unescape(words)) for place, words in found]


class TestAuthors:
    """Who led, went along or sent a visit never decides on it, whatever the form says."""

    async def test_who_sent_a_visit_in_another_officers_name_never_publishes_it(self, desk: Desk) -> None:
        event = located(lead_officer_id="somebody-else")
        event = event.model_copy(update={"sent_by": Sender(name="ada", station="S1", roles=(Role.RISK_TEAM,))})
        await desk.receive(event)
        ada = await desk.reviewer("ada")
        await desk.decide(ada, event.visit_id, "claim")
        for decision in ("publish", "return", "reject"):
            answer = await desk.decide(ada, event.visit_id, decision, reason="It is mine", fields=["roof"])
            assert (answer.status_code, "author" in answer.json()["detail"]) == (403, True)
        page = (await ada.get(f"/review/{event.visit_id}")).text
        assert "sent by ada" in page
        assert "You were on this visit, or sent it." in page
        assert (await desk.item(event.visit_id))["sent_by"]["name"] == "ada"

    async def test_the_author_of_a_merged_visit_does_not_publish_it_by_the_other_one(self, desk: Desk) -> None:
        mine, other = located(lead_officer_id="Ada", callsign="K41"), located(lead_officer_id="somebody-else")
        await desk.receive(mine, other)
        ben = await desk.reviewer("ben")
        await desk.decide(ben, mine.visit_id, "claim")
        assert (await desk.decide(ben, mine.visit_id, "merge", into=other.visit_id)).status_code == 200
        ada = await desk.reviewer("ada")
        await desk.decide(ada, other.visit_id, "claim")
        assert (await desk.decide(ada, other.visit_id, "publish")).status_code == 403


class TestMending:
    """Everything that must be mended is said at once, in page order, and what was typed is kept."""

    async def test_a_return_lacks_fields_and_words_and_keeps_what_was_typed(self, desk: Desk) -> None:
        ada = await desk.reviewer()
        visit_id = await claimed(desk, ada)
        page = await decide(ada, desk, visit_id, decision="return", return_reason="huh")
        assert summary(page) == [
            ("return-fields", "Tick the fields that the crew must mend"),
            ("return_reason", "Say what the crew must mend, in at least 5 characters"),
        ]
        assert ">huh</textarea>" in page.text
        assert all(f'id="{place}"' in page.text for place, _ in summary(page))

    @pytest.mark.parametrize("decision", ["reject", "merge", "escalate"])
    async def test_what_cannot_be_taken_back_is_confirmed_by_a_tick(self, desk: Desk, decision: str) -> None:
        ada = await desk.reviewer()
        other = await desk.receive(located(roof="Slate"))
        visit_id = await claimed(desk, ada)
        form = {"decision": decision, f"{decision}_reason": "It is next door", "reject_fields": "roof", "into": other}
        [(place, words)] = summary(await decide(ada, desk, visit_id, **form))
        assert (place, words[:9]) == (f"{decision}-sure", "Tick that")
        assert (await desk.item(visit_id))["state"] == "CLAIMED"
        assert (await decide(ada, desk, visit_id, **form, sure=decision)).status_code == 303
        assert (await desk.item(visit_id))["state"] in ("REJECTED", "MERGED", "ESCALATED")

    async def test_everything_wrong_with_a_change_is_said_in_the_order_of_the_page(self, desk: Desk) -> None:
        ada = await desk.reviewer()
        visit_id = await claimed(desk, ada, roof="Felt", voids="Roof void", tactics_note="Go in low")
        long_roof = "x" * 130
        form = {
            "decision": "amend",
            "publish": ["roof", "tactics_note"],
            "fact-roof": long_roof,
            "fact-tactics_note": "y" * 501,
            "level": "9",
            "level_reason": "Because",
        }
        page = await decide(ada, desk, visit_id, **form)
        assert summary(page) == [
            ("fact-roof", "Roof: use at most 120 characters"),
            ("fact-tactics_note", "Tactics note: use at most 500 characters, not 501"),
            ("level", "Choose a level from 1 to 5"),
            ("amend_reason", "Say why it is left out, in at least 5 characters"),
        ]
        for kept in (long_roof, "y" * 501, 'value="Because"'):
            assert kept in page.text
        assert (await desk.item(visit_id))["amendment"] is None

    @pytest.mark.parametrize(
        ("level", "reason", "problems"),
        [
            ("1", "", [("level_reason", "Say why the level is set by hand")]),
            ("", "Quiet", [("level", "Choose the level, or clear the words that say why")]),
        ],
    )
    async def test_a_level_set_by_hand_has_both_level_and_reason(
        self, desk: Desk, level: str, reason: str, problems: list[tuple[str, str]]
    ) -> None:
        ada = await desk.reviewer()
        visit_id = await claimed(desk, ada)
        everything = ["premises_class", "occupancy_status", "appliance_access", "storeys_above", "score"]
        everything += ["max_day", "max_night", "sleeping", "none_found"]
        form = {"decision": "amend", "publish": everything, "level": level, "level_reason": reason}
        assert problems[0] in summary(await decide(ada, desk, visit_id, **form))

    async def test_nothing_changed_is_no_change(self, desk: Desk) -> None:
        ada = await desk.reviewer()
        visit_id = await claimed(desk, ada)
        answer = await desk.decide(ada, visit_id, "amend")
        assert answer.json()["errors"] == [
            {"pointer": "/facts", "reason": "change something, or choose to publish it as it is"}
        ]

    async def test_a_restore_without_words_says_so_beside_its_field(self, desk: Desk) -> None:
        visit_id = await desk.receive(located())
        await desk.publish(visit_id)
        ada = await desk.reviewer()
        form = {"premises_id": "999900000014", "version": 0, "in_place_of": 1, "reason": "no"}
        page = await ada.post(f"/review/{visit_id}/restore", data=form, headers=HTML)
        assert summary(page) == [("restore_reason", "Say why it is restored, in 5 to 500 characters")]
        assert 'name="reason" value="no"' in page.text


class TestLeaning:
    """When a publication closes a fault, the texts that lean on it are put to the reviewer."""

    async def test_the_reviewer_sees_the_text_and_takes_it_out_with_the_publication(
        self, desk: Desk, clock: SetClock
    ) -> None:
        first = located(systems=[RISER_FAULT], pda_suggestion=PUMP, critical_facts=["Riser broken", "One stair"])
        await desk.publish(await desk.receive(first))
        clock.move(timedelta(days=1))
        ada = await desk.reviewer()
        visit_id = await claimed(desk, ada, at=clock.now(), systems=[RISER_WORKING], **CHANGE)
        page = html.unescape((await ada.get(f"/review/{visit_id}")).text)
        assert "Publishing this closes a fault: Dry riser, nw stair." in page
        assert f"Suggested attendance: “{PUMP}”" in page
        assert "2 texts that lean on the closed fault stay as written" in page
        published = ["systems/DRY_RISER/nw stair", "score"]
        form = {"decision": "amend", "publish": published, "take_out": ["pda_suggestion", "critical_facts/0"]}
        answer = await decide(ada, desk, visit_id, **form)
        assert answer.status_code == 303, summary(answer)
        record = (await desk.shown())[-1].record
        assert record.facts is not None
        assert (record.facts.pda_suggestion, record.facts.critical_facts) == (None, ("One stair",))
        assert record.facts.systems[0].status == "WORKING"

    async def test_what_is_not_ticked_stays(self, desk: Desk, clock: SetClock) -> None:
        await desk.publish(await desk.receive(located(systems=[RISER_FAULT], pda_suggestion=PUMP)))
        clock.move(timedelta(days=1))
        await desk.publish(await desk.receive(located(at=clock.now(), systems=[RISER_WORKING], **CHANGE)))
        facts = (await desk.shown())[-1].record.facts
        assert facts is not None
        assert facts.pda_suggestion == PUMP

    async def test_a_danger_cannot_be_taken_out_by_a_tick(self, desk: Desk) -> None:
        ada = await desk.reviewer()
        visit_id = await claimed(desk, ada, systems=[RISER_FAULT])
        answer = await desk.decide(ada, visit_id, "amend", take_out=["systems/DRY_RISER/nw stair"])
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/take_out/0")
