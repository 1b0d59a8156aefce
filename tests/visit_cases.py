"""The tables of what a visit has to tell, as visits: the server's rules and the tablet's are asked the same of them."""

from dataclasses import dataclass
from typing import Any

from tests.builders import a_visit
from tests.cases import table

GOOD: dict[str, dict[str, Any]] = {
    "shop": {},
    "house": {"premises_class": "DWELLING_HOUSE", "max_night": 3, "sleeping": True},
    "high-rise": {
        "premises_class": "FLATS_HIGH",
        "height_top_storey_m": 30,
        "storeys_above": 11,
        "max_night": 140,
        "sleeping": True,
        "evac_strategy": "STAY_PUT",
        "staircases": 1,
        "assembly_point": "car park",
        "external_wall": "EPS_RENDER",
        "fraew_rating": "MED",
        "systems": [{"kind": "DRY_RISER", "status": "WORKING"}],
        "sib": {"present": True, "location": "lobby"},
    },
}


@dataclass(frozen=True)
class Case:
    """A visit, what has to be mended in it (by field, with a word or two of the reason), and what only warns."""

    name: str
    visit: dict[str, Any]
    because: dict[str, str]
    warns: tuple[str, ...]


def visit_cases() -> list[Case]:
    """Return the cases of the form and those of consent."""
    of_form = [
        Case(
            case["case"],
            a_visit(**GOOD[case.get("good", "shop")] | case.get("but", {})),
            case.get("because", {}),
            tuple(case.get("warns", ())),
        )
        for case in table("visit_form")["cases"]
    ]
    return of_form + [_of_consent(case) for case in table("consent")["consent"]]


def _of_consent(case: dict[str, Any]) -> Case:
    names = {"kind": "kind", "consent": "consent_state", "ground": "override_ground", "note": "override_note"}
    referral = {field: case[name] for name, field in names.items() if name in case}
    because = {f"/referrals/0/{field}": "" for field in case["refused"]}
    return Case(case["case"], a_visit(referrals=[referral]), because, ())
