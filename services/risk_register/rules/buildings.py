"""What a visit to one flat says about the building: its hazards and systems with the flat's number, not its size."""

import re
from typing import TypeVar

from schemas.premises import LocatedPremises
from schemas.risk_register import RiskFacts
from schemas.visit_parts import FixedSystem, Hazard
from schemas.vocabulary import HazardCode, PremisesClass
from services.domain.fact_keys import plain

UNIT = re.compile(r"^(flat|apartment|apt|unit|suite|room|maisonette|studio)\b", re.IGNORECASE)
# Facts of the flat alone, which would shrink the building if they were taken for its own.
OF_THE_UNIT_ALONE = (
    *("premises_class", "occupancy_status", "floor_area_m2", "max_day", "max_night", "sleeping", "dependency"),
    *("storeys_above", "storeys_below", "height_top_storey_m", "staircases"),
)
# Hazards that belong to one household wherever the crew entered from.
IN_THE_UNIT = frozenset(
    {
        *(HazardCode.CLUTTER, HazardCode.OXYGEN_HOME, HazardCode.SHARPS_DRUGS),
        *(HazardCode.ANIMALS, HazardCode.LI_ION_STORE),
    }
)
LONGEST_LINE = 120

Thing = TypeVar("Thing", Hazard, FixedSystem)


def building_of(premises: LocatedPremises) -> LocatedPremises:
    """Return the building whose record a visit belongs to: the parent of a flat, or the premises itself.

    The gazetteer's own entry of the building replaces this one as soon as it is heard of.

    Policy: docs/domain/1.1.md: facts about the building live on the parent.
    """
    if premises.parent_id is None:
        return premises
    parts = premises.address.split(", ")
    own = {"name": premises.name} if premises.name and not UNIT.match(premises.name) else {"name": ""}
    address = ", ".join(parts[1:]) if len(parts) > 1 and UNIT.match(parts[0]) else premises.address
    update = {"premises_id": premises.parent_id, "parent_id": None, "address": address, "classification": "", **own}
    return premises.model_copy(update=update)


def describes_the_unit_alone(premises_class: PremisesClass | None, *, is_unit: bool) -> bool:
    """Return whether a visit to a flat described only the flat, and not the building around it.

    Policy: docs/domain/1.1.md: a dwelling in itself is the unit, a block of flats is the premises.
    """
    return is_unit and premises_class is PremisesClass.DWELLING_HOUSE


def facts_of_the_building(facts: RiskFacts, unit: str | None, *, of_the_unit_alone: bool) -> RiskFacts:
    """Return the facts for the building's record: what is in the flat says so, and the flat's size is left out.

    Policy: docs/domain/1.1.md.
    """
    if unit:
        hazards = tuple(
            _placed_in(hazard, unit) if of_the_unit_alone or hazard.code in IN_THE_UNIT else hazard
            for hazard in facts.hazards
        )
        systems = tuple(_placed_in(system, unit) for system in facts.systems) if of_the_unit_alone else facts.systems
        facts = facts.model_copy(update={"hazards": hazards, "systems": systems})
    if not of_the_unit_alone:
        return facts
    return facts.model_copy(update={**dict.fromkeys(OF_THE_UNIT_ALONE), "construction": (), "none_found": False})


def _placed_in(thing: Thing, unit: str) -> Thing:
    if plain(unit) in plain(thing.location) or (isinstance(thing, Hazard) and thing.code is HazardCode.VIOLENCE):
        return thing  # whose door a caution is about stays out of every record
    place = ", ".join(part for part in (unit, thing.location) if part)
    return thing.model_copy(update={"location": place[:LONGEST_LINE]})
