"""Protection's notices, audits and fires: fed or entered once, told of at once, never ended by themselves."""

import asyncio
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from schemas.premises import ListedPremises
from schemas.vocabulary import NoticeKind, Role
from services.command_line.main import app as main
from services.protection.handlers.telling import tell_by_day
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.service import Tools
from tests.services.protection_desk import (
    BLOCK,
    FLAT,
    LISTED,
    SHOP,
    SOURCE,
    TODAY,
    Protection,
    a_fire,
    a_line,
    an_audit,
)
from tests.system import a_system

DAY = timedelta(days=1)
PAGES = "/protection"


@pytest.fixture
async def desk(tools: Tools) -> Protection:
    """Return Protection with a gazetteer of three premises."""
    desk = Protection(await a_system(tools, ("protection",)))
    await desk.list_premises()
    return desk


async def next_day(tools: Tools) -> int:
    return await Deadlines("protection", tools.database, tools.clock, tell_by_day).step()


async def test_the_same_lines_again_change_nothing_and_a_changed_one_changes_its_own_notice(desk: Protection) -> None:
    first = await desk.feed("notices", a_line(), a_line(reference="N2", kind="informal", premises_id=FLAT))
    assert [each["outcome"] for each in first["lines"]] == ["NEW", "NEW"]
    shop, block = (await desk.said(SHOP))[0], (await desk.said(BLOCK))[0]
    assert [each.kind for each in shop.fire_safety.notices] == [NoticeKind.PROHIBITION]
    assert block.fire_safety.notices[0].unit == "Flat 1, 12 King Street, Wexcombe", "a flat's stands with its building"
    again = await desk.feed("notices", a_line(), a_line(reference="N2", kind="INFORMAL", premises_id=FLAT))
    assert [each["outcome"] for each in again["lines"]] == ["SAME", "CHANGED"], "another word is a change"
    assert len(await desk.said()) == 2, "what is told is the same"
    over = await desk.feed("notices", a_line(complied=TODAY.isoformat()))
    assert over["changed"] == 1
    assert (await desk.said(SHOP))[-1].fire_safety.notices == ()
    back = await desk.feed("notices", a_line(), a_line(source="", reference="N1"))
    assert [each["outcome"] for each in back["lines"]] == ["CHANGED", "SAME"], "its source took the end back"
    assert len((await desk.said(SHOP))[-1].fire_safety.notices) == 1
    other = await desk.feed("notices", a_line(), source="old system")
    assert other["new"] == 1, "another source has numbers of its own"


async def test_good_lines_go_in_and_each_bad_one_is_kept_with_how_to_mend_it(desk: Protection) -> None:
    bad = a_line(reference="N9", premises_id="12", kind="ORDER", **{"from": "soon", "until": "later"})
    done = await desk.feed(
        "notices", bad, a_line(), a_line(reference="N3", kind="ENFORCEMENT", until=TODAY.isoformat())
    )
    assert [each["outcome"] for each in done["lines"]] == ["REFUSED", "NEW", "REFUSED"]
    assert [each["pointer"] for each in done["lines"][0]["errors"]] == ["/until", "/premises_id", "/kind", "/from"]
    assert "at least 28 days" in done["lines"][2]["errors"][0]["reason"]
    officer = await desk.officer()
    page = (await officer.get(f"{PAGES}/files")).text
    assert "the gazetteer has no premises of this number" in page
    assert "ORDER" in page, "the line stands there as it came"
    mended = await desk.feed(
        "notices", a_line(reference="N3", kind="ENFORCEMENT", until=(TODAY + 28 * DAY).isoformat())
    )
    assert mended["new"] == 1
    waiting = (await officer.get("/api/v1/protection/loads")).json()
    assert [each["refusal"]["reference"] for each in waiting["waiting"]] == ["N9"], "a line that came again is settled"
    number = waiting["waiting"][0]["number"]
    refused = await officer.post(f"{PAGES}/files/refused/{number}/set-aside", data={"reason": "no"})
    assert refused.status_code == 422
    assert f'href="#reason-{number}"' in refused.text
    await officer.post(f"{PAGES}/files/refused/{number}/set-aside", data={"reason": "Entered twice"})
    assert "None waits." in (await officer.get(f"{PAGES}/files")).text


async def test_refused_lines_are_tried_again_when_the_gazetteer_has_grown(desk: Protection) -> None:
    await desk.feed("audits", an_audit(premises_id="77"), an_audit(reference="A2", result="fine"))
    await desk.list_premises(ListedPremises(premises_id="77", address="7 New Lane, Wexcombe"), generation=2)
    officer = await desk.officer()
    answer = await officer.post(f"{PAGES}/files/again", data={"kind": "audits", "source": SOURCE})
    assert answer.status_code == 303
    await desk.system.settle()
    (told,) = await desk.said("77")
    assert told.fire_safety.audit is not None
    assert told.fire_safety.audit.summary == ("Rear exit blocked", "No detection in the store")
    left = (await officer.get("/api/v1/protection/loads")).json()
    assert [each["refusal"]["reference"] for each in left["waiting"]] == ["A2"]


async def test_fires_count_for_36_months_and_the_calendar_is_told_of(
    desk: Protection, tools: Tools, clock: SetClock
) -> None:
    on = date(TODAY.year - 3, TODAY.month, TODAY.day).isoformat()
    await desk.feed(
        "incidents",
        a_fire("1", on),
        a_fire("2", f"{TODAY.isoformat()} 03:15"),
        a_fire("3", on, kind="FALSE_ALARM_APPARATUS"),
        a_fire("4", (TODAY + DAY).isoformat()),
        a_fire("5", on, premises_id=FLAT),
    )
    assert (await desk.said(SHOP))[-1].fire_safety.fires == 2
    assert (await desk.said(BLOCK))[-1].fire_safety.fires == 1, "a fire in a flat is one at its building"
    assert await next_day(tools) == 0
    clock.move(DAY)
    assert await next_day(tools) == 2
    assert await next_day(tools) == 0
    assert ((await desk.said(SHOP))[-1].fire_safety.fires, (await desk.said(BLOCK))[-1].fire_safety.fires) == (1, 0)
    await desk.feed("incidents", a_fire("2", f"{TODAY.isoformat()} 03:15", kind="SPECIAL_SERVICE"))
    assert (await desk.said(SHOP))[-1].fire_safety.fires == 0, "its source found that it was none"
    officer = await desk.officer()
    assert "counts no more" in (await officer.get(f"{PAGES}/fires")).text


async def test_a_notice_begins_on_its_day_and_no_date_ends_it(desk: Protection, tools: Tools, clock: SetClock) -> None:
    last = TODAY + 40 * DAY
    line = a_line(kind="ENFORCEMENT", until=last.strftime("%d/%m/%Y"), **{"from": (TODAY + DAY).isoformat()})
    await desk.feed("notices", line)
    assert await desk.said() == []
    clock.move(DAY)
    assert await next_day(tools) == 1
    assert [each.until_on for each in (await desk.said())[-1].fire_safety.notices] == [last]
    clock.move(60 * DAY)
    assert await next_day(tools) == 0
    officer = await desk.officer()
    listed = (await officer.get("/api/v1/protection/notices")).json()
    assert (listed["total"], listed["notices"][0]["premises"]["name"]) == (1, "Vale Stores")
    page = (await officer.get(PAGES)).text
    assert "1 past its date: lift or amend" in page
    assert "has passed: lift it or amend it" in (await officer.get(f"{PAGES}/premises/{SHOP}")).text


async def test_a_flat_that_moves_to_another_building_takes_its_notice_along(desk: Protection) -> None:
    await desk.feed("notices", a_line(premises_id=FLAT))
    moved = LISTED[2].model_copy(update={"parent_id": SHOP})
    await desk.list_premises(moved, generation=2)
    assert (await desk.said(BLOCK))[-1].fire_safety.notices == ()
    assert len((await desk.said(SHOP))[-1].fire_safety.notices) == 1


class TestByHand:
    """The forms: entered, amended, lifted, put back in force; an audit with its summary."""

    async def test_a_notice_is_entered_amended_lifted_and_put_back(self, desk: Protection) -> None:
        pat = await desk.officer()
        typed = {"premises_id": SHOP, "reference": "P/26/1", "kind": "PROHIBITION", "from_on": TODAY.isoformat()}
        refused = await pat.post(f"{PAGES}/notices/new", data=typed | {"premises_id": "1"})
        assert refused.status_code == 422
        for words in ("The gazetteer has no premises of this number", "Say what is prohibited or restricted"):
            assert refused.text.count(words) == 2, "in the summary and beside its field"
        assert 'value="P/26/1"' in refused.text
        whole = typed | {"restricts": "No use of the basement", "served_on": "Mr A. Owner"}
        answer = await pat.post(f"{PAGES}/notices/new", data=whole)
        assert answer.status_code == 303, answer.text
        here = answer.headers["location"].split("?")[0]
        assert (await pat.post(f"{PAGES}/notices/new", data=whole)).status_code == 422, "its number is taken"
        await desk.system.settle()
        (told,) = await desk.said(SHOP)
        assert "Owner" not in told.model_dump_json(), "whom it was served on stays at the desk"
        assert (told.fire_safety.notices[0].source, told.fire_safety.notices[0].said_by) == ("entered by hand", "pat")
        assert "Mr A. Owner" in (await pat.get(here)).text
        reader = await desk.system.client(Role.RISK_TEAM)
        assert "Mr A. Owner" not in (await reader.get(here)).text
        amended = whole | {"restricts": "No use of the basement and first floor", "version": "1"}
        unsaid = await pat.post(f"{here}/amend", data=amended)
        assert 'href="#amend-reason"' in unsaid.text
        done = await pat.post(f"{here}/amend", data=amended | {"reason": "First floor found unsafe, too"})
        assert done.status_code == 303, done.text
        unsure = await pat.post(f"{here}/lift", data={"version": "2", "reason": "", "ended_on": TODAY.isoformat()})
        for field in ("because", "reason", "sure"):
            assert f'href="#lift-{field}"' in unsure.text
        lift = {"because": "COMPLIED", "ended_on": TODAY.isoformat(), "reason": "Seen today, works done", "sure": "yes"}
        stale = await pat.post(f"{here}/lift", data=lift | {"version": "1"})
        assert (stale.status_code, "Pat changed it at" in stale.text) == (409, True)
        assert (await pat.post(f"{here}/lift", data=lift | {"version": "2"})).status_code == 303
        await desk.system.settle()
        assert (await desk.said(SHOP))[-1].fire_safety.notices == ()
        assert "Seen today, works done" in (await pat.get(f"{PAGES}/lifted")).text
        back = {"version": "3", "reason": "Wrong notice was lifted"}
        assert (await pat.post(f"{here}/reinstate", data=back)).status_code == 303
        await desk.system.settle()
        assert (await desk.said(SHOP))[-1].fire_safety.notices[0].restricts == "No use of the basement and first floor"
        page = (await pat.get(here)).text
        for words in ("Entered", "Amended", "Lifted", "Put back in force", "First floor found unsafe, too"):
            assert words in page

    async def test_an_audit_is_entered_and_one_without_a_summary_waits_for_it(self, desk: Protection) -> None:
        pat = await desk.officer()
        typed = {
            "premises_id": SHOP,
            "reference": "A/1",
            "audited_on": TODAY.isoformat(),
            "result": "BROADLY_COMPLIANT",
        }
        six = "\n".join(f"line {number}" for number in range(6))
        for summary in ("", six, "x" * 121):
            refused = await pat.post(f"{PAGES}/audits/new", data=typed | {"summary": summary})
            assert (refused.status_code, 'href="#summary"' in refused.text) == (422, True)
        answer = await pat.post(f"{PAGES}/audits/new", data=typed | {"summary": "Void above the bar\r\nGas in yard"})
        assert answer.status_code == 303, answer.text
        await desk.feed("audits", an_audit(summary="", premises_id=BLOCK))
        waiting = (await pat.get(f"{PAGES}/audits?without_summary=true")).text
        assert "None yet: write it" in waiting
        assert "A/1" not in waiting
        (address,) = set(re.findall(r"/protection/audits/[0-9a-f-]{36}", waiting))
        whole = {"premises_id": BLOCK, "reference": "A1", "audited_on": TODAY.isoformat(), "version": "1"}
        done = await pat.post(
            f"{address}/correct",
            data=whole | {"result": "BROADLY_NON_COMPLIANT", "summary": "Doors wedged", "reason": "Summary written"},
        )
        assert done.status_code == 303, done.text
        await desk.system.settle()
        audit = (await desk.said(BLOCK))[-1].fire_safety.audit
        assert audit is not None
        assert (audit.summary, audit.said_by) == (("Doors wedged",), "pat")
        unsure = await pat.post(f"{address}/withdraw", data={"version": "2"})
        assert 'href="#withdraw-reason"' in unsure.text
        assert 'href="#withdraw-sure"' in unsure.text
        gone = {"version": "2", "reason": "Audit of another building", "sure": "yes"}
        assert (await pat.post(f"{address}/withdraw", data=gone)).status_code == 303
        await desk.system.settle()
        assert (await desk.said(BLOCK))[-1].fire_safety.audit is None
        assert "Withdrawn: Audit of another building" in (await pat.get(address)).text
        assert "Every audit has its summary" in (await pat.get(f"{PAGES}/audits?without_summary=true")).text


async def test_premises_are_found_by_the_beginnings_of_their_words(desk: Protection) -> None:
    reader = await desk.system.client(Role.INFORMATION_GOVERNANCE)
    found = (await reader.get(f"{PAGES}/premises?q=marl king")).text
    assert f"{PAGES}/premises/{BLOCK}" in found
    assert FLAT not in found
    assert f"{PAGES}/premises/{FLAT}" in (await reader.get(f"{PAGES}/premises?q=xq14ab")).text
    assert "Nothing has all these words" in (await reader.get(f"{PAGES}/premises?q=nowhere' | :*")).text
    assert "Enter a notice" not in (await reader.get(PAGES)).text, "who may only read is shown no form"
    assert (await reader.get(f"{PAGES}/notices/new")).status_code == 403
    assert (await reader.get(f"{PAGES}/premises/none")).status_code == 404


class TestFiles:
    """A file by the page and by the command, whatever its coding and separators."""

    FILE = "Reference;Premises_ID;Kind;From;Until;Restricts\nN1;{};Prohibition;22/11/2026;;Caf\u00e9 closed\nN2;;x;;;\n"

    async def test_a_file_is_loaded_by_the_page(self, desk: Protection) -> None:
        pat = await desk.officer()
        content = self.FILE.format(SHOP).encode("cp1252")
        sent = {"files": {"file": ("notices.csv", content, "text/csv")}, "data": {"source": SOURCE}}
        answer = await pat.post(f"{PAGES}/files", **sent)  # type: ignore[arg-type]
        assert answer.status_code == 303, answer.text
        await desk.system.settle()
        assert (await desk.said(SHOP))[-1].fire_safety.notices[0].restricts == "Caf\u00e9 closed"
        assert "notices.csv" in (await pat.get(f"{PAGES}/files")).text
        nothing = await pat.post(f"{PAGES}/files", data={"source": ""})
        assert nothing.status_code == 422
        assert "Choose the file" in nothing.text
        odd = {"files": {"file": ("odd.csv", b"a,b\n1,2\n", "text/csv")}, "data": {"source": SOURCE}}
        assert "does not name the columns" in (await pat.post(f"{PAGES}/files", **odd)).text  # type: ignore[arg-type]
        misspelt = await desk.feed("notices", a_line(untill="2026-12-20"))
        assert misspelt["passed_over"] == ["untill"], "it is not lost in silence"
        nul = f"reference,premises_id,kind,from,untill\nN\x001,{SHOP}\x00,PROHIBITION,{TODAY},\n"
        sent = {"files": {"file": ("nul.csv", nul.encode(), "text/csv")}, "data": {"source": SOURCE}}
        assert (await pat.post(f"{PAGES}/files", **sent)).status_code == 303  # type: ignore[arg-type]
        shown = await pat.get(f"{PAGES}/files")
        assert "passed over: untill" in shown.text

    async def test_fields_beyond_the_header_and_open_quotation_marks_are_said(self, desk: Protection) -> None:
        pat = await desk.officer()
        head = "incident_no,premises_id,kind,call_time\n"
        beyond = f"{head}1,{SHOP},FIRE,2026-11-01,High Street\n"
        sent = {"files": {"file": ("fires.csv", beyond.encode(), "text/csv")}, "data": {"source": SOURCE}}
        assert (await pat.post(f"{PAGES}/files", **sent)).status_code == 303  # type: ignore[arg-type]
        page = (await pat.get(f"{PAGES}/files")).text
        assert "has more fields than the header" in page
        assert "High Street" in page, "nothing of the line is lost"


async def test_a_file_is_loaded_by_the_command(
    desk: Protection, database_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAVI_DATABASE", database_address)

    def load(text: str, *words: str) -> Result:
        (tmp_path / "fires.csv").write_text(text)
        return CliRunner().invoke(main, ["protection", "load", str(tmp_path / "fires.csv"), "--source", SOURCE, *words])

    head = "incident_no,premises_id,kind,call_time\n"
    line = f"1,{SHOP},FIRE,{TODAY} 03:15\n"
    done = await asyncio.to_thread(load, f"{head}{line}2,{SHOP},BARBECUE,{TODAY}\n")
    assert done.exit_code == 0, done.output
    assert "fires.csv: incidents: 1 new, 0 changed, 0 the same as before, 1 refused" in done.output
    assert "line 3, kind: say what it turned out to be: FIRE" in done.output
    again = json.loads((await asyncio.to_thread(load, head + line, "--json")).output)
    assert (again["same"], again["new"], again["refusals"]) == (1, 0, [])
    await desk.system.settle()
    assert (await desk.said(SHOP))[-1].fire_safety.fires == 1
    odd = await asyncio.to_thread(load, "reference,kind\n1,2\n")
    assert isinstance(odd.exception, ValueError)
    assert "does not name the columns" in str(odd.exception)
