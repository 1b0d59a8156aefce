"""A gazetteer can be changed without being laid out again; identifiers, aliases and fixes are honoured."""

from dataclasses import replace

from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.premises.rules.gazetteer import Alias, Entry, Gazetteer
from services.premises.rules.matching import Match, Written, match
from services.premises.rules.reasons import MatchReason
from tests.rules.test_matching_cases import the_gazetteer

ANCHOR = "Blue Anchor, 1 Harbour Street, Thornby Quay"


def the_entry(name: str) -> Entry:
    return next(entry for entry in the_gazetteer().entries() if entry.name == name)


def asked(gazetteer: Gazetteer, text: str, **beside: str | tuple[float, float]) -> Match:
    return match(gazetteer, Written(text, **beside))  # type: ignore[arg-type]  # beside is what the test says


def test_an_added_premises_is_found_and_the_old_picture_does_not_change() -> None:
    new = Entry("777", "Starling Arcade", "31 Harbour Street, Thornby Quay", "ZX5 2HF", 612200, 156080)
    changed = the_gazetteer().with_changes([new])
    assert asked(changed, "Starling Arcade, 31 Harbour Street, Thornby Quay").premises_id == "777"
    assert asked(the_gazetteer(), "Starling Arcade, 31 Harbour Street, Thornby Quay").premises_id is None
    assert len(changed) == len(the_gazetteer()) + 1


def test_a_replaced_premises_is_found_by_its_new_name_only() -> None:
    old = the_entry("Blue Anchor")
    changed = the_gazetteer().with_changes([replace(old, name="Crab And Winkle")])
    assert asked(changed, "Crab And Winkle, Harbour Street, Thornby Quay").premises_id == old.premises_id
    assert asked(changed, "Blue Anchor, Harbour Street, Thornby Quay").premises_id is None
    assert len(changed) == len(the_gazetteer())


def test_a_removed_premises_is_found_no_more() -> None:
    gone = the_gazetteer().with_changes(removed=[the_entry("Blue Anchor").premises_id])
    assert asked(gone, ANCHOR).outcome is not LocationOutcome.MATCHED


def test_an_alias_is_learnt_and_can_be_undone() -> None:
    entry = the_entry("The Lugger")
    alias = Alias(entry.premises_id, "Smugglers Retreat", former=True)
    learnt = the_gazetteer().with_changes(aliases=[alias])
    text = "Smugglers Retreat, Fore Street, Thornby Quay"
    assert asked(the_gazetteer(), text).outcome is not LocationOutcome.MATCHED
    assert asked(learnt, text).premises_id == entry.premises_id
    assert asked(learnt, "The Lugger, Fore Street, Thornby Quay").premises_id == entry.premises_id
    undone = learnt.with_changes(forgotten_aliases=[alias])
    assert asked(undone, text).outcome is not LocationOutcome.MATCHED


def test_changes_one_after_another_are_all_kept() -> None:
    first = Entry("801", "Pebble Crafts", "33 Harbour Street, Thornby Quay", "ZX5 2HF", 612230, 156090)
    second = Entry("802", "Rope Walk Gallery", "35 Harbour Street, Thornby Quay", "ZX5 2HF", 612260, 156100)
    changed = the_gazetteer().with_changes([first]).with_changes([second])
    assert asked(changed, "Pebble Crafts, 33 Harbour Street, Thornby Quay").premises_id == "801"
    assert asked(changed, "Rope Walk Gallery, 35 Harbour Street, Thornby Quay").premises_id == "802"


def test_a_current_identifier_is_accepted_whatever_is_written() -> None:
    one = the_entry("Blue Anchor").premises_id
    found = asked(the_gazetteer(), "pub on the quay", uprn=f"000{one}")
    assert (found.outcome, found.premises_id, found.reason) == (
        LocationOutcome.MATCHED,
        one,
        MatchReason.IDENTIFIER,
    )


def test_a_historical_identifier_goes_to_a_person() -> None:
    found = asked(the_gazetteer(), "", uprn=the_entry("Regal Bingo Hall").premises_id)
    assert (found.outcome, found.reason) == (LocationOutcome.REVIEW, MatchReason.IDENTIFIER_NOT_CURRENT)


def test_an_identifier_that_the_address_surely_contradicts_goes_to_a_person() -> None:
    found = asked(the_gazetteer(), ANCHOR, uprn=the_entry("Ostley Pharmacy").premises_id)
    assert (found.outcome, found.reason) == (LocationOutcome.REVIEW, MatchReason.IDENTIFIER_DISAGREES)


def test_an_unknown_identifier_falls_back_to_the_address() -> None:
    found = asked(the_gazetteer(), ANCHOR, uprn="999999999999")
    assert found.premises_id == the_entry("Blue Anchor").premises_id


def test_a_fix_far_from_the_building_sends_it_to_a_person() -> None:
    near = asked(the_gazetteer(), ANCHOR, fix=(612050.0, 156030.0))
    far = asked(the_gazetteer(), ANCHOR, fix=(612600.0, 156030.0))
    assert near.outcome is LocationOutcome.MATCHED
    assert (far.outcome, far.reason) == (LocationOutcome.REVIEW, MatchReason.FIX_FAR_AWAY)


def test_where_nothing_is_written_the_crews_fix_is_the_place() -> None:
    found = asked(the_gazetteer(), "tbc", fix=(612050.0, 156030.0))
    assert found.precision is LocationPrecision.POINT
    assert (found.easting, found.northing) == (612050.0, 156030.0)


def test_an_unknown_flat_of_a_known_block_is_the_block_for_facts_about_the_building() -> None:
    found = asked(the_gazetteer(), "Flat 9, Priory Court, 12 Abbey Walk, Hallowmere ZX1 2AX")
    assert found.premises_id == the_entry("Priory Court").premises_id
    assert found.reason is MatchReason.PARENT_OF_UNIT


def test_a_premises_without_coordinates_can_be_matched() -> None:
    nowhere = Entry("900", "Quill Stationers", "37 Harbour Street, Thornby Quay", "", None, None)
    found = asked(the_gazetteer().with_changes([nowhere]), "Quill Stationers, 37 Harbour Street, Thornby Quay")
    assert found.premises_id == "900"
    assert found.easting is None
