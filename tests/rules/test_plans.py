"""What is pinned on the picture of a plan: under which number, on which floor, and on nothing that may not be seen."""

from typing import Any

from services.domain.media import Medium, Plan, plans_in
from tests.builders import NOW


def a_medium(sha256: str, on: str | None = None, **told: Any) -> Medium:
    made: dict[str, Any] = {
        "visit_id": "v1",
        "mime": "image/jpeg",
        "size": 900,
        "caption": None,
        "floor": None,
        "scanned": True,
    }
    pin: dict[str, Any] = {"pin_plan": on, "pin_x": 0.25, "pin_y": 0.5} if on else {}
    return Medium(sha256=sha256, received_at=NOW, **made | pin | told)


def seen(plans: tuple[Plan, ...]) -> dict[str, list[tuple[int, str, str | None]]]:
    return {plan.medium.sha256: [(pin.number, pin.medium.sha256, pin.floor) for pin in plan.pinned] for plan in plans}


def test_each_pin_has_the_number_of_its_photograph_among_all_and_its_own_floor_or_that_of_the_plan() -> None:
    media = [a_medium("a", on="plan"), a_medium("b"), a_medium("plan", floor="2"), a_medium("c", on="plan", floor="3")]
    assert seen(plans_in(media)) == {"plan": [(1, "a", "2"), (4, "c", "3")]}


def test_a_picture_with_nothing_on_it_is_no_plan_and_a_pin_on_what_is_not_seen_is_left_out() -> None:
    assert plans_in([a_medium("a", on="plan"), a_medium("b")]) == ()


def test_a_pin_is_on_the_plan_of_its_own_visit_alone() -> None:
    other = a_medium("plan", visit_id="v2")
    assert plans_in([a_medium("a", on="plan"), other]) == ()
    assert seen(plans_in([a_medium("a", on="plan"), other, a_medium("plan")])) == {"plan": [(1, "a", None)]}


def test_nothing_is_pinned_on_a_file_that_is_no_picture() -> None:
    assert plans_in([a_medium("a", on="plan"), a_medium("plan", mime="application/pdf")]) == ()
