"""Any fact of a visit is corrected in its own row: with a reason, by its reviewer, kept beside what the crew said."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.risk_register import FactSource
from schemas.vocabulary import ReviewMethod, ReviewState, Role
from services.risk_register.app import build
from services.risk_register.presenters.comparison import place_of
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.services.risk_register_desk import ACETYLENE, QUEUE, RISER_FAULT, RISER_WORKING, Desk, located
from tests.system import System

HTML = {"Accept": "text/html"}
BATTERY = {
    "code": "BESS",
    "location": "Rear yard",
    "bess": {
        "capacity_mwh": 2,
        "chemistry": "LFP",
        "containers": 2,
        "separation_m": 3,
        "suppression": "none",
        "gas_detection": True,
        "water_run_off": "To the drain",
    },
}
SEVERE = {f"value-severity.{name}": "4" for name in ("FF", "PUB", "ENV", "COM", "HER", "ECO")}
EVERYTHING: dict[str, Any] = {
    "evac_strategy": "SIMULTANEOUS",
    "max_day": 12,
    "max_night": 2,
    "sleeping": True,
    "dependency": "INDEPENDENT",
    "staircases": 1,
    "assembly_point": "Car park",
    "appliance_access": "GOOD",
    "access_width_m": 3.5,
    "access_height_m": 4,
    "access_weight_t": 18,
    "access_note": "Narrow",
    "rvp": {"point": "Front gate"},
    "entry_point": "Front",
    "key_safe": "By the door",
    "sib": {"present": True, "location": "Hall", "last_checked": "2026-01-05"},
    "height_top_storey_m": 6,
    "storeys_below": 1,
    "floor_area_m2": 400,
    "construction": ["MASONRY"],
    "external_wall": "NON_COMBUSTIBLE",
    "fraew_rating": "LOW",
    "roof": "Slate",
    "pv_panels": False,
    "voids": "None",
    "compartment_concern": False,
    "systems": [RISER_FAULT],
    "isolations": [{"kind": "GAS", "location": "Meter box"}],
    "hazards": [ACETYLENE, BATTERY],
    "none_found": False,
    "water": {
        "hydrants": [{"asset_id": "H1", "distance_m": 40, "status": "WORKING"}],
        "open_water": "Pond",
        "adequate": True,
    },
    "critical_facts": ["Acetylene in the yard"],
    "tactics_note": "Defensive",
    "pda_suggestion": "Three pumps",
    "sector_note": "Sector 2 rear",
    "salvage_priorities": "Ledgers",
}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


async def claimed(desk: Desk, who: httpx.AsyncClient, **visit: Any) -> str:
    visit_id = await desk.receive(located(**visit))
    assert (await desk.decide(who, visit_id, "claim")).status_code == 200
    return visit_id


async def correct(desk: Desk, who: httpx.AsyncClient, visit_id: str, fact: str, value: Any, **more: Any) -> Any:
    """Correct a fact through the interface for programmes."""
    body = {"version": (await desk.item(visit_id))["version"], "reason": "By the drawings", **more}
    return await who.post(f"{QUEUE}/{visit_id}/corrections", json={"fact": fact, "value": value, **body})


async def row(desk: Desk, who: httpx.AsyncClient, visit_id: str, fact: str, **form: Any) -> httpx.Response:
    """Send the form of one row."""
    data = {"version": (await desk.item(visit_id))["version"], "place": place_of(fact), **form}
    return await who.post(f"/review/{visit_id}/correct", data=data, headers=HTML)


async def test_every_fact_has_a_row_that_opens_and_keeps_what_is_typed(desk: Desk) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, **EVERYTHING)
    page = (await ada.get(f"/review/{visit_id}")).text
    places = {part.partition('"')[0] for part in page.split("?correct=")[1:]}
    assert len(places) == page.count("data-review-row") >= 36
    for place in places:
        opened = (await ada.get(f"/review/{visit_id}", params={"correct": place})).text
        assert opened.count('id="correct-reason"') == 1, place
        answer = await ada.post(
            f"/review/{visit_id}/correct", data={"version": 99, "place": place, "reason": "Kept"}, headers=HTML
        )
        assert answer.status_code in (409, 422), place
    ben = await desk.reviewer("ben")
    assert "?correct=" not in (await ben.get(f"/review/{visit_id}")).text, "who does not hold it corrects nothing"


async def test_a_correction_keeps_who_when_why_and_what_it_was_and_is_published_as_a_desk_check(
    desk: Desk, clock: SetClock
) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, **EVERYTHING)
    answer = await row(desk, ada, visit_id, "max_night", **{"value-max_night": "20", "reason": "Beds counted on plan"})
    assert (answer.status_code, answer.headers["location"].partition("#")[0]) == (303, f"/review/{visit_id}")
    [kept] = (await desk.item(visit_id))["amendment"]["corrections"]
    assert (kept["fact"], kept["value"], kept["was"], kept["by"]) == ("max_night", 20, 2, "ada")
    assert (kept["reason"], kept["at"]) == ("Beds counted on plan", clock.now().isoformat())
    page = " ".join((await ada.get(f"/review/{visit_id}")).text.split())
    assert "ada corrected it to:</strong>" in page
    assert "“Beds counted on plan”" in page
    assert "Publish with your changes" in page
    assert (await desk.item(visit_id))["facts"]["max_night"] == 2, "what the crew sent stays as it sent it"
    shown = (await desk.shown())[-1].record
    assert shown.facts is None, "nothing of it is shown before it is published"
    await desk.decide(ada, visit_id, "publish")
    assert (await desk.item(visit_id))["state"] == "PUBLISHED_AMENDED"
    record = (await desk.shown())[-1].record
    assert record.facts is not None
    assert record.facts.max_night == 20
    source: FactSource = record.sources["max_night"]
    assert (source.method, source.callsign) == (ReviewMethod.DESKTOP, "S1P1")
    assert record.sources["max_day"].method is ReviewMethod.PHYSICAL
    noted = await desk.system.rows("SELECT details - 'premises_id' FROM platform.history WHERE action = 'corrected'")
    assert noted == [({"field": "max_night"},)], "the history that all read holds no value"


@pytest.mark.parametrize(
    ("fact", "form", "expected"),
    [
        ("evac_strategy", {"value-evac_strategy": "PHASED"}, ("evac_strategy", "PHASED")),
        ("sleeping", {"value-sleeping": "false"}, ("sleeping", False)),
        ("access_width_m", {"value-access_width_m": "2.7"}, ("access_width_m", 2.7)),
        ("construction", {"value-construction": ["STEEL", "CLT"]}, ("construction", ["STEEL", "CLT"])),
        ("critical_facts", {"value-critical_facts": "One\nTwo\n"}, ("critical_facts", ["One", "Two"])),
        ("rvp", {"value-rvp.point": "Back gate"}, ("rvp", {"point": "Back gate", "w3w": None})),
        ("water/open_water", {"value-open_water": "Lake"}, ("water.open_water", "Lake")),
        (
            "isolations/GAS",
            {"value-0.kind": "ELEC", "value-0.location": "Cellar"},
            ("isolations", [{"kind": "ELEC", "location": "Cellar"}]),
        ),
    ],
)
async def test_each_kind_of_fact_is_corrected_by_its_form(
    desk: Desk, fact: str, form: dict[str, Any], expected: tuple[str, Any]
) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, **EVERYTHING)
    answer = await row(desk, ada, visit_id, fact, reason="By the drawings", **form)
    assert answer.status_code == 303, answer.text
    await desk.decide(ada, visit_id, "publish")
    facts: Any = (await desk.shown())[-1].record.facts
    found = facts.model_dump(mode="json")
    for step in expected[0].split("."):
        found = found[step]
    assert found == expected[1]


async def test_a_row_that_does_not_fit_says_which_field_and_keeps_what_was_typed(desk: Desk) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, **EVERYTHING)
    for fact, form, words in (
        ("storeys_below", {"value-storeys_below": "40", "reason": "Counted"}, "Give 15 or less"),
        ("storeys_below", {"value-storeys_below": "two", "reason": "Counted"}, "Give a number"),
        ("storeys_below", {"value-storeys_below": "nan", "reason": "Counted"}, "Give a number"),
        ("storeys_below", {"value-storeys_below": "", "reason": "Counted"}, "Say what it is"),
        ("roof", {"value-roof": "Felt", "reason": "no"}, "Say why it is corrected"),
        ("score", {"value-likelihood": "9", **SEVERE, "reason": "Counted"}, "Give 5 or less"),
        ("systems/DRY_RISER/nw stair", {"value-0.kind": "DRY_RISER", "reason": "Counted"}, "Is missing: give it"),
    ):
        answer = await row(desk, ada, visit_id, fact, **form)
        assert (answer.status_code, words in answer.text) == (422, True), words
        assert form["reason"] in answer.text
        assert 'class="review-correction"' in answer.text
    assert (await desk.item(visit_id))["amendment"] is None


async def test_only_who_holds_the_visit_and_was_not_on_it_corrects(desk: Desk) -> None:
    ada, ben, lead = await desk.reviewer(), await desk.reviewer("ben"), await desk.reviewer("ff-1")
    visit_id = await desk.receive(located(roof="Felt", lead_officer_id="ff-1", crew_ids=["ben"]))
    assert (await correct(desk, ada, visit_id, "roof", "Slate")).status_code == 409
    for who, status in ((lead, 403), (ben, 403)):
        await desk.decide(who, visit_id, "claim")
        assert (await correct(desk, who, visit_id, "roof", "Slate")).status_code == status
        await desk.decide(who, visit_id, "release")
    await desk.decide(ben, visit_id, "claim")
    assert (await correct(desk, ben, visit_id, "roof", "Slate", was_not_there=True)).status_code == 200
    answer = await correct(desk, ben, visit_id, "voids", "x", was_not_there=True)
    assert answer.status_code == 422, "there is no such row"
    answer = await correct(desk, ben, visit_id, "roof", "Slate", was_not_there=True, version=1)
    assert answer.status_code == 409
    control = await desk.system.client(Role.CONTROL)
    assert (await correct(desk, control, visit_id, "roof", "Slate")).status_code == 403


async def test_a_correction_that_lowers_what_the_crew_reported_waits_for_a_second_person(desk: Desk) -> None:
    severe = dict.fromkeys(("FF", "PUB", "ENV", "COM", "HER", "ECO"), 4)
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, likelihood=4, severity=severe)
    crews = (await desk.item(visit_id))["base_level"]
    mild = {"likelihood": 1, "severity": dict.fromkeys(severe, 1)}
    assert (await correct(desk, ada, visit_id, "score", mild)).status_code == 200
    assert (await desk.decide(ada, visit_id, "publish")).json()["waits_for_second"] is True
    mel = await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
    await desk.decide(mel, visit_id, "claim")
    page = " ".join((await mel.get(f"/review/{visit_id}")).text.split())
    assert "ada corrected it to:" in page
    answer = await correct(desk, mel, visit_id, "score", {**mild, "likelihood": 2})
    assert answer.status_code == 200, "and who corrects it again is the first of two again"
    assert (await desk.decide(mel, visit_id, "publish")).json()["waits_for_second"] is True
    await desk.decide(ada, visit_id, "claim")
    assert (await desk.decide(ada, visit_id, "publish")).json()["state"] == ReviewState.PUBLISHED_AMENDED
    score = (await desk.shown())[-1].record.score
    assert score is not None
    assert score.base_level < crews


async def test_a_correction_is_taken_back_and_stays_beside_what_is_left_out(desk: Desk) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, roof="Felt", voids="Roof void")
    await correct(desk, ada, visit_id, "roof", "Slate")
    await correct(desk, ada, visit_id, "voids", "None seen")
    answer = await ada.post(
        f"/review/{visit_id}/correct/back",
        data={"version": (await desk.item(visit_id))["version"], "place": place_of("voids")},
        headers=HTML,
    )
    assert answer.status_code == 303
    assert [one["fact"] for one in (await desk.item(visit_id))["amendment"]["corrections"]] == ["roof"]
    refused = await desk.decide(ada, visit_id, "amend", facts={"roof": "Tin"})
    assert (refused.status_code, "a correction of this stands already" in refused.text) == (422, True)
    await desk.decide(ada, visit_id, "amend", leave_out=["voids"], reason="Not seen by anybody")
    facts = (await desk.shown())[-1].record.facts
    assert facts is not None
    assert (facts.roof, facts.voids) == ("Slate", None)


async def test_the_only_correction_taken_back_leaves_the_visit_as_it_was_reported(desk: Desk) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, roof="Felt")
    await correct(desk, ada, visit_id, "roof", "Slate")
    body = {"version": (await desk.item(visit_id))["version"], "fact": "roof"}
    assert (await ada.post(f"{QUEUE}/{visit_id}/corrections/take-back", json=body)).json()["corrections"] == []
    assert (await desk.item(visit_id))["amendment"] is None
    await desk.decide(ada, visit_id, "publish")
    assert (await desk.item(visit_id))["state"] == "PUBLISHED"


async def test_a_danger_that_is_corrected_leaves_control_only_when_it_is_published(desk: Desk) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, systems=[RISER_FAULT], height_top_storey_m=20)
    key = "systems/DRY_RISER/nw stair"
    assert (await correct(desk, ada, visit_id, key, [RISER_WORKING])).status_code == 200
    assert [one.summary for one in (await desk.shown())[-1].record.unverified] == ["Dry riser FAULT, NW stair"]
    await desk.decide(ada, visit_id, "publish")
    record = (await desk.shown())[-1].record
    assert record.unverified == ()
    assert record.facts is not None
    assert record.facts.systems[0].status == "WORKING"


async def test_what_is_newer_or_was_not_reported_is_corrected_too_and_a_later_sighting_still_wins(
    desk: Desk, clock: SetClock
) -> None:
    early, late = clock.now() - timedelta(days=3), clock.now() - timedelta(days=1)
    await desk.publish(await desk.receive(located(at=late, roof="Slate", voids="Attic")))
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, at=early, roof="Felt", visit_kind="CHANGE")
    for fact, value in (("roof", "Slate on felt"), ("voids", "Attic, undivided")):
        assert (await correct(desk, ada, visit_id, fact, value)).status_code == 200
    await desk.decide(ada, visit_id, "publish")
    facts = (await desk.shown())[-1].record.facts
    assert facts is not None
    assert (facts.roof, facts.voids) == ("Slate on felt", "Attic, undivided")
    await desk.publish(await desk.receive(located(at=clock.now(), roof="Tin", visit_kind="CHANGE")))
    facts = (await desk.shown())[-1].record.facts
    assert facts is not None
    assert (facts.roof, facts.voids) == ("Tin", "Attic, undivided")


async def test_the_level_comes_first_and_then_what_can_kill_a_crew(desk: Desk) -> None:
    ada = await desk.reviewer()
    visit_id = await claimed(desk, ada, **EVERYTHING)
    page = (await ada.get(f"/review/{visit_id}")).text
    order = ("score", "hazards/CYL_ACETYLENE/rear yard", "hazards/BESS/rear yard", "systems/DRY_RISER/nw stair", "roof")
    at = [page.index(f'id="{place_of(fact)}"') for fact in order]
    assert at == sorted(at)
