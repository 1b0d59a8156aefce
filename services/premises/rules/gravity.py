"""What in a visit cannot wait for its address to be settled, and so which visit is placed first."""

from enum import IntEnum

from schemas.risk_register import RiskFacts
from schemas.visits import OpenVisit
from schemas.vocabulary import EvacuationStrategy, HazardCode, PremisesClass
from services.domain.faults import OUT_OF_ORDER
from services.domain.safety_critical import CAUTION, Addition, AdditionKind, safety_critical_additions
from services.domain.words import HAZARD_WORDS, SYSTEM_KIND_WORDS

# Hazards that tell about a person are nobody's business at this desk.
ABOUT_PEOPLE = frozenset({HazardCode.VIOLENCE, HazardCode.CLUTTER, HazardCode.OXYGEN_HOME, HazardCode.SHARPS_DRUGS})
GRAVE_HAZARDS = frozenset(
    {
        HazardCode.BESS, HazardCode.CYL_ACETYLENE, HazardCode.EXPLOSIVE, HazardCode.RADIATION, HazardCode.COMAH,
        HazardCode.TOXIC, HazardCode.UNSTABLE_STRUCT, HazardCode.FALL_VOID, HazardCode.FLAM_GAS_LPG,
        HazardCode.WATER_REACTIVE, HazardCode.CONFINED_SPACE, HazardCode.HV_ELEC,
    }
)  # fmt: skip
# Of hazards and systems the desk has words of its own, by code.
_SAID_IN_FULL = frozenset({AdditionKind.ACCESS, AdditionKind.EXTERNAL_WALL})


class Gravity(IntEnum):
    """How little a visit can wait for its address: the higher, the sooner."""

    CAN_WAIT = 0
    GRAVE = 1
    SAFETY_CRITICAL = 2


def gravity_of(visit: OpenVisit) -> Gravity:
    """Return how little a visit can wait: control is shown nothing of it before its premises is known.

    Policy: docs/domain/4.4.md: safety-critical additions come first, as the register and control know them. An
    evacuation strategy alone is on most visits, so it moves nothing. A caution about a person moves nothing: its
    place in the list would tell of it.
    """
    if any(one.kind is not AdditionKind.EVACUATION for one in _additions(visit)):
        return Gravity.SAFETY_CRITICAL
    return Gravity.GRAVE if cannot_wait(visit) else Gravity.CAN_WAIT


def cannot_wait(visit: OpenVisit) -> list[str]:
    """Return what in a visit should not wait: faults of fire-safety systems, grave hazards, a high-rise.

    Policy: docs/domain/4.4.md: safety-critical additions come first. Only the building's facts.
    """
    hints = [f"{SYSTEM_KIND_WORDS[one.kind]} fault" for one in visit.systems if one.status in OUT_OF_ORDER]
    hints += [HAZARD_WORDS[one.code] for one in visit.hazards if one.code in GRAVE_HAZARDS - ABOUT_PEOPLE]
    hints += [one.summary for one in _additions(visit) if one.kind in _SAID_IN_FULL]
    if visit.premises_class == PremisesClass.FLATS_HIGH:
        hints.append("High-rise flats")
    if visit.sleeping and visit.evac_strategy == EvacuationStrategy.UNKNOWN:
        hints.append("People sleep there and the evacuation strategy is unknown")
    return list(dict.fromkeys(hints))


def _additions(visit: OpenVisit) -> list[Addition]:
    """Return what control would see of the visit at once, but for what tells about a person."""
    facts = RiskFacts.model_construct(**{name: getattr(visit, name) for name in RiskFacts.model_fields})
    return [one for one in safety_critical_additions(facts, None) if one.summary != CAUTION]
