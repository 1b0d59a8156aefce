"""A crew sends a visit from a browser: the same rules, the same receipt, and nothing is lost on the way."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from schemas.premises import PremisesNotLocated
from schemas.vocabulary import LocationOutcome, LocationPrecision, Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from services.visits.rules.declaration import FORM
from services.visits.rules.order import PLACES, starred
from tests.lasting import lasting_system
from tests.system import System, a_system

HTML = {"accept": "text/html"}
FILLED_IN = {
    "visit_kind": "NEW_SSRI",
    "review_method": "PHYSICAL",
    "outcome": "COMPLETED",
    "started_at": "2026-11-22T13:10",
    "ended_at": "2026-11-22T13:55",
    "station": "S1",
    "watch": "RED",
    "callsign": "S1P1",
    "crew_ids": "ff-31, ff-32",
    "address/written": "14 Quay Street, Wexcombe",
    "premises_class": "SHOP",
    "occupancy_status": "IN_USE",
    "contacts/0/role": "KEYHOLDER",
    "contacts/0/name": "Ada Example",
    "contacts/0/phone": "01632 960001",
    "appliance_access": "GOOD",
    "height_top_storey_m": "3",
    "storeys_above": "2",
    "storeys_below": "0",
    "floor_area_m2": "180",
    "construction": "MASONRY",
    "max_day": "12",
    "max_night": "0",
    "sleeping": "false",
    "dependency": "INDEPENDENT",
    "isolations/0/kind": "ELEC",
    "isolations/0/location": "cupboard by the door",
    "isolations/1/kind": "GAS",
    "isolations/1/location": "none",
    "water/none_within_100m": "true",
    "hazards/0/code": "CYL_ACETYLENE",
    "hazards/0/count": "4",
    "hazards/0/location": "rear yard",
    "likelihood": "2",
    **{f"severity/{category}": "1" for category in ("FF", "PUB", "ENV", "COM", "HER", "ECO")},
    "sign_off/declaration": "true",
    "sign_off/lead_competent": "true",
}


REQUIRED = [name for name in FILLED_IN if name not in ("visit_kind", "outcome", "premises_class", "ended_at")]


@pytest.fixture
async def visits(tools: Tools) -> AsyncIterator[System]:
    """Return the service alone."""
    alone = await a_system(tools, ["visits"])
    yield alone
    await alone.close()


@pytest.fixture(scope="module")
async def untouched(postgres: str) -> AsyncIterator[System]:
    """Return the service alone, for what sends nothing: one for all such tests."""
    async with lasting_system(postgres, ["visits"]) as alone:
        yield alone


async def crew_of(visits: System, name: str = "ff-ash") -> httpx.AsyncClient:
    """Return the browser of a firefighter."""
    client = await visits.client(Role.FIREFIGHTER, name=name)
    client.headers.update(HTML)
    return client


async def opened(crew: httpx.AsyncClient) -> dict[str, str]:
    """Return what stands in the form when it is opened, with a whole visit filled in."""
    page = await crew.get("/device/form")
    assert page.status_code == 200
    found = re.search(r'name="submission_id" value="([^"]+)"', page.text)
    assert found is not None
    return FILLED_IN | {"submission_id": found[1]}


async def test_a_visit_from_the_page_is_kept_as_the_crew_wrote_it(visits: System) -> None:
    crew = await crew_of(visits)
    form = await opened(crew)
    answer = await crew.post("/device/form", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/device/visits/{form['submission_id']}"
    ((kept,),) = await visits.rows("SELECT open_part FROM visits.visits")
    assert isinstance(kept, dict)
    assert kept["lead_officer_id"] == "ff-ash"
    assert kept["started_at"] == "2026-11-22T13:10:00Z"
    assert kept["crew_ids"] == ["ff-31", "ff-32"]
    assert [(hazard["code"], hazard["count"]) for hazard in kept["hazards"]] == [("CYL_ACETYLENE", 4)]
    assert len(await visits.log()) == 2


async def test_the_form_knows_the_station_the_time_and_a_number_of_its_own(visits: System) -> None:
    crew = await crew_of(visits)
    page = (await crew.get("/device/form")).text
    assert 'name="station" type="text" value="S1"' in re.sub(r"\s+", " ", page)
    assert "2026-11-22T14:02" in page
    assert (await opened(crew))["submission_id"] != (await opened(crew))["submission_id"]


async def test_the_page_says_to_ring_control_before_anything_is_filled_in(visits: System) -> None:
    page = (await (await crew_of(visits)).get("/device/form")).text
    assert page.index("Ring Control first") < page.index('name="visit_kind"')


async def test_pressing_twice_sends_one_visit_and_says_so(visits: System, clock: SetClock) -> None:
    crew = await crew_of(visits)
    form = await opened(crew)
    await crew.post("/device/form", data=form)
    clock.move(timedelta(seconds=1))
    again = await crew.post("/device/form", data=form, follow_redirects=True)
    assert again.url.path == f"/device/visits/{form['submission_id']}"
    assert "received before, and nothing was sent again" in again.text
    assert len(await visits.log()) == 2


async def test_a_visit_to_be_mended_comes_back_with_every_reason_and_all_that_was_written(visits: System) -> None:
    crew = await crew_of(visits)
    form = await opened(crew) | {"watch": "", "hazards/0/count": "", "address/written": 'The "Old" <Mill>'}
    answer = await crew.post("/device/form", data=form)
    assert answer.status_code == 422
    summary = answer.text.split("govuk-error-summary__list")[1].split("</ul>")[0]
    assert re.findall(r'href="#([^"]+)"', summary) == ["watch", "hazards-0-count"]
    assert "Watch: give an answer" in summary
    assert "Hazards, line 1: give the number of cylinders" in summary
    for target in ("watch", "hazards-0-count"):
        assert f'id="{target}"' in answer.text
    assert "The &#34;Old&#34; &lt;Mill&gt;" in answer.text
    assert "rear yard" in answer.text
    assert form["submission_id"] in answer.text
    assert await visits.log() == []
    mended = await crew.post("/device/form", data=form | {"watch": "RED", "hazards/0/count": "4"})
    assert mended.status_code == 303


async def test_blank_lines_are_closed_up_and_a_reason_points_to_the_line_that_is_shown(visits: System) -> None:
    crew = await crew_of(visits)
    form = await opened(crew) | {"hazards/0/code": "", "hazards/0/count": "", "hazards/0/location": ""}
    answer = await crew.post("/device/form", data=form | {"hazards/2/code": "COMAH", "hazards/2/location": "tank farm"})
    assert answer.status_code == 422
    assert 'href="#hazards-0-comah_tier"' in answer.text
    assert re.search(r'name="hazards/0/location"[^>]*value="tank farm"', answer.text)


@pytest.mark.parametrize("group", ["contacts", "systems", "hazards", "water/hydrants", "people", "referrals"])
async def test_another_line_is_added_without_scripts_and_sends_nothing(untouched: System, group: str) -> None:
    crew = await crew_of(untouched)
    first = {"contacts": "name", "water/hydrants": "asset_id", "people": "floor", "hazards": "code"}.get(group, "kind")
    form = await opened(crew) | {f"{group}/0/{first}": "CYL_ACETYLENE"}
    answer = await crew.post("/device/form", data=form | {"add": group})
    assert answer.status_code == 200
    assert f'name="{group}/1/{first}"' in answer.text
    assert f'name="{group}/2/{first}"' not in answer.text
    assert await untouched.log() == []


async def test_an_allegation_about_staff_is_not_taken_and_not_a_word_of_it_comes_back(visits: System) -> None:
    crew = await crew_of(visits)
    allegation = {"referrals/0/kind": "STAFF_ALLEGATION", "referrals/0/note": "zebra crossing marmalade"}
    answer = await crew.post("/device/form", data=await opened(crew) | allegation)
    assert answer.status_code == 422
    assert "duty strategic commander" in answer.text.split("govuk-error-summary__list")[1].split("</ul>")[0]
    assert "marmalade" not in answer.text
    assert await visits.log() == []


async def test_what_is_no_field_of_the_form_is_left_out(visits: System) -> None:
    crew = await crew_of(visits)
    strange = {"lead_officer_id": "somebody-else", "schema_version": "9", "hazards/0/colour": "red", "x/y/z": "1"}
    answer = await crew.post("/device/form", data=await opened(crew) | strange)
    assert answer.status_code == 303
    assert await visits.rows("SELECT open_part->>'lead_officer_id' FROM visits.visits") == [("ff-ash",)]


@pytest.mark.parametrize("written", ["", "soon", "2026-13-45T99:99", "1" * 3000])
async def test_a_time_that_is_none_is_refused_and_no_end_means_now(visits: System, written: str) -> None:
    crew = await crew_of(visits)
    answer = await crew.post("/device/form", data=await opened(crew) | {"ended_at": written})
    assert answer.status_code == (422 if written else 303)
    if not written:
        assert await visits.rows("SELECT open_part->>'ended_at' FROM visits.visits") == [("2026-11-22T14:02:00Z",)]


async def test_summer_time_is_understood(visits: System, clock: SetClock) -> None:
    clock.move(timedelta(days=200))
    crew = await crew_of(visits)
    form = await opened(crew) | {"started_at": "2027-06-10T14:10", "ended_at": "2027-06-10T14:55"}
    assert (await crew.post("/device/form", data=form)).status_code == 303
    assert await visits.rows("SELECT open_part->>'started_at' FROM visits.visits") == [("2027-06-10T13:10:00Z",)]


async def test_the_story_page_hears_of_a_change_and_only_then(visits: System) -> None:
    crew = await crew_of(visits)
    form = await opened(crew)
    await crew.post("/device/form", data=form)
    page = await crew.get(f"/device/visits/{form['submission_id']}")
    assert "14 Quay Street, Wexcombe" in page.text
    found = re.search(r'hx-get="([^"]+)"', page.text)
    assert found is not None
    assert (await crew.get(found[1])).status_code == 204
    await visits.say(
        PremisesNotLocated(
            visit_id=form["submission_id"],
            written="14 Quay Street",
            outcome=LocationOutcome.REVIEW,
            precision=LocationPrecision.STREET,
            reason="two-are-alike",
        )
    )
    await visits.settle()
    changed = await crew.get(found[1])
    assert changed.status_code == 200
    assert "The central risk team is finding out which premises it is" in changed.text
    assert "Two are alike" in changed.text


async def test_the_list_holds_ones_own_visits_and_leads_to_their_stories(visits: System) -> None:
    crew = await crew_of(visits)
    assert "You have no visits yet" in (await crew.get("/device/visits")).text
    form = await opened(crew)
    await crew.post("/device/form", data=form)
    page = (await crew.get("/device/visits")).text
    assert f'href="/device/visits/{form["submission_id"]}"' in page
    other = await crew_of(visits, "ff-elm")
    assert "You have no visits yet" in (await other.get("/device/visits")).text
    assert (await other.get(f"/device/visits/{form['submission_id']}")).status_code == 404


async def test_the_form_is_for_crews(visits: System) -> None:
    allowed = {Role.FIREFIGHTER, Role.OFFICER_IN_CHARGE}
    for role in Role:
        client = await visits.client(role)
        assert (await client.get("/device/form", headers=HTML)).status_code == (200 if role in allowed else 403), role


async def test_a_reader_who_sends_no_visits_is_not_led_to_pages_of_the_crew(visits: System) -> None:
    crew = await crew_of(visits)
    form = await opened(crew)
    page = f"/device/visits/{form['submission_id']}"
    await crew.post("/device/form", data=form)
    assert 'href="/device/visits"' in (await crew.get(page)).text
    team = await visits.client(Role.RISK_TEAM)
    read = await team.get(page, headers=HTML)
    assert read.status_code == 200
    assert not {'href="/device"', 'href="/device/visits"'} & set(re.findall(r'href="[^"]*"', read.text))


FAULT = {"systems/0/kind": "AFD", "systems/0/status": "FAULT", "systems/0/fault_since": "2026-11-20T09:00"}


async def test_what_only_warns_is_seen_before_sending_and_nothing_is_lost(visits: System) -> None:
    crew = await crew_of(visits)
    form = await opened(crew) | FAULT
    warned = await crew.post("/device/form", data=form)
    assert warned.status_code == 200
    assert "Look at this before you send" in warned.text
    assert "there is no photograph of it" in warned.text
    assert "rear yard" in warned.text
    assert await visits.log() == []
    seen = re.findall(r'name="seen" value="([^"]+)"', warned.text)
    assert seen == ["FAULT_WITHOUT_PHOTO"]
    late = {
        "started_at": "2026-11-12T13:10",
        "ended_at": "2026-11-12T13:55",
        "systems/0/fault_since": "2026-11-10T09:00",
    }
    once_more = await crew.post("/device/form", data=form | late | {"seen": seen})
    assert "ended more than 7 days ago" in once_more.text
    assert "there is no photograph of it" not in once_more.text
    all_seen = re.findall(r'name="seen" value="([^"]+)"', once_more.text)
    assert (await crew.post("/device/form", data=form | late | {"seen": all_seen})).status_code == 303
    assert await visits.rows("SELECT warnings FROM visits.visits") == [(["SENT_LATE", "FAULT_WITHOUT_PHOTO"],)]


async def test_a_level_that_differs_from_the_crews_own_answers_is_seen_before_sending(visits: System) -> None:
    crew = await crew_of(visits)
    form = await opened(crew) | {"override/level": "5", "override/reason": "a fire there last week"}
    warned = await crew.post(
        "/device/form", data=form | {"likelihood": "5", "critical_facts/0": "Four acetylene cylinders"}
    )
    assert re.findall(r'name="seen" value="([^"]+)"', warned.text) == ["LEVEL_DIFFERS", "LIKELIHOOD_DOUBTED"]
    assert "not the one that your own answers give" in warned.text
    assert await visits.log() == []


async def test_words_that_were_changed_after_the_receipt_come_back_as_a_visit_of_their_own(visits: System) -> None:
    crew = await crew_of(visits)
    form = await opened(crew)
    await crew.post("/device/form", data=form)
    changed = await crew.post("/device/form", data=form | {"hazards/0/location": "front yard"})
    assert changed.status_code == 409
    assert "This visit was received before, with other words." in changed.text
    assert f'href="/device/visits/{form["submission_id"]}"' in changed.text
    assert "front yard" in changed.text
    found = re.search(r'name="submission_id" value="([^"]+)"', changed.text)
    assert found is not None
    fresh = form | {"hazards/0/location": "front yard", "submission_id": found[1]}
    assert (await crew.post("/device/form", data=fresh)).status_code == 303


async def test_an_officer_in_charge_names_who_led_and_finds_the_visits_of_the_station(visits: System) -> None:
    in_charge = await visits.client(Role.OFFICER_IN_CHARGE, name="oic-oak")
    in_charge.headers.update(HTML)
    form = await opened(in_charge) | {"lead_officer_id": "ff-ash"}
    assert 'name="lead_officer_id"' in (await in_charge.get("/device/form")).text
    assert 'name="lead_officer_id"' not in (await (await crew_of(visits)).get("/device/form")).text
    assert (await in_charge.post("/device/form", data=form)).status_code == 303
    page = await in_charge.get("/device/visits")
    assert "Visits of station S1" in page.text
    assert form["submission_id"] in page.text
    assert form["submission_id"] in (await (await crew_of(visits)).get("/device/visits")).text


async def test_the_errors_stand_in_the_order_of_the_page(visits: System) -> None:
    crew = await crew_of(visits)
    page = (await crew.get("/device/form")).text
    answer = await crew.post("/device/form", data={**(await opened(crew)), **dict.fromkeys(REQUIRED, "")})
    summary = answer.text.split("govuk-error-summary__list")[1].split("</ul>")[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    places = [page.index(f'id="{target}"') for target in targets]
    assert len(targets) >= 15
    assert places == sorted(places)


async def test_the_form_is_had_as_data_and_only_once(untouched: System) -> None:
    crew = await crew_of(untouched)
    first = await crew.get("/device/form.json")
    assert first.json() == json.loads(json.dumps(FORM.document()))
    again = await crew.get("/device/form.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    team = await untouched.client(Role.CONTROL)
    assert (await team.get("/device/form.json")).status_code == 403


async def test_every_declared_field_can_be_answered_on_the_page(untouched: System) -> None:
    in_charge = await untouched.client(Role.OFFICER_IN_CHARGE, name="oic-oak")
    page = (await in_charge.get("/device/form", headers=HTML)).text
    names = {starred(name) for name in re.findall(r' name="([^"]+)"', page)}
    left_out = {
        "site_polygon",
        "hazards/*/photo",
        "schema_version",
        "device_id",
        "app_version",
        "submitted_at",
        "amends",
    }
    wanted = {
        place.path
        for place in PLACES.values()
        if place.field.kind not in ("list", "point") and not place.path.startswith("media/")
    }
    assert wanted - names - left_out == {"critical_facts", "crew_ids/*"}, (
        "facts have a line each, officers one together"
    )


async def test_who_is_signed_in_is_told_to_no_page_of_another_site(system: System) -> None:
    elsewhere = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    crew, nobody = await system.client(Role.FIREFIGHTER), await system.client()

    told = await crew.get("/device/session", headers=elsewhere)
    refused = await nobody.get("/device/session", headers=elsewhere)

    assert told.status_code == 200
    assert told.headers["cache-control"] == "no-store"
    assert told.headers["cross-origin-resource-policy"] == "same-origin"
    assert not [name for name in told.headers if name.startswith("access-control-")]
    assert refused.status_code in (401, 403)
    assert "csrf_token" not in refused.text
