"""The rules for what ought to have a record: looked at before they are adopted, kept, and undone by the former."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.premises import ListedPremises
from schemas.vocabulary import Role
from services.risk_register.pages.rules_form import lines_of, rules_typed
from services.risk_register.rules.gap_rules import FIRST, GapRule, code_for, reasons_to_refuse_rules, rule_for
from services.risk_register.rules.rule_changes import AddressSet, change_of
from services.shared.service import Tools
from tests.builders import a_premises
from tests.services.gap_county import hear
from tests.services.risk_register_desk import Desk, located
from tests.system import a_system

RULES = "/oversight/gaps/rules"
HTML = {"Accept": "text/html"}
WHY = "Hotels are left to the fire safety team"
HOTEL = ListedPremises(
    premises_id="1", name="The Bell Hotel", address="14 Quay Street", easting=3e5, northing=1.3e5, classification="CH03"
)
OFFICE = HOTEL.model_copy(update={"premises_id": "2", "name": "Quay Offices", "classification": "CO01"})
HOME = HOTEL.model_copy(update={"premises_id": "3", "name": "Elm Lodge", "classification": "RI01"})
OFFICES = GapRule("offices", "Offices", ("CO",), 1, 2, "1.1 office")


def rule(code: str, classes: str, least: int, level: int) -> GapRule:
    return GapRule(code, code, (classes,), least, level, "a test")


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        ({}, None),
        ({"RD02": 1}, None),
        ({"RD06": 19, "PP": 1}, "flats"),
        ({"RD06": 20, "PP": 1}, "many-flats"),
        ({"RD06": 5, "CH03": 1}, "hotel"),
        ({"RD06": 25, "CH03": 1}, "many-flats"),
        ({"RI01": 1, "CM03": 1}, "hospital"),
        ({"Hospitals/Childcare/Caring Premises": 1}, "hospital"),
        ({"ch01": 1}, "hotel"),
    ],
)
def test_the_first_table_answers_by_class_and_number_of_addresses(addresses: dict[str, int], found: str | None) -> None:
    answer = rule_for(addresses, FIRST.rules)
    assert (answer.code if answer else None) == found


def test_of_several_rules_the_highest_level_counts_and_of_those_the_first() -> None:
    table = (rule("low", "C", 1, 2), rule("first", "CH", 1, 4), rule("second", "CH0", 1, 4), rule("rare", "CH", 2, 5))
    for addresses, code in (({"CH03": 1}, "first"), ({"CH03": 2}, "rare"), ({"CO01": 3}, "low")):
        found = rule_for(addresses, table)
        assert found is not None
        assert found.code == code


def test_the_first_table_has_nothing_wrong_and_survives_its_form() -> None:
    assert reasons_to_refuse_rules(FIRST.rules) == ()
    assert rules_typed(lines_of(FIRST.rules)[:-1]) == FIRST.rules


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"words": ""}, "words"),
        ({"words": "x" * 121}, "words"),
        ({"classes": ()}, "classes"),
        ({"classes": ("",)}, "classes"),
        ({"least": 0}, "least"),
        ({"level": 0}, "level"),
        ({"level": 6}, "level"),
        ({"source": ""}, "source"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_at_its_field(change: dict[str, Any], field: str) -> None:
    wrong = GapRule(**{**vars(rule("a", "C", 1, 2)), **change})
    assert [one.pointer for one in reasons_to_refuse_rules((OFFICES, wrong))] == [f"/{field}-1"]


def test_a_new_rule_gets_a_name_that_no_other_has() -> None:
    assert code_for("Car parks, 2 storeys", []) == "car-parks-2-storeys"
    assert code_for("Offices", ["offices", "offices-2"]) == "offices-3"
    assert code_for("?", ["rule"]) == "rule-2"


CLASSES = st.sampled_from(("CH03", "CO01", "RD06", "RI01", "PP", ""))
SETS = st.lists(st.dictionaries(CLASSES, st.integers(1, 30), min_size=1), max_size=12)
TABLES = st.lists(
    st.builds(rule, st.sampled_from("abcd"), st.sampled_from(("C", "CH", "RD", "R", "CO01")), st.integers(1, 25),
              st.integers(1, 5)),
    max_size=6, unique_by=lambda one: one.code,
)  # fmt: skip


@given(SETS, TABLES, TABLES)
def test_what_would_change_is_what_the_two_tables_answer_for_each_building(
    buildings: list[Mapping[str, int]], before: list[GapRule], after: list[GapRule]
) -> None:
    was = [rule_for(each, before) for each in buildings]
    now = [rule_for(each, after) for each in buildings]
    sets = [AddressSet(each, 2, at % 2) for at, each in enumerate(buildings)]
    change = change_of(sets, before, after)
    missing = [at for at, each in enumerate(sets) if each.missing]
    assert change.enter == sum(was[at] is None and now[at] is not None for at in missing)
    assert change.leave == sum(was[at] is not None and now[at] is None for at in missing)
    assert (change.before, change.after) == (sum(map(bool, (was[at] for at in missing))),
                                             sum(map(bool, (now[at] for at in missing))))  # fmt: skip
    assert change.after - change.before == change.enter - change.leave


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return the register, with a hotel, an office and a care home listed."""
    desk = Desk(await a_system(tools, ("risk_register", "visits")))
    await hear(tools, [HOTEL, OFFICE, HOME])
    return desk


def form(*rules: GapRule, **more: Any) -> dict[str, Any]:
    """Return the form as a browser sends it."""
    lines = lines_of(rules)
    return {f"{name}-{at}": value for at, line in enumerate(lines) for name, value in line.items()} | more


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


async def look(manager: httpx.AsyncClient, *rules: GapRule) -> dict[str, str]:
    """Look at what rules would change; return what the page then sends to adopt them."""
    page = await manager.post(f"{RULES}/look", data=form(*rules), headers=HTML)
    assert page.status_code == 200, page.text
    return {name: hidden(page.text, name) for name in ("looked_at", "instead_of")} | {"page": page.text}


async def missing(desk: Desk) -> set[str]:
    answer = await (await desk.reviewer()).get("/api/v1/risk-register/gaps")
    return {each["premises_id"] for each in answer.json()["premises"]}


async def test_what_would_change_is_shown_and_nothing_changes_until_it_is_adopted(desk: Desk) -> None:
    assert await missing(desk) == {"1", "3"}
    mel = await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
    rules = (*(each for each in FIRST.rules if each.code != "hotel"), OFFICES)
    seen = await look(mel, *rules)
    for words in ("<strong>1</strong> would come", "<strong>1</strong> would leave", "The Bell Hotel", "Quay Offices"):
        assert words in seen["page"]
    assert "Elm Lodge" not in seen["page"]
    assert await missing(desk) == {"1", "3"}
    adopted = await mel.post(f"{RULES}/adopt", data=form(*rules, **seen, reason=WHY), headers=HTML)
    assert adopted.status_code == 303, adopted.text
    assert await missing(desk) == {"2", "3"}
    [(action, details)] = await desk.system.rows(
        "SELECT action, details FROM platform.history WHERE record = 'gap-rules'"
    )
    assert (action, details) == ("adopted", {"version": 1, "enter": 1, "leave": 1, "reason": WHY})
    page = (await mel.get(RULES, headers=HTML)).text
    assert all(words in page for words in ("Version 1", "in force", WHY, "Look at version 0"))


async def test_the_former_rules_are_adopted_again_the_same_way(desk: Desk) -> None:
    mel = await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
    seen = await look(mel, OFFICES)
    assert (await mel.post(f"{RULES}/adopt", data=form(OFFICES, **seen, reason=WHY), headers=HTML)).status_code == 303
    assert await missing(desk) == {"2"}
    former = (await mel.get(RULES, params={"version": 0}, headers=HTML)).text
    assert "These are the rules of version 0" in former
    assert "Hotel, hostel or guest house" in former
    seen = await look(mel, *FIRST.rules)
    back = await mel.post(f"{RULES}/adopt", data=form(*FIRST.rules, **seen, reason="Too narrow"), headers=HTML)
    assert back.status_code == 303
    assert await missing(desk) == {"1", "3"}


async def test_what_is_listed_later_goes_by_the_rules_that_were_adopted(desk: Desk, tools: Tools) -> None:
    mel = await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
    seen = await look(mel, OFFICES)
    await mel.post(f"{RULES}/adopt", data=form(OFFICES, **seen, reason=WHY), headers=HTML)
    later = (OFFICE.model_copy(update={"premises_id": "4"}), HOTEL.model_copy(update={"premises_id": "5"}))
    await hear(tools, later, 2)
    assert await missing(desk) == {"2", "4"}


async def test_a_premises_with_a_record_is_counted_on_neither_side(desk: Desk) -> None:
    await desk.publish(await desk.receive(located(a_premises("2"))))
    mel = await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
    assert "<strong>0</strong> would come" in (await look(mel, *FIRST.rules, OFFICES))["page"]


async def test_only_what_was_looked_at_is_adopted_with_a_reason_and_on_the_rules_in_force(desk: Desk) -> None:
    mel = await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
    seen = await look(mel, OFFICES)

    async def adopt(*rules: GapRule, reason: str = WHY, **other: str) -> httpx.Response:
        return await mel.post(f"{RULES}/adopt", data=form(*rules, **{**seen, **other}, reason=reason), headers=HTML)

    other = await adopt(*FIRST.rules, OFFICES)
    assert (other.status_code, "look at what would change first" in other.text) == (422, True)
    short = await adopt(OFFICES, reason="no")
    assert (short.status_code, "say why the rules are changed" in short.text) == (422, True)
    assert (await adopt(OFFICES, instead_of="7")).status_code == 409
    wrong = await adopt(GapRule("a", "Anything", (), 0, 9, ""))
    assert wrong.status_code == 422
    assert await missing(desk) == {"1", "3"}
    same = await look(mel, *FIRST.rules)
    unchanged = await mel.post(f"{RULES}/adopt", data=form(*FIRST.rules, **same, reason=WHY), headers=HTML)
    assert (unchanged.status_code, "nothing is changed" in unchanged.text) == (422, True)
    assert (await adopt(OFFICES)).status_code == 303
    assert (await adopt(OFFICES, *FIRST.rules)).status_code == 409


async def test_a_line_is_taken_out_and_a_wrong_one_is_named(desk: Desk) -> None:
    mel = await desk.reviewer("mel", Role.RISK_TEAM_MANAGER)
    typed = form(*FIRST.rules, **{"out-6": "yes", "level-0": "nine"})
    page = await mel.post(f"{RULES}/look", data=typed, headers=HTML)
    assert (page.status_code, "Rule 1: give a level from 1 to 5" in page.text) == (422, True)
    assert "Hotel, hostel or guest house" not in page.text


async def test_the_team_reads_the_rules_and_its_manager_changes_them(desk: Desk) -> None:
    ada = await desk.reviewer()
    page = await ada.get(RULES, headers=HTML)
    assert ("Hotel, hostel or guest house" in page.text, "Show what would change" in page.text) == (True, False)
    for deed in ("look", "adopt"):
        assert (await ada.post(f"{RULES}/{deed}", data=form(OFFICES), headers=HTML)).status_code == 403
