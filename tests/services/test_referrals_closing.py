"""A referral closes with an outcome of its desk's list, a sealed one only once it is read, and opens again."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from schemas.vocabulary import ReferralKind, Role
from services.referrals.rules.outcomes import Outcome, outcome_words, outcomes_of, reasons_to_refuse_outcome
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.services.referrals_desk import CHILD, LOCKED_EXIT, REFERRALS, listed, send
from tests.services.test_referrals_cases import MARKER, every_cell, leaks
from tests.services.test_referrals_pages import browser_of, submit, sure, words_of
from tests.system import System, a_system

PASSED_ON = {"outcome": "PASSED_TO_AGENCY", "words": f"children's services, {MARKER}"}


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


async def accepted(
    desk: System, role: Role, *reported: dict[str, Any], name: str = ""
) -> tuple[str, httpx.AsyncClient]:
    """Send a referral, let its desk acknowledge and accept it, and return its page and the desk's browser."""
    await send(desk, *reported)
    (found,) = await listed(desk, role)
    machine = await desk.client(role)
    for version, action in ((1, "acknowledge"), (2, "accept")):
        done = await machine.post(f"{REFERRALS}/{found['id']}/{action}", json={"version": version})
        assert done.status_code == 200, done.text
    return f"/referrals/{found['id']}", await browser_of(desk, role)


@pytest.mark.parametrize("kind", ReferralKind)
def test_every_kind_has_outcomes_to_choose_from_and_something_else_needs_words(kind: ReferralKind) -> None:
    outcomes = [line.outcome for line in outcomes_of(kind)]
    assert len(outcomes) == len(set(outcomes)) >= 3
    assert reasons_to_refuse_outcome(kind, Outcome.OTHER, " ") == (("words", "say what the outcome was"),)
    assert reasons_to_refuse_outcome(kind, None, "") == (("outcome", "choose the outcome from the list"),)
    assert all(outcome_words(kind, outcome) for outcome in Outcome)


def test_an_outcome_of_another_desk_is_not_taken_and_words_that_are_too_long_are_counted() -> None:
    assert reasons_to_refuse_outcome(ReferralKind.BS1, Outcome.NO_FURTHER_ACTION, "x" * 1501) == (
        ("outcome", "choose the outcome from the list"),
        ("words", "shorten it to 500 characters: it has 1,501"),
    )
    assert reasons_to_refuse_outcome(ReferralKind.BS1, Outcome.PUT_RIGHT, "") == ()


async def test_closing_is_checked_before_it_is_done_and_can_be_changed(desk: System) -> None:
    here, client = await accepted(desk, Role.PROTECTION, LOCKED_EXIT)
    checked = await submit(client, here, "close", outcome="NOTICE_SERVED", words="Article 30,\nto 14 January")
    assert "Check before you close this referral" in words_of(checked)
    assert "Notice served" in words_of(checked)
    assert len(await listed(desk, Role.PROTECTION)) == 1
    assert await desk.rows("SELECT count(*) FROM referrals.steps") == [(2,)]
    changed = await sure(client, checked, "no")
    assert 'value="NOTICE_SERVED" checked' in changed.text
    assert "Article 30,\nto 14 January</textarea>" in unescape(changed.text)
    assert len(await listed(desk, Role.PROTECTION)) == 1
    closed = await sure(client, checked)
    assert "The referral is closed." in words_of(closed)
    assert "Closed Notice served" in words_of(closed)
    assert await listed(desk, Role.PROTECTION) == []
    assert await desk.rows("SELECT state, outcome FROM referrals.referrals") == [("CLOSED", "NOTICE_SERVED")]


async def test_everything_to_mend_is_said_at_once_in_the_order_of_the_page(desk: System) -> None:
    here, client = await accepted(desk, Role.PROTECTION, LOCKED_EXIT)
    long = "x" * 501
    answer = await submit(client, here, "close", words=long)
    assert answer.status_code == 422
    summary = re.findall(r'<a href="#(\w+)">([^<]+)</a>', answer.text)
    assert summary == [
        ("outcome", "Choose the outcome from the list"),
        ("close", "Shorten it to 500 characters: it has 501"),
    ]
    assert f"{long}</textarea>" in answer.text
    both = await submit(client, here, "contact", words=" ", at="")
    assert re.findall(r'<a href="#(\w+)">([^<]+)</a>', both.text) == [
        ("contact", "Say who was spoken to"),
        ("at", "Enter the day and time that you spoke"),
    ]


async def test_rejecting_is_checked_and_sending_on_says_both_faults_at_once(desk: System) -> None:
    await send(desk, {"kind": "BS3", "note": "hydrant"})
    (found,) = await listed(desk, Role.PROTECTION)
    here, client = f"/referrals/{found['id']}", await browser_of(desk, Role.PROTECTION)
    await submit(client, here, "acknowledge")
    checked = await submit(client, here, "reject", words="Water")
    assert (await listed(desk, Role.PROTECTION))[0]["state"] == "ACKNOWLEDGED"
    await sure(client, checked)
    unsaid = await submit(client, here, "reroute", kind="", words="")
    assert re.findall(r'<a href="#(\w+)">', unsaid.text) == ["kind", "reroute"]


async def test_who_was_too_late_keeps_what_they_wrote_and_sees_what_happened(desk: System) -> None:
    here, client = await accepted(desk, Role.PROTECTION, LOCKED_EXIT)
    machine = await desk.client(Role.PROTECTION)
    done = await machine.post(f"/api/v1{here}/close", json={"version": 3, "outcome": "PUT_RIGHT"})
    assert done.status_code == 200
    form = {"version": "3", "outcome": "ADVICE_GIVEN", "words": "We agreed a date", "csrf_token": ""}
    csrf = re.search(r'name="csrf-token" content="([^"]+)"', (await client.get(here)).text)
    assert csrf
    late = await client.post(f"{here}/close", data=form | {"csrf_token": csrf[1]})
    assert late.status_code == 409
    assert "Somebody changed this referral after you opened it" in words_of(late)
    assert "What you had written, which was not sent: We agreed a date" in words_of(late)
    assert "Closed Put right" in words_of(late)


async def test_a_sealed_case_is_closed_only_by_somebody_who_has_read_it(desk: System) -> None:
    here, client = await accepted(desk, Role.SAFEGUARDING, CHILD)
    closed_yet = await client.get(here)
    assert "Before you can close this referral, open what the crew wrote and read it" in words_of(closed_yet)
    assert f'action="{here}/close"' not in closed_yet.text
    other = await desk.client(Role.SAFEGUARDING, name="dso-oak")
    await other.post(f"{here}/open", data={"purpose": "DECIDE"})
    machine = await desk.client(Role.SAFEGUARDING)
    unread = await machine.post(f"/api/v1{here}/close", json={"version": 3, **PASSED_ON})
    assert (unread.status_code, unread.json()["errors"][0]["pointer"]) == (422, "/purpose")
    await submit(client, here, "open", purpose="DECIDE")
    checked = await submit(client, here, "close", **PASSED_ON)
    assert MARKER in checked.text
    assert checked.headers["cache-control"] == "no-store"
    assert MARKER not in str(checked.url)
    closed = await sure(client, checked)
    assert "The referral is closed." in words_of(closed)
    assert not any(leaks(str(step.headers)) for step in (*closed.history, closed))
    assert await desk.rows("SELECT state, outcome FROM safeguarding.cases") == [("CLOSED", "PASSED_TO_AGENCY")]
    assert await desk.rows("SELECT who, purpose FROM safeguarding.reads ORDER BY at, who") == [
        ("dso-oak", "DECIDE"),
        ("safeguarding", "DECIDE"),
    ]


async def test_what_should_not_have_been_raised_is_cancelled_with_a_reason_and_its_alarms_end(desk: System) -> None:
    await send(desk, LOCKED_EXIT)
    (found,) = await listed(desk, Role.PROTECTION)
    here, client = f"/referrals/{found['id']}", await browser_of(desk, Role.PROTECTION)
    assert "acknowledge it, then reject it and send it on" in words_of(await client.get(here))
    unsaid = await submit(client, here, "cancel", words=" ")
    assert (unsaid.status_code, "Say why it is cancelled" in words_of(unsaid)) == (422, True)
    checked = await submit(client, here, "cancel", words="Sent twice by the same crew")
    assert "It cannot be opened again" in words_of(checked)
    assert (await listed(desk, Role.PROTECTION))[0]["state"] != "CANCELLED"
    cancelled = await sure(client, checked)
    assert "The referral is cancelled." in words_of(cancelled)
    assert "protection Sent twice by the same crew" in words_of(cancelled)
    assert f'action="{here}/reopen"' not in cancelled.text
    assert await listed(desk, Role.PROTECTION) == []
    assert [each["state"] for each in await listed(desk, Role.PROTECTION, finished="true")] == ["CANCELLED"]
    assert await desk.rows("SELECT count(*) FROM referrals.escalations WHERE settled_at IS NULL") == [(0,)]
    [noticed] = await desk.said("referrals.acknowledged")
    assert (noticed.state, noticed.acknowledged_by) == ("CANCELLED", "protection")  # type: ignore[attr-defined]
    assert await desk.rows("SELECT acknowledged_by FROM referrals.referrals") == [("protection",)]
    machine = await desk.client(Role.PROTECTION)
    again = await machine.post(f"/api/v1{here}/cancel", json={"version": 2, "reason": "once more"})
    assert again.status_code == 409


async def test_a_sealed_case_is_cancelled_only_by_somebody_who_has_read_it(desk: System) -> None:
    here, client = await accepted(desk, Role.SAFEGUARDING, CHILD)
    assert "Before you can cancel this referral, open what the crew wrote" in words_of(await client.get(here))
    machine = await desk.client(Role.SAFEGUARDING)
    unread = await machine.post(f"/api/v1{here}/cancel", json={"version": 3, "reason": f"not so: {MARKER}"})
    assert (unread.status_code, unread.json()["errors"][0]["pointer"]) == (422, "/purpose")
    await submit(client, here, "open", purpose="DECIDE")
    cancelled = await sure(client, await submit(client, here, "cancel", words=f"not so: {MARKER}"))
    assert "The referral is cancelled." in words_of(cancelled)
    assert not any(leaks(str(step.headers)) for step in (*cancelled.history, cancelled))
    assert await desk.rows("SELECT state FROM safeguarding.cases") == [("CANCELLED",)]


async def test_a_closed_case_opens_again_with_a_reason_and_is_read_anew_before_it_closes(
    desk: System, clock: SetClock, database_address: str
) -> None:
    here, client = await accepted(desk, Role.SAFEGUARDING, CHILD)
    await submit(client, here, "open", purpose="DECIDE")
    await sure(client, await submit(client, here, "close", **PASSED_ON))
    clock.move(timedelta(hours=10))
    short = await submit(client, here, "reopen", words="no")
    assert (short.status_code, "Say in 10 characters or more why it is opened again" in short.text) == (422, True)
    checked = await submit(client, here, "reopen", words=f"the school rang {MARKER}")
    opened = await sure(client, checked)
    assert "The referral is open again." in words_of(opened)
    (case,) = await listed(desk, Role.SAFEGUARDING)
    assert (case["state"], case["finished_at"], case["outcome"]) == ("IN_PROGRESS", None, None)
    assert case["first_action_by"] == "2026-11-24T00:00:00Z", "the end of the day on which it was opened again"
    assert "Before you can close this referral" in words_of(opened)
    assert await desk.rows("SELECT action FROM safeguarding.steps ORDER BY version") == [
        ("acknowledged",),
        ("accepted",),
        ("closed",),
        ("reopened",),
    ]
    assert {where for where, text in every_cell(database_address) if leaks(text)} == set()


async def test_a_p1_that_nobody_spoke_about_rings_again_once_it_is_open_again(desk: System, clock: SetClock) -> None:
    here, client = await accepted(desk, Role.PROTECTION, LOCKED_EXIT)
    await sure(client, await submit(client, here, "close", outcome="PUT_RIGHT"))
    unsettled = "SELECT reason, due_at FROM referrals.escalations WHERE settled_at IS NULL"
    assert await desk.rows(unsettled) == []
    clock.move(timedelta(hours=1))
    await sure(client, await submit(client, here, "reopen", words="the chain is back on"))
    assert await desk.rows(unsettled) == [("NOBODY_SPOKEN_TO", clock.now() + timedelta(minutes=15))]


@pytest.mark.parametrize("role", [Role.RISK_TEAM, Role.INFORMATION_GOVERNANCE, Role.CONTROL])
async def test_who_only_reads_neither_closes_nor_opens_again(desk: System, role: Role) -> None:
    here, _ = await accepted(desk, Role.PROTECTION, LOCKED_EXIT)
    other = await desk.client(role)
    for action, body in (("close", {"outcome": "PUT_RIGHT"}), ("reopen", {"reason": "because I want to"})):
        assert (await other.post(f"/api/v1{here}/{action}", json={"version": 3, **body})).status_code == 403
