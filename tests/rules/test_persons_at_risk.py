"""The persons-at-risk board: no answer is lost, order of arrival changes nothing, the most urgent caller is first."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.vocabulary import AtRiskField, AtRiskStatus
from services.control.rules.floors import height_of, stack
from services.control.rules.persons_at_risk import Caller, Entry, board, take

T0 = datetime(2026, 11, 3, 14, 0, tzinfo=UTC)
HIGH = {"9": 9, "9th floor": 9, "floor 21": 21, "m": 0.5, "roof": 1000}
LOW = {"g": 0, "Ground": 0, "LG": -0.5, "B2": -2, "-1": -1, "basement": -1}
FIELDS = (AtRiskField.STATUS, AtRiskField.FLOOR, AtRiskField.CONTACT, AtRiskField.SET_ASIDE)


def an_entry(name: str, field: AtRiskField = AtRiskField.FLAT, value: str = "92", *based_on: str, **but: Any) -> Entry:
    entry = Entry(name, "c1", field, value, based_on, "ann", T0, T0)
    return replace(entry, **but)


def standing(callers: Sequence[Caller], caller: str, field: AtRiskField) -> tuple[str, ...]:
    found = [each for each in callers if each.caller_id == caller]
    return tuple(name for answer in (found[0].answers.get(field, ()) if found else ()) for name in answer.entry_ids)


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Draw what three operators say, each knowing what they last saw of the others: the line is cut now and then."""
    said: list[Entry] = []
    seen: list[list[Entry]] = [[], [], []]
    for number in range(draw(st.integers(1, 14))):
        who, is_cut = draw(st.integers(0, 2)), draw(st.booleans())
        if not is_cut:
            seen[who] = list(said)
        field, caller = draw(st.sampled_from(FIELDS)), draw(st.sampled_from(["c1", "c2"]))
        at = T0 + timedelta(minutes=draw(st.integers(0, 30)))
        value = {
            AtRiskField.STATUS: draw(st.sampled_from(AtRiskStatus)),
            AtRiskField.CONTACT: (T0 + timedelta(minutes=draw(st.integers(0, 30)))).isoformat(),
        }.get(field, draw(st.sampled_from(["", "9", "G", "B1", "roof"])))
        base = standing(board(seen[who]), caller, field)
        entry = Entry(f"e{number}", caller, field, value, base, f"op{who}", at, at)
        said.append(entry)
        seen[who].append(entry)
    return said


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_order_and_repetition_change_nothing_and_no_answer_is_lost(said: list[Entry], mixed: random.Random) -> None:
    other = [*said, *said[: len(said) // 2]]
    mixed.shuffle(other)
    assert board(other) == board(said)
    replaced = {base for each in said for base in each.based_on}
    answers = [each for caller in board(said) for found in caller.answers.values() for each in found]
    stands = {name for each in answers for name in each.entry_ids}
    assert stands == {each.entry_id for each in said} - replaced
    # Sent in batches that come twice and in any order within, each is taken once, and no base comes after its edit.
    known: dict[str, Entry] = {}
    for at in range(0, len(said), 4):
        batch = said[at : at + 4] * 2
        mixed.shuffle(batch)
        taken = take(batch, known, None)
        assert taken.not_taken == ()
        for each in taken.new:
            assert all(base in known for base in each.based_on)
            known[each.entry_id] = each
    assert board(known.values()) == board(said)


def test_an_edit_replaces_what_it_saw_and_two_unaware_edits_both_stand_until_somebody_chooses() -> None:
    first = an_entry("1")
    ann, bob = an_entry("2", AtRiskField.FLAT, "93", "1"), an_entry("3", AtRiskField.FLAT, "95", "1", author="bob")
    assert board([first, ann])[0].values(AtRiskField.FLAT) == ("93",)
    both = board([bob, ann, first])[0].answers[AtRiskField.FLAT]
    assert [(each.value, each.author) for each in both] == [("93", "ann"), ("95", "bob")]
    chosen = an_entry("4", AtRiskField.FLAT, "95", "2", "3")
    assert board([chosen, first, bob, ann])[0].values(AtRiskField.FLAT) == ("95",)
    # Who says the same without knowing of the other does not contradict.
    same = an_entry("5", AtRiskField.FLAT, "93", "1", author="bob")
    assert [each.entry_ids for each in board([first, ann, same])[0].answers[AtRiskField.FLAT]] == [("2", "5")]


def test_the_board_begins_with_who_is_not_reached_and_longest_without_contact() -> None:
    def a_caller(name: str, minutes: int | None, *statuses: str, aside: str = "") -> list[Entry]:
        made = [an_entry(f"{name}s{n}", AtRiskField.STATUS, one, caller_id=name) for n, one in enumerate(statuses)]
        made += [an_entry(f"{name}a", AtRiskField.SET_ASIDE, aside, caller_id=name)] if aside else []
        spoken = T0 - timedelta(minutes=minutes or 0)
        contact = an_entry(f"{name}c", AtRiskField.CONTACT, spoken.isoformat(), caller_id=name)
        return [*made, contact] if minutes is not None else [*made, an_entry(f"{name}f", caller_id=name)]

    callers = board(
        [
            *a_caller("out", 60, "OUT"),
            *a_caller("reached", 50, "REACHED"),
            *a_caller("recent", 1, "IN_PLACE"),
            *a_caller("long", 20, "TOLD_TO_LEAVE"),
            *a_caller("never", None),
            *a_caller("doubt", 10, "OUT", "UNKNOWN"),  # of two answers the graver counts
            *a_caller("aside", 90, "IN_PLACE", aside="rang about a car"),
        ]
    )
    assert [each.caller_id for each in callers] == ["never", "long", "doubt", "recent", "reached", "out", "aside"]
    # A clock that is ahead, or a time typed wrongly, lets nobody look as if just spoken to later than it was heard.
    ahead = T0 + timedelta(hours=3)
    fast = an_entry("x", AtRiskField.CONTACT, ahead.isoformat(), said_at=ahead)
    assert board([fast])[0].contact_at == T0
    # Taken back, the time before counts again.
    undone = an_entry("y", AtRiskField.CONTACT, (T0 - timedelta(minutes=9)).isoformat(), "x")
    assert board([fast, undone])[0].contact_at == T0 - timedelta(minutes=9)


def test_what_cannot_be_taken_says_which_part_and_the_rest_is_taken() -> None:
    kept = an_entry("1")
    closed_at = T0 + timedelta(minutes=5)
    late = {"received_at": T0 + timedelta(hours=1)}
    sent = [
        kept,
        replace(kept, author="bob"),
        an_entry("2", AtRiskField.STATUS, "FINE"),
        an_entry("3", AtRiskField.CONTACT, "2026-11-03T14:02:00"),
        an_entry("4", AtRiskField.HOW_MANY, "two"),
        an_entry("5", AtRiskField.CONDITION, "x" * 201),
        an_entry("6", AtRiskField.FLOOR, "9", "1"),  # of another field
        an_entry("7", AtRiskField.FLAT, "93", "8"),  # of one that nobody knows
        an_entry("9", AtRiskField.FLAT, "94", "10"),  # two that replace each other would both be lost
        an_entry("10", AtRiskField.FLAT, "95", "9"),
        an_entry("11", AtRiskField.HOW_MANY, "2", said_at=closed_at + timedelta(seconds=1), **late),
        an_entry("12", AtRiskField.HOW_MANY, "3", said_at=closed_at, **late),
    ]
    taken = take(sent, {"1": kept}, closed_at)
    assert [each.entry_id for each in taken.new] == ["12"]
    assert {each.entry_id: each.pointer for each in taken.not_taken} == {
        "1": "/entry_id",
        **dict.fromkeys(("2", "3", "4", "5"), "/value"),
        **dict.fromkeys(("6", "7", "9", "10"), "/based_on"),
        "11": "/said_at",
    }


@pytest.mark.parametrize(
    ("written", "height"),
    [*HIGH.items(), *LOW.items(), *((each, None) for each in ("", "behind the lift", "٩"))],
)
def test_a_floor_is_read_as_callers_say_it(written: str, height: float | None) -> None:
    assert height_of(written) == height


def test_the_stack_runs_from_the_top_and_shows_a_caller_in_doubt_on_both_floors() -> None:
    floors = {"a": ["9th", "10"], "b": ["9"], "c": ["G"], "d": ["B1"], "e": [""], "f": ["annexe"], "g": ["9"]}
    said = [
        an_entry(f"{name}{n}", AtRiskField.FLOOR, floor, caller_id=name)
        for name, both in floors.items()
        for n, floor in enumerate(both)
    ]
    said += [an_entry(f"{name}x", AtRiskField.FLAT, flat, caller_id=name) for name, flat in (("a", "92"), ("b", "100"))]
    said += [an_entry("gx", AtRiskField.SET_ASIDE, "twice", caller_id="g")]
    found = [(floor.name, [each.caller_id for each in floor.callers]) for floor in stack(board(said))]
    assert found == [("10", ["a"]), ("9", ["a", "b"]), ("G", ["c"]), ("B1", ["d"]), ("ANNEXE", ["f"]), ("", ["e"])]
