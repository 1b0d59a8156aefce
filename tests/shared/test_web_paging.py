"""A long list is shown a page at a time, says how long it is, and leaves nothing out."""

from hypothesis import given
from hypothesis import strategies as st

from services.shared.paging import page_of


def test_a_page_says_which_lines_of_how_many_it_holds() -> None:
    assert page_of(1, 206).words == "1 to 50 of 206"
    assert page_of(2, 206).words == "51 to 100 of 206"
    assert page_of(5, 206).words == "201 to 206 of 206"
    assert page_of(5, 201).words == "201 of 201"
    assert page_of(1, 1206).words == "1 to 50 of 1,206"
    assert page_of(1, 1).words == "1 of 1"


def test_a_page_behind_the_end_of_a_list_that_has_become_shorter_is_its_last() -> None:
    assert page_of(9, 206).number == 5
    assert page_of(9, 0).number == 1


@given(st.integers(0, 400), st.integers(1, 60))
def test_the_pages_of_a_list_together_hold_every_line_once(total: int, size: int) -> None:
    last = page_of(1, total, size).last
    pages = [page_of(number, total, size) for number in range(1, last + 1)]
    lines = [line for page in pages for line in range(total)[page.offset : page.offset + page.size]]
    assert lines == list(range(total))
