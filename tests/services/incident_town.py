"""An invented town in which an incident happens: a high-rise, shops around it, a street of which nothing is held."""

from typing import Any

from schemas.risk_register import RiskRecord
from services.shared.service import Tools
from tests.services.control_fullest import TEMPORARY
from tests.services.control_records import MARLOWE, a_record, a_shop, an_addition, updated
from tests.services.test_control_places import a_place, listed
from tests.system import a_system


def in_reach(number: int, level: int | None, east: float, **more: Any) -> RiskRecord:
    shop = a_shop(f"9{number:03}", f"{number} Quay Street, Wexcombe", level=level or 1, at=(300100.0 + east, 130200.0))
    return shop.model_copy(update={"score": None if level is None else shop.score, **more})


def near_and_far() -> list[RiskRecord]:
    acetylene = an_addition("Acetylene cylinders (2), yard", kind="HAZARD")
    return [
        in_reach(1, 2, 20.0),
        in_reach(2, 4, 190.0, temporary=TEMPORARY),
        in_reach(3, 2, 150.0, unverified=(acetylene,)),
        in_reach(4, 5, 200.5),
        in_reach(5, 2, -40.0),
    ]


async def a_town(tools: Tools) -> None:
    """Let control show Marlowe House and five shops around it, one beyond reach, and know a street of no record."""
    system = await a_system(tools)
    await system.say(
        listed(
            a_place(MARLOWE, "Marlowe House, 12–60 King Street, Wexcombe", "Marlowe House", postcode="XQ1 4AB"),
            *(a_place(f"70{n}", f"{n} Mill Road, Wexcombe", postcode="XQ1 2BB") for n in range(1, 4)),
        ),
        updated(a_record()),
        *map(updated, near_and_far()),
    )
    await system.settle()
    await system.close()
