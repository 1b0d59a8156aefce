"""What a person's decision teaches: a name that the crew used, and nothing that could mislead the next crew."""

import pytest

from services.matching.learning import name_to_learn

ADDRESS = "4 High Street, Arrelbridge"


@pytest.mark.parametrize(
    ("written", "name", "learnt"),
    [
        ("The Old Custom House, 4 High St", "Arrelbridge Library", "The Old Custom House"),
        ("zelderbys flowers no 4 hi st arrelbridge xq1 1al", "Zelderby Florist", "Zelderbys Flowers"),
        ("HFSV - Blue Lagoon, 4 High St", "Arrelbridge Library", "Blue Lagoon"),
        ("THE CORNER SHOP HIGH STREET ARRELBRIDGE", "Spar", "The Corner Shop"),
    ],
)
def test_a_name_that_the_gazetteer_does_not_have_is_learnt(written: str, name: str, learnt: str) -> None:
    found = name_to_learn(written, name, ADDRESS)
    assert found is not None
    assert (found.name, found.former) == (learnt, False)


def test_a_name_that_is_written_as_the_old_one_is_learnt_as_such() -> None:
    found = name_to_learn("formerly The Drowned Ox, High Street", "Riverside Flats", ADDRESS)
    assert found is not None
    assert (found.name, found.former) == ("The Drowned Ox", True)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "4 High Street",
        "6 High Street, Arrelbridge",
        "High Street Arrelbridge",
        "opposite the Co-op, High Street",
        "XQ1 1AL",
        "the school, High Street, Arrelbridge",
        "Zelderby Florist, 4 High Street",
        "SO 543 674",
    ],
)
def test_a_number_a_street_a_neighbour_or_a_name_of_its_kind_teaches_nothing(written: str) -> None:
    assert name_to_learn(written, "Zelderby Florist", ADDRESS) is None
