"""What a crew usually finds in each class of premises, for sample visits: typical, harmless, and invented.

No fault, deficiency or concern is invented for a real business: only what its trade implies.
"""

from random import Random

Facts = dict[str, object]

MASONRY: Facts = {"construction": ["MASONRY"], "storeys_below": 0, "dependency": "INDEPENDENT"}
# A number that is kept free for drama and samples.
NOBODYS_NUMBER = "01632 960000"
SEVERITIES = {
    "SHOP": (2, (2, 2, 1, 1, 0, 1)),
    "PUB_CLUB": (3, (2, 3, 0, 1, 1, 1)),
    "CARE_HOME": (3, (3, 5, 0, 3, 0, 2)),
    "SCHOOL": (2, (2, 3, 0, 3, 0, 2)),
    "HOTEL_HOSTEL": (3, (3, 4, 0, 2, 1, 2)),
    "FACTORY": (3, (3, 2, 2, 2, 0, 2)),
    "WAREHOUSE": (2, (3, 1, 2, 2, 0, 3)),
    "FARM": (3, (3, 1, 2, 1, 0, 2)),
    "DWELLING_HOUSE": (2, (2, 2, 0, 1, 0, 1)),
    "FLATS_LOW": (2, (2, 3, 0, 1, 0, 1)),
    "OTHER": (2, (1, 2, 0, 1, 0, 1)),
}
CATEGORIES = ("FF", "PUB", "ENV", "COM", "HER", "ECO")
# By class: storeys, floor area (m²), people by day and by night, how they are told to leave.
BUILDINGS: dict[str, tuple[int, int, int, int, str | None]] = {
    "SHOP": (2, 180, 12, 0, None),
    "PUB_CLUB": (2, 320, 90, 3, "SIMULTANEOUS"),
    "CARE_HOME": (2, 1900, 70, 42, "PROGRESSIVE_HORIZONTAL"),
    "SCHOOL": (2, 3600, 420, 0, None),
    "HOTEL_HOSTEL": (3, 1400, 60, 48, "SIMULTANEOUS"),
    "FACTORY": (1, 2600, 30, 2, "SIMULTANEOUS"),
    "WAREHOUSE": (1, 4200, 18, 0, None),
    "FARM": (1, 1500, 4, 0, None),
    "DWELLING_HOUSE": (2, 90, 3, 3, "SIMULTANEOUS"),
    "FLATS_LOW": (3, 240, 5, 6, "STAY_PUT"),
    "OTHER": (1, 140, 25, 0, None),
}
HAZARDS: dict[str, tuple[dict[str, object], ...]] = {
    "SHOP": ({"code": "COLD_STORE_PANEL", "location": "Cold room, rear"}, {"code": "PV", "location": "Rear roof"}),
    "PUB_CLUB": ({"code": "CYL_OTHER", "location": "Cellar, carbon dioxide", "count": 6},),
    "CARE_HOME": ({"code": "OXYGEN_HOME", "location": "Treatment room", "count": 2},),
    "SCHOOL": ({"code": "PV", "location": "Main roof"}, {"code": "FALL_VOID", "location": "Stage trap"}),
    "HOTEL_HOSTEL": ({"code": "EV_CHARGE", "location": "Car park", "qty": 4, "unit": "count"},),
    "FACTORY": ({"code": "MACHINERY", "location": "Production hall"}, {"code": "FLAM_LIQ", "location": "Bunded store"}),
    "WAREHOUSE": ({"code": "HIGH_RACK", "location": "Bays 1 to 6"},),
    "FARM": ({"code": "ANIMALS", "location": "Yard"}, {"code": "SILO_DUST", "location": "Grain store"}),
    "DWELLING_HOUSE": ({"code": "PV", "location": "South roof"},),
    "FLATS_LOW": ({"code": "PV", "location": "Flat roof"},),
}
CRITICAL = {
    "CARE_HOME": ["Sleepers who need help: progressive horizontal", "Oxygen in the treatment room"],
    "HOTEL_HOSTEL": ["Guests asleep at night, strangers to the building"],
    "PUB_CLUB": ["Carbon dioxide in the cellar"],
    "FACTORY": ["Machinery may start by itself: isolate first"],
    "WAREHOUSE": ["High racking: collapse without warning"],
    "FARM": ["Animals loose in the yard"],
}


def facts_for(premises_class: str, draw: Random) -> Facts:
    """Return sections C to K of a visit form for a class of premises, varied a little."""
    storeys, area, day, night, strategy = BUILDINGS[premises_class]
    likelihood, severities = SEVERITIES[premises_class]
    found = [dict(hazard) for hazard in HAZARDS.get(premises_class, ()) if draw.random() < 0.6]
    facts: Facts = {
        "appliance_access": "GOOD",
        **MASONRY,
        "storeys_above": storeys,
        "height_top_storey_m": round(3.1 * (storeys - 1), 1),
        "floor_area_m2": round(area * draw.uniform(0.6, 1.5)),
        "max_day": round(day * draw.uniform(0.6, 1.5)),
        "max_night": round(night * draw.uniform(0.7, 1.3)),
        "sleeping": night > 0,
        "systems": [{"kind": "AFD", "status": "WORKING", "location": "Panel by the entrance"}],
        "isolations": [
            {"kind": "ELEC", "location": "Cupboard by the entrance"},
            {"kind": "GAS", "location": "Meter box, side wall"},
        ],
        "water": _water(draw),
        "likelihood": likelihood,
        "severity": dict(zip(CATEGORIES, severities, strict=True)),
        "sign_off": {"declaration": True, "lead_competent": True},
    }
    facts |= {"hazards": found} if found else {"none_found": True}
    if premises_class == "CARE_HOME":
        facts["dependency"] = "DEPENDENT"
    if premises_class != "DWELLING_HOUSE":
        facts["contacts"] = [{"role": "KEYHOLDER", "name": "Person in charge", "phone": NOBODYS_NUMBER}]
    if strategy:
        facts["evac_strategy"] = strategy
    if premises_class in CRITICAL:
        facts["critical_facts"] = CRITICAL[premises_class]
    return facts


def _water(draw: Random) -> Facts:
    hydrant: Facts = {
        "asset_id": f"SAMPLE-{draw.randrange(1, 10_000):04d}",
        "distance_m": draw.randrange(10, 90),
        "main_mm": draw.choice((80, 100, 125, 150)),
        "status": "DEFECTIVE" if draw.random() < 0.04 else "WORKING",
    }
    return {"hydrants": [hydrant], "adequate": True}
