"""How grave a danger is that a crew reports: what kills first stands first, and what is no danger is none."""

from schemas.risk_register import RiskFacts
from schemas.vocabulary import ApplianceAccess, EvacuationStrategy, HazardCode, SystemKind, SystemStatus
from services.domain.faults import OUT_OF_ORDER
from services.domain.safety_critical import CAUTION, AdditionKind
from services.domain.words import words_for

# What a crew relies on with its life: wrong about one of these is as urgent as a danger nobody was told of, and every
# watch is asked to read a change of one.
LIVES_DEPEND_ON = frozenset(
    {"evac_strategy", "systems", "hazards", "none_found", "appliance_access", "external_wall", "critical_facts"}
)
NO_DANGER = 0
# A danger whose words we do not know: it is listed, below those that we do.
NOT_KNOWN = 20
CAUTION_ON_APPROACH = 30
SYSTEM_OUT, ACCESS_RESTRICTED, WALL, FIRE_FIGHTING_OUT, EVACUATION_CHANGED, ACCESS_BLOCKED = 40, 45, 50, 60, 70, 80
HAZARDS = {
    HazardCode.EXPLOSIVE: 100,
    HazardCode.CYL_ACETYLENE: 95,
    HazardCode.BESS: 90,
    HazardCode.UNSTABLE_STRUCT: 85,
    HazardCode.VIOLENCE: CAUTION_ON_APPROACH,
}
FIRE_FIGHTING = frozenset({SystemKind.DRY_RISER, SystemKind.WET_RISER, SystemKind.SPRINKLER, SystemKind.MIST})
NOT_THERE_OR_NOT_WORKING = (*OUT_OF_ORDER, SystemStatus.ABSENT)


def gravity_of(kind: str, summary: str, present: RiskFacts | None = None) -> int:
    """Return how grave a safety-critical addition is, 100 the gravest, 0 for what is no danger.

    `present` are the facts on record: a strategy that is the first anybody told of, or a riser that works, is news
    and no danger, unless the strategy is an interim one, which stands for a building that has failed.

    Policy: docs/domain/4.4.md, two-speed publication; docs/domain/4.5.md: what can kill a crew is read first.
    """
    if kind == AdditionKind.HAZARD:
        return _hazard(summary)
    if kind == AdditionKind.ACCESS:
        return ACCESS_BLOCKED if "BLOCKED" in summary or ApplianceAccess.NONE in summary else ACCESS_RESTRICTED
    if kind == AdditionKind.EVACUATION:
        return _evacuation(summary, present)
    if kind == AdditionKind.SYSTEM:
        return _system(summary)
    return WALL if kind == AdditionKind.EXTERNAL_WALL else NOT_KNOWN


def _hazard(summary: str) -> int:
    if summary.startswith(CAUTION):
        return CAUTION_ON_APPROACH
    return max((grave for code, grave in HAZARDS.items() if summary.startswith(words_for(code))), default=NOT_KNOWN)


def _evacuation(summary: str, present: RiskFacts | None) -> int:
    before = present.evac_strategy if present else None
    is_first = before in (None, EvacuationStrategy.UNKNOWN)
    is_interim = words_for(EvacuationStrategy.SIMULTANEOUS_INTERIM).upper() in summary.upper()
    return NO_DANGER if is_first and not is_interim else EVACUATION_CHANGED


def _system(summary: str) -> int:
    kinds = [kind for kind in SystemKind if summary.startswith(words_for(kind))]
    if not kinds:
        return NOT_KNOWN
    name = max((words_for(kind) for kind in kinds), key=len)
    said = summary.removeprefix(name).lstrip()
    if not said.startswith(tuple(words_for(status).upper() for status in NOT_THERE_OR_NOT_WORKING)):
        return NO_DANGER
    return FIRE_FIGHTING_OUT if set(kinds) & FIRE_FIGHTING else SYSTEM_OUT
