"""Where the facts of a record stand: the part of the form, and the order in which a reviewer reads them."""

from collections.abc import Mapping

from services.domain.fact_keys import NONE_FOUND, SCORE

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Hazards": ("hazards", NONE_FOUND),
    "Systems": ("systems", "isolations"),
    "Evacuation and people inside": (
        *("evac_strategy", "max_day", "max_night", "sleeping", "dependency", "staircases", "assembly_point"),
    ),
    "Access": (
        *("appliance_access", "access_width_m", "access_height_m", "access_weight_t", "access_note"),
        *("rvp", "entry_point", "key_safe", "sib"),
    ),
    "Building": (
        *("premises_class", "occupancy_status", "height_top_storey_m", "storeys_above", "storeys_below"),
        *("floor_area_m2", "construction", "external_wall", "fraew_rating", "roof", "pv_panels", "voids"),
        "compartment_concern",
    ),
    "Water": ("water",),
    "Tactics": ("critical_facts", "tactics_note", "pda_suggestion", "sector_note", "salvage_priorities"),
    "Score": (SCORE,),
}


def section_of(key: str) -> str:
    """Return the part of the form a fact stands in."""
    name = key.partition("/")[0]
    return next(section for section, fields in SECTIONS.items() if name in fields)


def order_of(key: str) -> tuple[int, int, str]:
    """Return where a fact stands among the others: what can hurt a crew first, then as on the form."""
    name = key.partition("/")[0]
    for number, fields in enumerate(SECTIONS.values()):
        if name in fields:
            return number, fields.index(name), key
    return len(SECTIONS), 0, key
