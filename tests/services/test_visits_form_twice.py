"""The rules of the form in a real browser: the tablet's code and the server say the same of each visit, to the word."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.async_api import Browser, Page, Route

from services.visits.rules.authors import Author
from services.visits.rules.declaration import FORM
from services.visits.rules.fields import Field
from services.visits.rules.further import all_reasons
from services.visits.rules.reading import read_content
from services.visits.rules.refusals import reasons_to_refuse, warnings_on
from tests.builders import NOW, a_visit
from tests.services.browsing import browser_only
from tests.visit_cases import GOOD, visit_cases

pytestmark = browser_only

SCRIPTS = Path("services/visits/pages/static/device")
LEAD = Author("firefighter")  # of no station: who may send it in whose name is not the form's matter
ALL_AT_ONCE = """async ([form, visits, now]) => {
  const { reasons } = await import("/form.js");
  return visits.map((visit) => reasons(form, visit, new Date(now)));
}"""
# Answers that fit no field, or hardly. What Python reads more kindly (true as 1, a number as a time) no tablet sends.
ODD_TEXTS = ["", "  ", "x", "none", "X" * 121, "a\x00b", "ſ1", "Ünter den Lïnden", "1899-12-31T23:59:59Z"]
ODD_NUMBERS = [-1, 0, 1, 3, 4, 2.5, 7, 11, 18, 1e12]
NO_NUMBERS = frozenset({"yes_no", "time", "date"})
TIMES = st.sampled_from(
    [
        "2026-11-22T13:12:00Z",
        "2026-11-22T13:58:00+00:00",
        "2026-11-22T16:13:00+02:00",
        "2026-11-24T09:00:00Z",
        "2021-01-01T00:00:00Z",
        "1899-12-31T23:59:59Z",
        "2026-11-22T13:00",
        "soon",
    ]
)
DATES = st.sampled_from(["2026-11-22", "2026-11-23", "2026-11-21", "2027-11-23", "2027-11-24", "2026-02-30", "today"])
DAYS = ("2027-06-11", "2027-06-12")
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "yes_no": st.booleans(),
    "time": TIMES,
    "date": DATES,
    "number": st.sampled_from([0, 10.9, 11, 17.9, 18, 30, 101]),
    "integer": st.sampled_from([0, 1, 2, 3, 4, 5, 7, 11]),
    "set_by_device": st.just(1),
}
STATIONS = ["S1", "71", "zz", "1234", "s1a"]
POSTCODES = ["XQ1 1AA", "xq9  9zz", "ME14", "ME141XX", " me14\u00a01xx ", "M 1 1AA"]
TEXTS: dict[str, list[str]] = {
    "station": STATIONS,
    "postcode": POSTCODES,
    "uprn": ["100", "1" * 13],
    "un_no": ["1001", "10"],
}


def answer(field: Field) -> st.SearchStrategy[Any]:
    """Return answers to a field: mostly those that fit, at its limits, and now and then one that does not."""
    if field.kind == "list":
        return st.lists(group(field.fields or ()), max_size=3)
    if field.kind == "point":
        return group(field.fields or ())
    if field.kind == "choices":
        codes = st.sampled_from([choice.code for choice in field.choices or ()])
        return st.lists(codes, max_size=3)
    if field.kind == "texts":
        return st.lists(st.sampled_from(["a", " ", "one stair"]), max_size=6)
    if field.choices:
        return st.sampled_from([choice.code for choice in field.choices])
    name = field.path.rpartition("/")[2]
    return (
        PLAIN[field.kind]
        if field.kind in PLAIN
        else st.sampled_from(TEXTS.get(name, ["", " ", "words", "y" * 120, "z" * 501]))
    )


def odd(field: Field) -> st.SearchStrategy[Any]:
    """Return answers that do not fit a field, or hardly."""
    return st.sampled_from(ODD_TEXTS if field.kind in NO_NUMBERS else [*ODD_TEXTS, *ODD_NUMBERS])


@st.composite
def group(draw: st.DrawFn, fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return answers to some fields of the visit or of a line; what is required is left out but seldom."""
    made: dict[str, Any] = {}
    for field in fields:
        if field.kind in ("set_by_device", "polygon", "photo"):
            continue
        if draw(st.integers(0, 9)) < (9 if field.required else 3):
            put(made, field.path.split("/"), draw(answer(field) if draw(st.integers(0, 19)) else odd(field)))
    return made


def put(content: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        content = content.setdefault(step, {})
    content[steps[-1]] = value


@st.composite
def visits(draw: st.DrawFn) -> dict[str, Any]:
    """Return a good visit with the answers of up to three sections written anew, and one that stays as it was."""
    changed: dict[str, Any] = {}
    for number in draw(st.lists(st.sampled_from(range(12)), min_size=1, max_size=3, unique=True)):
        changed |= draw(group(FORM.sections[number].fields))
    changed.pop("lead_officer_id", None)
    return a_visit(**GOOD[draw(st.sampled_from(sorted(GOOD)))] | changed)


def generated(number: int) -> list[dict[str, Any]]:
    """Return visits that nobody would think of."""
    found: list[dict[str, Any]] = []

    @settings(max_examples=number, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(visits())
    def collect(visit: dict[str, Any]) -> None:
        found.append(visit)

    collect()
    return found


def by_the_server(visit: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what the server says of a visit that its own crew sends."""
    reading = read_content(json.loads(json.dumps(visit)))
    if reading.submission is not None:
        found = reasons_to_refuse(reading.submission, NOW)
    else:
        found = all_reasons(reading.content, reading.reasons, LEAD, NOW)
    return [(reason.pointer, reason.reason) for reason in found]


@pytest.fixture
async def tablet(browser: Browser) -> AsyncIterator[Page]:
    """Return a page that can import the tablet's code, and reaches nothing else."""
    page = await (await browser.new_context()).new_page()

    async def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name:
            folder = SCRIPTS if (SCRIPTS / name).exists() else SCRIPTS.parent
            await route.fulfill(path=folder / name, content_type="text/javascript")
        else:
            await route.fulfill(body="<!doctype html><title>tablet</title>", content_type="text/html")

    await page.route("**", serve)
    await page.goto("http://tablet.test/")
    yield page
    await page.context.close()


async def by_the_tablet(tablet: Page, visits: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return what the tablet says of each visit, all asked at once."""
    answers: list[list[dict[str, Any]]] = await tablet.evaluate(ALL_AT_ONCE, [FORM.document(), visits, NOW.isoformat()])
    return answers


def mended(said: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(reason["pointer"], reason["reason"]) for reason in said if not reason["onlyWarns"]]


async def test_every_case_of_the_tables_is_the_same_on_the_tablet(tablet: Page) -> None:
    cases = visit_cases()
    answers = await by_the_tablet(tablet, [case.visit for case in cases])
    for case, said in zip(cases, answers, strict=True):
        assert mended(said) == by_the_server(case.visit), case.name
        assert [pointer for pointer, _ in mended(said)] == list(case.because), case.name
        assert {reason["code"] for reason in said if reason["onlyWarns"]} == set(case.warns), case.name


async def test_the_tablet_and_the_server_agree_on_visits_that_nobody_would_think_of(tablet: Page) -> None:
    many = generated(400)
    answers = await by_the_tablet(tablet, many)
    taken = 0
    for visit, said in zip(many, answers, strict=True):
        assert mended(said) == by_the_server(visit), json.dumps(visit)
        reading = read_content(visit)
        if reading.submission is not None:
            warned = {reason["code"] for reason in said if reason["onlyWarns"]}
            assert warned == set(warnings_on(reading.submission, NOW))
            taken += 1
    assert taken > 20, "visits that fit are among them"


KEPT_AS_DRAFTS = """async (visits) => {
  const { split } = await import("/drafts.js");
  return visits.map((fields) => split(fields).keep.length > 0);
}"""
SEALED = """async ([form, lines]) => {
  const { isTrue } = await import("/form.js");
  return lines.map(([said, line]) => isTrue(form, said, {}, line));
}"""


async def test_what_the_form_seals_is_never_kept_on_a_device_in_the_open(tablet: Page) -> None:
    fields = [field for section in FORM.sections for field in section.fields]
    closed = [f"{field.path}/0/x" if field.fields else field.path for field in fields if field.sealed]
    assert await tablet.evaluate(KEPT_AS_DRAFTS, [[[path, "x"]] for path in closed]) == [False] * len(closed)
    lists = [field for field in fields if field.sealed_when and field.path != "media"]  # no page drafts photographs
    lines = [
        (field.path, field.sealed_when, field.fields[0].path, choice.code)
        for field in lists
        if field.fields
        for choice in field.fields[0].choices or ()
    ]
    sealed = await tablet.evaluate(SEALED, [FORM.document(), [[said, {name: code}] for _, said, name, code in lines]])
    kept = await tablet.evaluate(KEPT_AS_DRAFTS, [[[f"{at}/0/{name}", code]] for at, _, name, code in lines])
    assert [not each for each in sealed] == kept
    assert 0 < sum(sealed) < len(sealed)


PREPARED = """async ([form, visits]) => {
  const { prepared } = await import("/form.js");
  return visits.map((visit) => prepared(form, visit));
}"""


async def test_what_the_tablet_sends_is_what_was_written_without_what_is_blank_or_not_asked(tablet: Page) -> None:
    good = [a_visit(**GOOD[name]) for name in GOOD]
    left_over: dict[str, Any] = {
        "outcome_note": "we thought at first that we had to leave",
        "station": " S1 ",
        "contacts": [*good[0]["contacts"], {"name": " ", "phone": ""}],
        "critical_facts": ["", " One stair "],
        "appliance_access": "GOOD",
        "access_width_m": 2.1,
        "sib": {"present": False, "location": "lobby"},
        "water": {"none_within_100m": True, "hydrants": [{}], "open_water": " "},
        "referrals": [{"kind": "BS2", "note": "locked", "consent_state": "REFUSED", "override_note": "x"}, {}],
        "hazards": [{"code": "ASBESTOS"}],
        "colour": "red",
    }
    sent = await tablet.evaluate(PREPARED, [FORM.document(), [*good, a_visit(**left_over)]])
    for visit, same in zip(good, sent, strict=False):
        assert read_content(same).submission == read_content(visit).submission
    tidy: dict[str, Any] = {
        "contacts": good[0]["contacts"],
        "critical_facts": ["One stair"],
        "sib": {"present": False},
        "water": {"none_within_100m": True},
        "referrals": [{"kind": "BS2", "note": "locked"}],
    }
    assert sent[-1] == a_visit(**tidy) | {"submission_id": sent[-1]["submission_id"]}


async def test_today_is_the_day_it_is_in_the_united_kingdom(tablet: Page) -> None:
    night = datetime(2027, 6, 10, 23, 30, tzinfo=UTC)  # half past midnight on the 11th, in summer time
    visits = [a_visit(night, sib={"present": True, "location": "lobby", "last_checked": day}) for day in DAYS]
    answers = await tablet.evaluate(ALL_AT_ONCE, [FORM.document(), visits, night.isoformat()])
    for visit, said, expected in zip(visits, answers, ([], ["/sib/last_checked"]), strict=True):
        submission = read_content(visit).submission
        assert submission is not None
        assert [reason.pointer for reason in reasons_to_refuse(submission, night)] == expected
        assert [pointer for pointer, _ in mended(said)] == expected
