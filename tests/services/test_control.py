"""Control shows the newest of what the register says, shows what it showed before, and keeps who looked."""

from datetime import timedelta

from sqlalchemy import text

from schemas.control import ControlShown
from schemas.sensitive import Sealed
from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.event_log import Cause
from services.shared.replay import replay
from services.shared.transactions import transaction
from tests.builders import NOW
from tests.services.control_records import MARLOWE, a_record, an_addition, not_yet_published, updated
from tests.system import System

RECORD = f"/api/v1/control/premises/{MARLOWE}"


async def test_a_record_is_shown_as_soon_as_it_is_heard_of_and_control_says_so(system: System) -> None:
    record = a_record(unverified=(an_addition(),))
    await system.say(updated(record, because_of_visit="0193-visit"))
    await system.settle()
    control = await system.client(Role.CONTROL)
    shown = (await control.get(RECORD)).json()
    assert shown["level"]["says"] == "4 → 5 until repaired: 2 open defects"
    assert shown["unverified"][0]["status"] == "UNVERIFIED"
    assert shown["unverified"][0]["callsign"] == "K41"
    assert await system.said("control.shown") == [
        ControlShown(
            premises_id=MARLOWE,
            revision=20,
            because_of_visit="0193-visit",
            unverified=1,
            unverified_of_visit=1,
            shown_at=NOW,
        )
    ]


async def test_older_news_never_replaces_newer_and_is_never_said_to_be_shown(system: System) -> None:
    await system.say(updated(a_record(revision=21)), updated(a_record(revision=20)), updated(a_record(revision=21)))
    await system.settle()
    control = await system.client(Role.CONTROL)
    assert (await control.get(RECORD)).json()["freshness"]["revision"] == 21
    assert len(await system.said("control.shown")) == 1
    assert await system.rows("SELECT revision FROM control.shown_history") == [(21,)]
    assert await system.quarantined() == []


async def test_what_nobody_has_told_us_is_null_and_listed_and_never_called_none(system: System) -> None:
    await system.say(updated(not_yet_published()))
    await system.settle()
    control = await system.client(Role.CONTROL)
    shown = (await control.get("/api/v1/control/premises/999900000014")).json()
    assert shown["evacuation"]["value"] is None
    assert shown["level"] is None
    assert {"level", "evacuation", "hazards.hazards", "water.hydrants", "access.rvp"} <= set(shown["unknown"])
    assert shown["needs_help_out"]["state"] == "NONE_HELD"
    assert (shown["needs_help_out"]["says"], shown["needs_help_out"]["ask"]) == (
        "No consented needs held",
        "ask on scene",
    )
    assert "needs_help_out" in shown["unknown"]
    assert "notices" not in shown, "a panel that nothing feeds can only say UNKNOWN"
    assert all(fact["value"] is None for fact in shown["systems"]["facts"])
    assert shown["freshness"]["says"].startswith("No visit is published")


async def test_what_was_shown_at_a_time_can_be_seen_again(system: System, clock: SetClock) -> None:
    await system.say(updated(a_record(revision=20)))
    await system.settle()
    clock.move(timedelta(hours=1))
    await system.say(updated(a_record(revision=21, unverified=(an_addition(),))))
    await system.settle()
    control = await system.client(Role.CONTROL)
    then = await control.get(RECORD, params={"as_of": (NOW + timedelta(minutes=30)).isoformat()})
    assert (then.json()["freshness"]["revision"], then.json()["unverified"]) == (20, [])
    assert (await control.get(RECORD)).json()["freshness"]["revision"] == 21
    before = await control.get(RECORD, params={"as_of": (NOW - timedelta(minutes=1)).isoformat()})
    assert before.status_code == 404
    tomorrow = await control.get(RECORD, params={"as_of": (NOW + timedelta(days=1)).isoformat()})
    assert tomorrow.status_code == 422


async def test_what_was_shown_is_told_by_revision_where_the_clock_was_put_back(system: System, clock: SetClock) -> None:
    clock.move(timedelta(hours=2))  # two hours too early, put right before the next revision
    await system.say(updated(a_record(revision=20)))
    await system.settle()
    clock.move(timedelta(hours=-1))
    await system.say(updated(a_record(revision=21)))
    await system.settle()
    clock.move(timedelta(hours=5))
    control = await system.client(Role.CONTROL)
    then = await control.get(RECORD, params={"as_of": (NOW + timedelta(hours=4)).isoformat()})
    assert then.json()["freshness"]["revision"] == 21


async def test_a_rebuild_by_replay_keeps_since_when_each_revision_was_shown(system: System, clock: SetClock) -> None:
    await system.say(updated(a_record(revision=20)))
    await system.settle()
    clock.move(timedelta(hours=1))
    await system.say(updated(a_record(revision=21)))
    await system.settle()
    shown = "SELECT revision, shown_at FROM control.shown_history ORDER BY revision"
    before = await system.rows(shown)
    clock.move(timedelta(days=2))
    async with system.tools.database.reading() as session:
        await session.execute(text("SET session_replication_role = replica"))  # as its owner, who rebuilds it
        await session.execute(text("TRUNCATE control.shown, control.shown_history, control.places"))
        await session.execute(text("SET session_replication_role = origin"))
        await session.commit()
    service = next(each for each in system.services if each.name == "control")
    assert (await replay(service, system.tools.database, clock, 0, again=True)).quarantined == 0
    assert await system.rows(shown) == before
    assert len(before) == 2


async def test_every_reading_of_a_record_is_kept_with_who_and_what_for(system: System) -> None:
    await system.say(updated(a_record()))
    await system.settle()
    control = await system.client(Role.CONTROL, name="operator-7")
    await control.get(RECORD)
    await control.get(RECORD, params={"as_of": NOW.isoformat()})
    await control.get("/api/v1/control/premises/nowhere")
    reads = await system.rows("SELECT premises_id, revision, who, roles, purpose FROM control.reads ORDER BY number")
    assert reads == [
        (MARLOWE, 20, "operator-7", "control", "look-up"),
        (MARLOWE, 20, "operator-7", "control", f"as it was at {NOW.isoformat()}"),
    ]


async def test_only_those_whose_work_it_is_may_read_a_record(system: System) -> None:
    await system.say(updated(a_record()))
    await system.settle()
    readers = {
        Role.CONTROL,
        Role.FIREFIGHTER,
        Role.OFFICER_IN_CHARGE,
        Role.MDT,
        Role.RISK_TEAM,
        Role.RISK_TEAM_MANAGER,
        Role.PROTECTION,
        Role.SAFEGUARDING,
        Role.INFORMATION_GOVERNANCE,
    }
    for role in Role:
        client = await system.client(role)
        for address in (RECORD, "/api/v1/control/search?q=king", "/control", f"/control/premises/{MARLOWE}"):
            assert (await client.get(address)).status_code == (200 if role in readers else 403), (role, address)
    assert (await (await system.client()).get(RECORD)).status_code == 401


async def test_violence_is_a_caution_and_its_reason_is_nowhere(system: System) -> None:
    hazard = {"code": "VIOLENCE", "basis": "SECRET-BASIS", "note": "SECRET-NOTE", "location": "SECRET-FLAT"}
    facts = a_record().facts
    assert facts is not None
    record = a_record(facts=facts.model_validate(facts.model_dump() | {"hazards": [hazard]}))
    await system.say(updated(record))
    await system.settle()
    control = await system.client(Role.CONTROL)
    for answer in (await control.get(RECORD), await control.get(f"/control/premises/{MARLOWE}")):
        assert "Caution on approach" in answer.text
        assert "SECRET" not in answer.text
        assert "VIOLENCE" not in answer.text


async def _with_codes(system: System) -> None:
    plain = (
        '{"contacts": [{"role": "KEYHOLDER", "name": "Ada Example", "phone": "01632 960001"}], "entry_code": "C41X"}'
    )
    tools = system.tools
    async with transaction(tools.database, tools.clock, Cause("visits", "test", "test")) as work:
        sealed = await tools.vault.seal(work, "private/v-1", "visit/v-1", plain)
    await system.say(updated(a_record(private=sealed)))
    await system.settle()


async def test_a_code_is_opened_for_a_purpose_and_who_asked_is_kept_for_good(system: System) -> None:
    await _with_codes(system)
    control = await system.client(Role.CONTROL, name="operator-7")
    seen = await control.get(RECORD)
    assert (seen.json()["codes_held"], "C41X" in seen.text) == (True, False)
    codes = (await control.post(f"{RECORD}/codes/reveal", json={"purpose": "Crew at the door"})).json()
    assert codes["reported"] == []
    assert codes["entry_code"] == "C41X"
    assert codes["contacts"] == [{"role": "KEYHOLDER", "name": "Ada Example", "phone": "01632 960001"}]
    kept = await system.rows(
        "SELECT actor, action, details FROM platform.history WHERE record = 'premises/999900000100'"
    )
    assert kept == [("operator-7", "codes revealed", {"revision": 20, "purpose": "Crew at the door"})]
    assert ("codes: Crew at the door",) in await system.rows("SELECT purpose FROM control.reads")


async def test_a_code_is_not_opened_without_a_purpose_or_by_a_firefighter(system: System) -> None:
    await _with_codes(system)
    control = await system.client(Role.CONTROL)
    assert (await control.post(f"{RECORD}/codes/reveal", json={"purpose": "    ok  "})).status_code == 422
    firefighter = await system.client(Role.FIREFIGHTER)
    refused = await firefighter.post(f"{RECORD}/codes/reveal", json={"purpose": "Crew at the door"})
    assert refused.status_code == 403
    assert await system.rows("SELECT 1 FROM platform.history WHERE action = 'codes revealed'") == []


async def test_a_code_whose_key_was_destroyed_is_refused_in_words_and_the_asking_kept(system: System) -> None:
    sealed = Sealed(key_id="private/gone", nonce="AAAAAAAAAAAAAAAA", cipher_text="AAAA")
    await system.say(updated(a_record(private=sealed)))
    await system.settle()
    control = await system.client(Role.CONTROL)
    refused = await control.post(f"{RECORD}/codes/reveal", json={"purpose": "Crew at the door"})
    assert refused.status_code == 409
    assert "ring the central risk team" in refused.json()["detail"]
    assert ("codes: Crew at the door",) in await system.rows("SELECT purpose FROM control.reads")
