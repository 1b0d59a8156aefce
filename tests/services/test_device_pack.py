"""What a tablet begins from: its station's premises, each fact with its age, the stale ones first; nothing sealed."""

import json
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.risk_register import FactSource, Judgement, RiskRecord
from schemas.visit_parts import Severity
from schemas.vocabulary import Role
from services.control.presenters.device_pack import DevicePack
from services.domain.fact_keys import taken_apart
from services.shared.clock import SetClock
from tests.builders import NOW, a_premises
from tests.services.control_fullest import the_fullest
from tests.services.control_records import (
    MARLOWE,
    a_record,
    a_shop,
    copy_to_a_street,
    high_rise_facts,
    not_yet_published,
    updated,
)
from tests.slowness import slowness
from tests.system import System

PACK = "/api/v1/control/device-pack"
WITHIN_S = 1.0


def at_station(record: RiskRecord, station: str | None = "S1") -> RiskRecord:
    """Return the record of a premises that lies in a station's ground."""
    place = record.premises.place.model_copy(update={"station_ground": station})
    return record.model_copy(update={"premises": record.premises.model_copy(update={"place": place})})


def seen(days_ago: int, *keys: str) -> dict[str, FactSource]:
    source = FactSource(
        visit_id="0193-visit", seen_at=NOW - timedelta(days=days_ago), callsign="K41", method="PHYSICAL"
    )
    return dict.fromkeys(keys, source)


def marlowe(**overrides: Any) -> RiskRecord:
    """Return Marlowe House, of which most was seen 80 days ago, by the high rise's 24 months."""
    keys = taken_apart(high_rise_facts())
    return at_station(a_record(sources=seen(80, *keys), **overrides))


async def crew(system: System, *records: RiskRecord, station: str | None = "S1") -> httpx.AsyncClient:
    await system.say(*(updated(record) for record in records))
    await system.settle()
    return await system.client(Role.FIREFIGHTER, station=station)


async def pack(client: httpx.AsyncClient, **params: str) -> dict[str, Any]:
    answer = await client.get(PACK, params=params)
    assert answer.status_code == 200, answer.text
    DevicePack.model_validate_json(answer.content)
    return dict(answer.json())


async def test_a_crew_is_given_the_premises_of_its_own_ground_with_every_published_fact(system: System) -> None:
    tablet = await crew(system, marlowe(), at_station(a_shop("999900000014", "14 Quay Street, Wexcombe"), "S2"))
    found = await pack(tablet)
    assert (found["station"], found["whole"], found["total"], found["premises_ids"]) == ("S1", True, 1, [MARLOWE])
    (one,) = found["premises"]
    assert one["uprn"] == one["premises_id"] == MARLOWE
    assert (one["name"], one["premises_class"], one["level"], one["record_version"]) == (
        "Marlowe House", "FLATS_HIGH", 5, 14,
    )  # fmt: skip
    assert (one["longitude"], one["latitude"], one["review_due_on"]) == (-3.43, 51.06, "2028-09-03")
    facts = {fact["path"]: fact for fact in one["facts"]}
    assert facts["/evac_strategy"]["value"] == "STAY_PUT"
    assert (facts["/evac_strategy"]["words"], facts["/evac_strategy"]["label"]) == ("Stay put", "Evacuation strategy")
    assert facts["/height_top_storey_m"]["words"] == "26 m"
    riser = facts["/systems/1"]
    assert (riser["key"], riser["value"]["kind"], riser["value"]["status"]) == (
        "systems/DRY_RISER/nw stair", "DRY_RISER", "FAULT",
    )  # fmt: skip
    assert riser["seen_at"] == (NOW - timedelta(days=80)).isoformat().replace("+00:00", "Z")
    assert riser["seen_by_method"] == "PHYSICAL"
    assert facts["/water/hydrants/1"]["value"]["asset_id"] == "H1187"


async def test_every_value_stands_where_the_visit_form_takes_it(system: System) -> None:
    tablet = await crew(system, at_station(the_fullest()))
    (one,) = (await pack(tablet))["premises"]
    form = (the_fullest().facts or high_rise_facts()).model_dump(mode="json", exclude_none=True)
    assert len(one["facts"]) > 20
    for fact in one["facts"]:
        place: Any = form
        for step in fact["path"].split("/")[1:]:
            place = place[int(step)] if isinstance(place, list) else place[step]
        assert fact["value"] == place, fact["path"]


async def test_the_score_is_given_with_who_gave_it_and_asked_about_when_it_is_old(system: System) -> None:
    given = Judgement(likelihood=3, severity=Severity(FF=4, PUB=4, ENV=1, COM=3, HER=0, ECO=2))
    known = seen(80, *taken_apart(high_rise_facts()))
    tablet = await crew(system, at_station(a_record(judgement=given, sources=known | seen(80, "score"))))
    (one,) = (await pack(tablet))["premises"]
    likelihood, severity = (each for each in one["facts"] if each["path"] in ("/likelihood", "/severity"))
    assert (likelihood["key"], likelihood["value"], likelihood["words"]) == (
        "likelihood", 3, "3 Possible, as K41 judged",
    )  # fmt: skip
    assert severity["value"] == given.severity.model_dump()
    assert severity["words"] == (
        "Firefighters 4, Public 4, Environment 1, Community 3, Heritage 0, Economy 2, as K41 judged"
    )
    assert severity["seen_at"] == (NOW - timedelta(days=80)).isoformat().replace("+00:00", "Z")
    assert {likelihood["freshness"], severity["freshness"]} == {"IN_DATE"}
    assert one["ask_about"] == []
    old = known | seen(800, "score")
    await crew(system, at_station(a_record(revision=21, judgement=given, sources=old)))
    assert (await pack(tablet))["premises"][0]["ask_about"] == ["likelihood", "severity"]
    await crew(system, at_station(a_record(revision=22, judgement=given, sources=known)))
    (one,) = (await pack(tablet))["premises"]
    assert one["ask_about"] == ["likelihood", "severity"], "nobody knows who gave it, and when"
    assert "judged" not in json.dumps(one)
    await crew(system, at_station(a_record(revision=23, sources=known | seen(80, "score"))))
    (one,) = (await pack(tablet))["premises"]
    assert not {"/likelihood", "/severity"} & {each["path"] for each in one["facts"]}


async def test_stale_facts_are_to_be_asked_about_first_and_at_most_ten(system: System) -> None:
    keys = list(taken_apart(high_rise_facts()))
    sources = seen(80, *keys) | seen(5 * 365, "roof", "hazards/PV/roof, s slope") | seen(800, "staircases")
    del sources["max_day"]
    record = at_station(a_record(facts=high_rise_facts(roof="flat"), sources=sources))
    tablet = await crew(system, record)
    (one,) = (await pack(tablet))["premises"]
    ages = {fact["key"]: fact["freshness"] for fact in one["facts"]}
    assert one["ask_about"] == ["hazards/PV/roof, s slope", "roof", "staircases", "max_day"]
    assert [ages[key] for key in one["ask_about"]] == ["STALE", "STALE", "OVERDUE", "UNKNOWN"]
    assert ages["evac_strategy"] == "IN_DATE"
    old = at_station(a_record(revision=21, sources=seen(5 * 365, *keys)))
    await crew(system, old)
    (one,) = (await pack(tablet))["premises"]
    assert len(one["ask_about"]) == 10
    assert one["ask_about"][0] in ("evac_strategy", "external_wall", "appliance_access", "fraew_rating") or one[
        "ask_about"
    ][0].startswith(("systems/", "hazards/"))


async def test_the_evacuation_strategy_is_asked_about_after_twelve_months_at_any_level(system: System) -> None:
    sources = seen(80, *taken_apart(high_rise_facts())) | seen(370, "evac_strategy")
    tablet = await crew(system, at_station(a_record(sources=sources)))
    assert (await pack(tablet))["premises"][0]["ask_about"] == ["evac_strategy"]


async def test_nothing_sealed_nobody_reviewed_and_no_one_is_in_it(system: System) -> None:
    full = at_station(the_fullest())
    assert full.private is not None or full.reports, "there must be something to leave out"
    tablet = await crew(system, full)
    text = json.dumps(await pack(tablet))
    for word in ("cipher_text", "key_id", "private", "entry_code", "contacts", "callsign", "visit_id"):
        assert word not in text


async def test_a_tablet_that_asks_again_is_told_only_what_is_new(system: System) -> None:
    shop = at_station(a_shop("999900000014", "14 Quay Street, Wexcombe"))
    tablet = await crew(system, marlowe(), shop)
    first = await pack(tablet)
    assert len(first["premises"]) == 2
    again = await pack(tablet, since=first["cursor"])
    assert (again["whole"], again["premises"], len(again["premises_ids"])) == (False, [], 2)
    await crew(system, marlowe(revision=21, version=15))
    changed = await pack(tablet, since=again["cursor"])
    assert [(one["premises_id"], one["record_version"]) for one in changed["premises"]] == [(MARLOWE, 15)]
    await crew(system, at_station(marlowe(revision=22, version=15), "S2"))
    moved = await pack(tablet, since=changed["cursor"])
    assert (moved["premises"], moved["premises_ids"], moved["total"]) == ([], ["999900000014"], 1)


async def test_the_same_pack_is_answered_in_three_words(system: System) -> None:
    tablet = await crew(system, marlowe())
    first = await tablet.get(PACK)
    assert first.headers["content-encoding"] == "gzip"
    held = {"If-None-Match": first.headers["etag"]}
    same = await tablet.get(PACK, headers=held)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    await crew(system, marlowe(revision=21))
    assert (await tablet.get(PACK, headers=held)).status_code == 200


async def test_the_day_after_everything_is_told_again_for_facts_have_aged(system: System, clock: SetClock) -> None:
    tablet = await crew(system, marlowe())
    first = await pack(tablet)
    clock.move(timedelta(days=1))
    again = await pack(await system.client(Role.FIREFIGHTER), since=first["cursor"])
    assert again["whole"] is True
    assert len(again["premises"]) == 1


async def test_a_cursor_that_nobody_gave_is_refused_in_words(system: System) -> None:
    tablet = await crew(system, marlowe())
    for since in ("tomorrow", "20261122", "20261122.٣٤", "20261122.02786", "٢٠٢٦١١٢٢.34", f"20261122.{'9' * 20}"):
        assert (await tablet.get(PACK, params={"since": since})).status_code == 422, since
    assert (await tablet.get(PACK, params={"since": f"20261122.{'9' * 19}"})).status_code == 200


async def test_a_cursor_of_another_database_gets_everything(system: System) -> None:
    tablet = await crew(system, marlowe())
    day = (await pack(tablet))["cursor"].partition(".")[0]
    assert len((await pack(tablet, since=f"{day}.9000000000000000000"))["premises"]) == 1


async def test_where_no_grounds_are_loaded_a_premises_is_its_crews_stations(system: System) -> None:
    reported = at_station(the_fullest(), None)
    station = reported.reports[0].station
    tablet = await crew(system, reported, station=station)
    assert (await pack(tablet))["total"] == 1
    published = reported.model_copy(update={"reports": (), "revision": reported.revision + 1})
    await crew(system, published)
    assert (await pack(tablet))["total"] == 1, "once published it names no station, and stays where it was"
    await crew(system, at_station(not_yet_published(), None))
    assert (await pack(tablet))["total"] == 1, "a premises of which nobody knows the ground is in no pack"


async def test_one_is_given_the_pack_of_ones_own_station_and_the_risk_team_any(system: System) -> None:
    tablet = await crew(system, marlowe())
    other = await tablet.get(PACK, params={"station": "S2"})
    assert other.status_code == 403
    assert "your own station" in other.json()["detail"]
    nowhere = await (await system.client(Role.FIREFIGHTER, name="ff-9", station=None)).get(PACK)
    assert (nowhere.status_code, nowhere.json()["errors"][0]["pointer"]) == (422, "/station")
    desk = await system.client(Role.RISK_TEAM, station=None)
    assert (await pack(desk, station="S1"))["total"] == 1
    assert (await pack(desk, station="S2"))["premises"] == []
    assert (await tablet.get(PACK, params={"since": "yesterday"})).status_code == 422


async def test_a_packed_record_is_answered_as_it_was_packed_until_it_changes_or_ages(
    system: System, clock: SetClock
) -> None:
    keys = taken_apart(high_rise_facts())
    tablet = await crew(system, at_station(a_record(sources=seen(360, *keys))))
    first = await pack(tablet)
    again = await pack(tablet)
    assert again == first | {"cursor": again["cursor"]}
    ((holds_until,),) = await system.rows("SELECT holds_until FROM control.packed")
    assert holds_until == (NOW - timedelta(days=360)).date().replace(year=2026) + timedelta(days=1)
    assert "evac_strategy" not in first["premises"][0]["ask_about"]
    clock.move(timedelta(days=6))
    later = await pack(await system.client(Role.FIREFIGHTER))
    assert later["premises"][0]["ask_about"] == ["evac_strategy"]


async def test_that_a_pack_was_taken_is_kept(system: System) -> None:
    tablet = await crew(system, marlowe())
    first = await pack(tablet)
    await pack(tablet, since=first["cursor"])
    rows = await system.rows("SELECT premises_id, revision, who, purpose FROM control.reads")
    assert rows == [("station/S1", 1, "firefighter", "device pack")]


@pytest.mark.slow
async def test_a_ground_of_two_thousand_premises_comes_in_well_under_a_second(
    system: System, record_property: Any
) -> None:
    first = a_premises("999910000000", name="House 0", place=marlowe().premises.place)
    tablet = await crew(system, marlowe(premises=first))
    await copy_to_a_street(system.tools.database, 1_999)
    took, slow = [], slowness()
    for _ in range(3):
        began = time.perf_counter()
        answer = await tablet.get(PACK)
        took.append(time.perf_counter() - began)
        assert answer.json()["total"] == 2_000
    raw = await tablet.get(PACK, headers={"Accept-Encoding": "gzip"})
    size = int(raw.headers["content-length"])
    record_property("pack of 2,000, the first time, seconds", took[0])
    record_property("pack of 2,000, seconds", min(took))
    record_property("pack of 2,000, bytes", size)
    assert size < 4_000_000
    assert min(took) < WITHIN_S * max(slow, slowness())
