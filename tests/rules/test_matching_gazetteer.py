"""A gazetteer can be changed without being laid out again; identifiers, aliases and fixes are honoured."""

from dataclasses import replace

from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.matching.evidence import FIX_NEAR
from services.matching.gazetteer import Alias, Entry, Gazetteer
from services.matching.matching import Match, Written, match
from services.matching.reasons import MatchReason
from tests.rules.test_matching_cases import the_gazetteer

ANCHOR = "Blue Anchor, 1 Harbour Street, Thornby Quay"


def the_entry(name: str) -> Entry:
    return next(entry for entry in the_gazetteer().entries() if entry.name == name)


def asked(gazetteer: Gazetteer, text: str, **beside: str | float | tuple[float, float]) -> Match:
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


def test_an_alias_can_be_undone_after_so_many_changes_that_all_is_laid_out_again() -> None:
    many = [
        Entry(str(5000 + number), f"Unit {number}", f"{number} Mill Lane, Thornby Quay", "ZX5 2HF", 612200, 156080)
        for number in range(1, 1101)
    ]
    entry = the_entry("The Lugger")
    alias = Alias(entry.premises_id, "Smugglers Retreat", former=True)
    large = Gazetteer([*the_gazetteer().entries(), *many], the_gazetteer().postcodes, [alias])
    moved = [replace(each, easting=612300) for each in many[:80]]
    laid_out = large.with_changes(moved)
    assert len(laid_out.segments[0]) == len(large) == len(laid_out), "it was not laid out again"
    text = "Smugglers Retreat, Fore Street, Thornby Quay"
    assert asked(laid_out, text).premises_id == entry.premises_id
    assert asked(laid_out.with_changes(forgotten_aliases=[alias]), text).outcome is not LocationOutcome.MATCHED


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


def test_a_rough_fix_contradicts_nothing() -> None:
    rough = asked(the_gazetteer(), ANCHOR, fix=(612600.0, 156030.0), accuracy_m=101.0)
    exact = asked(the_gazetteer(), ANCHOR, fix=(612600.0, 156030.0), accuracy_m=100.0)
    assert rough.outcome is LocationOutcome.MATCHED
    assert exact.outcome is LocationOutcome.REVIEW


def test_a_fix_beside_the_building_lifts_a_belief_and_is_shown_as_evidence() -> None:
    alone = asked(the_gazetteer(), "Corner House, Ostley")
    beside = asked(the_gazetteer(), "Corner House, Ostley", fix=(590370.0, 145010.0))
    assert beside.score > alone.score
    assert FIX_NEAR in {one.what for one in beside.evidence}


def test_a_fix_never_decides_between_two_branches() -> None:
    found = asked(the_gazetteer(), "Sole Mio Pizza, Station Road", fix=(600400.0, 150600.0))
    assert found.outcome is LocationOutcome.REVIEW
    assert FIX_NEAR not in {one.what for one in found.evidence}


def test_where_nothing_is_written_the_crews_fix_is_the_place() -> None:
    found = asked(the_gazetteer(), "tbc", fix=(612050.0, 156030.0))
    assert found.precision is LocationPrecision.POINT
    assert (found.easting, found.northing) == (612050.0, 156030.0)


def test_a_flat_of_a_block_whose_flats_are_not_listed_is_the_block_for_facts_about_the_building() -> None:
    found = asked(the_gazetteer(), "Flat 6, Quay Mansions, Ferry Lane, Thornby Quay")
    assert found.premises_id == the_entry("Quay Mansions").premises_id
    assert found.reason is MatchReason.PARENT_OF_UNIT


def test_a_flat_that_a_listed_block_lacks_goes_to_a_person_with_the_block_first() -> None:
    found = asked(the_gazetteer(), "Flat 9, Priory Court, 12 Abbey Walk, Hallowmere ZX1 2AX")
    assert (found.outcome, found.reason) == (LocationOutcome.REVIEW, MatchReason.UNIT_NOT_IN_GAZETTEER)
    assert found.candidates[0].premises_id == the_entry("Priory Court").premises_id


def test_a_block_of_many_flats_is_found_though_only_its_flats_share_every_word() -> None:
    flats = [
        Entry(f"8{at:04}", "", f"Flat {at}, Kestrel Tower, 7 Beacon Hill, Thornby Quay", "ZX5 6BH", 1.0, 1.0, "80000")
        for at in range(1, 300)
    ]
    tower = Entry("80000", "", "Kestrel Tower, 7 Beacon Hill, Thornby Quay", "ZX5 6BH", 1.0, 1.0, None, "PP")
    changed = the_gazetteer().with_changes([*flats, tower])
    assert asked(changed, "Kestrel Tower, Beacon Hill, Thornby Quay").premises_id == "80000"
    assert asked(changed, "Flat 217, Kestrel Tower, Beacon Hill, Thornby Quay").premises_id == "80217"
    assert asked(changed, "217 Kestrel Tower, 7 Beacon Hill, Thornby Quay").premises_id == "80217"


def test_an_identifier_of_one_flat_with_the_address_of_another_goes_to_a_person() -> None:
    written = "Flat 2, Priory Court, 12 Abbey Walk, Hallowmere"
    assert asked(the_gazetteer(), written, uprn="100033").outcome is LocationOutcome.MATCHED
    found = asked(the_gazetteer(), written, uprn="100034")
    assert (found.outcome, found.reason) == (LocationOutcome.REVIEW, MatchReason.IDENTIFIER_DISAGREES)


def test_an_identifier_of_a_flat_stands_where_only_its_block_is_written() -> None:
    found = asked(the_gazetteer(), "Priory Court, 12 Abbey Walk, Hallowmere", uprn="100034")
    assert (found.outcome, found.premises_id) == (LocationOutcome.MATCHED, "100034")


def test_a_premises_without_coordinates_can_be_matched() -> None:
    nowhere = Entry("900", "Quill Stationers", "37 Harbour Street, Thornby Quay", "", None, None)
    found = asked(the_gazetteer().with_changes([nowhere]), "Quill Stationers, 37 Harbour Street, Thornby Quay")
    assert found.premises_id == "900"
    assert found.easting is None
