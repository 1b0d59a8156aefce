"""A responsible person reports a fault and its repair: once, by field, seen by control at once, and nothing else is."""

from datetime import timedelta

import pytest

from schemas.vocabulary import Role
from services.risk_register.rules.pace import REPORTS
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises
from tests.services.faults_site import (
    ACCOUNTS,
    FAULTS,
    HOUSE,
    OTHER,
    SECRET_NAME,
    SECRET_PHONE,
    a_fault,
    a_site,
    give,
    on_screen,
    report,
    responsible,
)
from tests.services.risk_register_desk import Desk, located

RISKS = "/api/v1/risk-register/temporary-risks"
RISER = ("Dry riser FAULT, North stair", "since 22 Nov, until 20 Dec", "responsible person, not seen by a crew")
DAY = timedelta(days=1)


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register and control, with two blocks; `harbour` answers for the first."""
    return await a_site(tools)


async def test_a_fault_is_on_controls_screen_until_its_repair_is_reported(desk: Desk, clock: SetClock) -> None:
    harbour = await responsible(desk)
    before = (await desk.shown())[-1].record
    answer = await report(desk, harbour)
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert set(receipt) == {"number", "reference", "received_at", "state", "repaired_at"}
    assert receipt["state"] == "OPEN"
    assert await on_screen(desk) == [RISER]
    shown = (await desk.shown())[-1].record
    same = {"facts", "score", "review_due_on", "visited_at", "version", "reports", "unverified"}
    house = next(event.record for event in await desk.shown() if event.premises_id == HOUSE)
    assert {name: getattr(shown, name) for name in same} == {name: getattr(house, name) for name in same}
    assert before.premises.premises_id == OTHER

    again = await report(desk, harbour)
    assert (again.status_code, again.json()) == (200, receipt)
    differs = await report(desk, harbour, location="South stair")
    assert differs.status_code == 409
    assert receipt["number"] in differs.json()["detail"]
    assert await on_screen(desk) == [RISER]

    clock.move(2 * DAY)
    path = f"{FAULTS}/{receipt['number']}/repaired"
    wrong = await harbour.post(path, json={"repaired_at": (NOW - 3 * DAY).isoformat()})
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["/repaired_at"]
    repaired_at = (NOW + DAY).isoformat()
    for _ in range(2):
        mended = await harbour.post(path, json={"repaired_at": repaired_at})
        assert (mended.status_code, mended.json()["state"]) == (200, "REPAIRED")
    assert (await harbour.post(path, json={"repaired_at": NOW.isoformat()})).status_code == 409
    await desk.system.settle()
    assert await on_screen(desk) == []
    ada = await desk.reviewer()
    ((risk_id,),) = await desk.system.rows("SELECT risk_id FROM risk_register.temporary_risks")
    kept = (await ada.get(f"{RISKS}/{risk_id}")).json()
    assert (kept["state"], kept["because"], kept["raised_by"]) == ("ENDED", "REPAIR_REPORTED", "Harbour Homes")
    assert [line["action"] for line in kept["history"]] == ["raised", "ended"]


async def test_everything_that_is_wrong_is_said_by_field(desk: Desk) -> None:
    harbour = await responsible(desk)
    wrong = a_fault(
        premises_id=OTHER,
        kind="FF_SWITCH",
        location="",
        since=(NOW + DAY).isoformat(),
        expected_on="2026-11-21",
        contact_name="",
        contact_phone="none",
        reference="",
    )
    answer = await harbour.post(FAULTS, json=wrong)
    assert answer.status_code == 422
    pointers = [each["pointer"] for each in answer.json()["errors"]]
    assert pointers == [
        "/premises_id", "/kind", "/location", "/since", "/expected_on", "/contact_name", "/contact_phone", "/reference",
    ]  # fmt: skip
    no_such = await harbour.post(FAULTS, json=a_fault(premises_id="12345"))
    assert no_such.json()["errors"][0] == answer.json()["errors"][0], "nobody learns which premises there are"
    assert await on_screen(desk) == []


async def test_it_reads_its_own_receipts_and_nobody_elses(desk: Desk) -> None:
    await give(desk, "rival", OTHER)
    given = await give(desk, "rival", HOUSE)
    harbour, rival = await responsible(desk), await responsible(desk, "rival")
    number = (await report(desk, harbour)).json()["number"]
    assert (await rival.get(f"{FAULTS}/{number}")).status_code == 404
    repair = await rival.post(f"{FAULTS}/{number}/repaired", json={"repaired_at": NOW.isoformat()})
    assert repair.status_code == 404
    assert (await rival.get(FAULTS)).json()["total"] == 0
    assert (await harbour.get(FAULTS)).json()["total"] == 1
    for page in (f"/control/premises/{HOUSE}", "/temporary-risks", "/faults", "/control", "/review"):
        assert (await harbour.get(page)).status_code == 403
    theirs = (await report(desk, rival, premises_id=HOUSE, reference="R1", location="Lobby")).json()["number"]

    admin = await desk.system.client(Role.ADMINISTRATOR)
    path = f"{ACCOUNTS}/{given['answering_id']}/end"
    assert (await admin.post(path, json={"reason": "no"})).json()["errors"][0]["pointer"] == "/reason"
    assert (await admin.post(path, json={"reason": "The lease has ended"})).status_code == 200
    assert (await admin.post(path, json={"reason": "The lease has ended"})).status_code == 409
    assert (await rival.get(f"{FAULTS}/{theirs}")).status_code == 404
    assert (await report(desk, rival, premises_id=HOUSE, reference="R2")).status_code == 422
    assert len(await on_screen(desk)) == 2, "what it reported stands"


async def test_who_answers_for_what_is_given_with_care(desk: Desk) -> None:
    protection = await desk.system.client(Role.PROTECTION)
    wrong = {"account": "protection", "organisation": "", "premises_id": "12345"}
    answer = await protection.post(ACCOUNTS, json=wrong)
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/account", "/organisation", "/premises_id"]
    twice = await protection.post(
        ACCOUNTS, json={"account": " Harbour", "organisation": "Harbour Homes", "premises_id": HOUSE}
    )
    assert [each["pointer"] for each in twice.json()["errors"]] == ["/premises_id"]
    listed = (await protection.get(ACCOUNTS)).json()
    assert [(each["account"], each["premises_id"]) for each in listed["responsible_persons"]] == [("harbour", HOUSE)]


async def test_what_a_crew_has_seen_is_not_taken_away_by_a_word_from_outside(desk: Desk, clock: SetClock) -> None:
    harbour = await responsible(desk)
    number = (await report(desk, harbour)).json()["number"]
    clock.move(DAY)
    broken = {"kind": "DRY_RISER", "status": "FAULT", "location": "north  stair", "fault_since": NOW.isoformat()}
    block = a_premises(HOUSE, name="Marlowe House", address="12 King Street, Wexcombe")
    visit = await desk.receive(located(block, clock.now(), systems=[broken]))
    ((what, _, word),) = await on_screen(desk)
    assert (what, word) == (RISER[0], "crew report, S1P1"), "it is the crew's word now, and stands once"
    clock.move(DAY)
    path = f"{FAULTS}/{number}/repaired"
    assert (await harbour.post(path, json={"repaired_at": clock.now().isoformat()})).status_code == 200
    await desk.system.settle()
    assert [word for _, _, word in await on_screen(desk)] == ["crew report, S1P1"]
    protection = await desk.system.client(Role.PROTECTION)
    assert "The temporary risk stands" in (await protection.get(f"/faults/{number}")).text
    assert visit


async def test_two_reports_of_one_system_stand_once_and_until_both_are_repaired(desk: Desk) -> None:
    await give(desk, "agent", HOUSE)
    numbers = []
    for name in ("harbour", "agent"):
        who = await responsible(desk, name)
        numbers.append((who, (await report(desk, who, reference=name)).json()["number"]))
    assert await on_screen(desk) == [RISER]
    for left, (who, number) in zip((1, 0), numbers, strict=True):
        repaired = await who.post(f"{FAULTS}/{number}/repaired", json={"repaired_at": NOW.isoformat()})
        assert repaired.status_code == 200
        await desk.system.settle()
        assert len(await on_screen(desk)) == left


async def test_protection_reads_what_is_open_for_over_24_hours(desk: Desk, clock: SetClock) -> None:
    await give(desk, "harbour", OTHER)
    harbour = await responsible(desk)
    await report(desk, harbour, reference="new")
    old = (NOW - 3 * DAY).isoformat()
    await report(desk, harbour, reference="old", location="Lobby", since=old, expected_on="2026-11-23")
    await report(desk, harbour, reference="kyd", premises_id=OTHER, since=(NOW - 4 * DAY).isoformat(), kind="FF_LIFT")
    protection = await desk.system.client(Role.PROTECTION)
    path = "/api/v1/risk-register/faults"
    found = (await protection.get(path)).json()
    assert [each["reference"] for each in found["faults"]] == ["kyd", "old"]
    assert found["counts"] == {"reported": 2, "overdue": 0, "recent": 1}
    clock.move(2 * DAY)
    assert [each["reference"] for each in (await protection.get(f"{path}?order=premises")).json()["faults"]] == [
        "kyd", "old", "new",
    ]  # fmt: skip
    overdue = (await protection.get(f"{path}?show=OVERDUE")).json()
    assert ([each["reference"] for each in overdue["faults"]], overdue["total"]) == (["old"], 1)
    page = (await protection.get("/faults")).text
    assert "1 day overdue" in page
    assert SECRET_NAME not in page
    one = (await protection.get(f"/faults/{overdue['faults'][0]['number']}")).text
    assert SECRET_NAME in one
    assert SECRET_PHONE in one
    empty = (await protection.get("/faults?show=RECENT")).text
    assert "No fault is listed here" in empty


async def test_whoever_is_asked_about_it_stands_sealed(desk: Desk) -> None:
    harbour = await responsible(desk)
    await report(desk, harbour)
    for table in ("risk_register.faults", "platform.event_log", "platform.history", "control.shown"):
        text = str(await desk.system.rows(f"SELECT kept::text FROM {table} AS kept"))
        assert SECRET_NAME not in text
        assert SECRET_PHONE not in text


async def test_one_account_is_slowed_down_and_keeps_what_it_typed(desk: Desk, clock: SetClock) -> None:
    harbour = await responsible(desk)
    for _ in range(REPORTS.at_once):
        await harbour.post(FAULTS, json=a_fault(reference=""))
    answer = await harbour.post(FAULTS, json=a_fault())
    assert answer.status_code == 429
    form = {"location": "Behind the bins", "premises_id": HOUSE, "kind": "AFD"}
    page = await harbour.post("/report-a-fault/new", data=form)
    assert page.status_code == 429
    assert "Behind the bins" in page.text
    assert "try again in" in page.text
    clock.move(timedelta(seconds=REPORTS.every_s))
    assert (await report(desk, harbour)).status_code == 201


async def test_the_form_keeps_what_was_typed_and_its_receipt_is_read(desk: Desk) -> None:
    harbour = await responsible(desk)
    assert "You have reported nothing" in (await harbour.get("/report-a-fault")).text
    wrong = await harbour.post("/report-a-fault/new", data={"location": "Lobby", "expected_on": "soon"})
    assert wrong.status_code == 422
    assert 'value="Lobby"' in wrong.text
    for field in ("premises_id", "kind", "since", "expected_on", "contact_name", "contact_phone", "reference"):
        assert f'href="#{field}"' in wrong.text
    typed = {
        "premises_id": HOUSE,
        "kind": "FF_LIFT",
        "location": "Core A",
        "since_on": "2026-11-22",
        "since_time": "09:30",
        "expected_on": "2026-12-20",
        "contact_name": SECRET_NAME,
        "contact_phone": SECRET_PHONE,
        "reference": "L-7",
    }
    sent = await harbour.post("/report-a-fault/new", data=typed)
    assert sent.status_code == 303, sent.text
    receipt = (await harbour.get(sent.headers["location"])).text
    assert "Fire-fighting lift, Core A" in receipt
    assert "09:30" in receipt
    assert SECRET_PHONE not in receipt
    wrong = await harbour.post(f"{sent.headers['location']}/repaired", data={"repaired_on": "2026-11-22"})
    assert (wrong.status_code, 'href="#repaired_at"' in wrong.text) == (422, True)
    done = {"repaired_on": "2026-11-22", "repaired_time": "13:00"}
    assert (await harbour.post(f"{sent.headers['location']}/repaired", data=done)).status_code == 303
    assert "Repaired" in (await harbour.get("/report-a-fault")).text
    stranger = await responsible(desk, "stranger")
    for page in ("/report-a-fault", "/report-a-fault/new"):
        assert "answers for no premises yet" in (await stranger.get(page)).text


async def test_accounts_have_their_pages(desk: Desk) -> None:
    admin = await desk.system.client(Role.ADMINISTRATOR)
    pages = "/responsible-persons"
    wrong = await admin.post(f"{pages}/new", data={"account": "kyd-agent"})
    assert (wrong.status_code, 'value="kyd-agent"' in wrong.text) == (422, True)
    typed = {"account": "kyd-agent", "organisation": "Kyd Ltd", "premises_id": OTHER}
    assert (await admin.post(f"{pages}/new", data=typed)).status_code == 303
    listed = (await admin.get(pages)).text
    assert "Kyd Ltd" in listed
    rows = await desk.system.rows("SELECT answering_id FROM risk_register.answering WHERE account = 'kyd-agent'")
    one = f"{pages}/{rows[0][0]}"
    assert "end it" in (await admin.get(one)).text
    assert (await admin.post(f"{one}/end", data={"reason": ""})).status_code == 422
    assert (await admin.post(f"{one}/end", data={"reason": "Sold the block"})).status_code == 303
    assert "Sold the block" in (await admin.get(one)).text
    assert (await admin.get(f"{pages}/no-such")).status_code == 404
