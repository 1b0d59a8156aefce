"""The blocks about what protects a building and what can hurt a crew there: systems, supplies, hazards, water."""

from datetime import datetime

from schemas.risk_register import RiskFacts
from schemas.visit_parts import BatteryStore, FixedSystem, Hazard, Hydrant, QuantityUnit
from schemas.vocabulary import HazardCode, HydrantStatus, SystemKind, SystemStatus
from schemas.words import words_for
from services.control.presenters.blocks import counted, joined
from services.control.presenters.parts import Block, Fact
from services.shared.web.words import as_date, date_words

OUT_OF_ORDER = (SystemStatus.FAULT, SystemStatus.IMPAIRED)
# What control is asked for first: where nobody has told us, the screen says so.
KEY_SYSTEMS = (
    ((SystemKind.DRY_RISER, SystemKind.WET_RISER), "Riser"),
    ((SystemKind.SPRINKLER,), "Sprinklers"),
    ((SystemKind.SMOKE_CONTROL,), "Smoke control"),
    ((SystemKind.FF_LIFT,), "Fire-fighting lift"),
    ((SystemKind.EAS,), "Evacuation alert system"),
)
SEVERE = (
    HazardCode.CYL_ACETYLENE,
    HazardCode.EXPLOSIVE,
    HazardCode.BESS,
    HazardCode.UNSTABLE_STRUCT,
    HazardCode.VIOLENCE,
    HazardCode.COMAH,
)
CAUTION = "CAUTION"
NOT_USABLE = (HydrantStatus.DEFECTIVE, HydrantStatus.NOT_FOUND)
SYSTEM_WORDS = {SystemStatus.WORKING: "Working", SystemStatus.ABSENT: "None", SystemStatus.NOT_TESTED: "Not tested"}


def systems_block(facts: RiskFacts | None, confirmed_at: datetime | None) -> Block:
    """Return the fixed systems, what is out of order first, and which key ones nobody has told us of."""
    known = (facts or RiskFacts()).systems
    ordered = sorted(
        known, key=lambda system: (system.status not in OUT_OF_ORDER, system.status is SystemStatus.ABSENT)
    )
    shown = [_system(system) for system in ordered]
    told = {system.kind for system in known}
    shown += [
        Fact(key="_OR_".join(kinds), label=label, value=None) for kinds, label in KEY_SYSTEMS if not told & set(kinds)
    ]
    return Block(key="systems", title="Systems", confirmed_at=confirmed_at, facts=tuple(shown))


def isolations_block(facts: RiskFacts | None, confirmed_at: datetime | None) -> Block:
    """Return where supplies are shut off."""
    known = (facts or RiskFacts()).isolations
    shown = [Fact(key=each.kind, label=words_for(each.kind), value=each.location) for each in known]
    if not shown:
        shown = [Fact(key="isolations", label="Isolations", value=None)]
    return Block(key="isolations", title="Isolate", confirmed_at=confirmed_at, facts=tuple(shown))


def hazards_block(facts: RiskFacts | None, confirmed_at: datetime | None) -> Block:
    """Return what can hurt a crew, the worst first; "none" only where a crew looked and found none.

    Violence appears as a caution and nothing more: no reason, no note.
    """
    known = facts or RiskFacts()
    ordered = sorted(known.hazards, key=lambda hazard: SEVERE.index(hazard.code) if hazard.code in SEVERE else 99)
    shown = [_hazard(hazard) for hazard in ordered]
    if known.pv_panels and not any(hazard.code is HazardCode.PV for hazard in known.hazards):
        shown.append(Fact(key=HazardCode.PV, label=words_for(HazardCode.PV), value="Present"))
    if not shown:
        shown = [Fact(key="hazards", label="Hazards", value="None found" if known.none_found else None)]
    return Block(key="hazards", title="Hazards", confirmed_at=confirmed_at, facts=tuple(shown))


def water_block(facts: RiskFacts | None, confirmed_at: datetime | None) -> Block:
    """Return the water for fire-fighting, nearest hydrant first."""
    water = (facts or RiskFacts()).water
    if water is None:
        unknown = Fact(key="hydrants", label="Hydrants", value=None)
        return Block(key="water", title="Water", confirmed_at=confirmed_at, facts=(unknown,))
    shown = [_hydrant(hydrant) for hydrant in sorted(water.hydrants, key=lambda hydrant: hydrant.distance_m)]
    if water.none_within_100m:
        shown.append(Fact(key="hydrants", label="Hydrants", value="NONE within 100 m", alert=True))
    elif not shown:
        shown.append(Fact(key="hydrants", label="Hydrants", value=None))
    if water.open_water:
        shown.append(Fact(key="open_water", label="Open water", value=water.open_water))
    if water.adequate is False:
        shown.append(Fact(key="adequate", label="Supply", value="NOT ADEQUATE", alert=True))
    return Block(key="water", title="Water", confirmed_at=confirmed_at, facts=tuple(shown))


def _system(system: FixedSystem) -> Fact:
    is_out = system.status in OUT_OF_ORDER
    words = system.status.value if is_out else SYSTEM_WORDS[system.status]
    since = f"since {date_words(as_date(system.fault_since))}" if is_out and system.fault_since else None
    said = " ".join(part for part in (words, since) if part)
    return Fact(key=system.kind, label=words_for(system.kind), value=joined(said, system.location), alert=is_out)


def _hazard(hazard: Hazard) -> Fact:
    label, severe = words_for(hazard.code), hazard.code in SEVERE
    if hazard.code is HazardCode.VIOLENCE:
        return Fact(key=CAUTION, label=label, value="Ask the officer in charge", alert=True)
    floor = f"floor {hazard.floor}" if hazard.floor and hazard.floor[0].isdigit() else hazard.floor
    signs = joined(f"UN {hazard.un_no}" if hazard.un_no else None, f"EAC {hazard.eac}" if hazard.eac else None)
    value = joined(_amount(hazard), hazard.location, floor, signs, _battery(hazard.bess), hazard.note)
    return Fact(key=hazard.code, label=label, value=value or "Present", alert=severe)


def _amount(hazard: Hazard) -> str | None:
    if hazard.count is not None:
        return f"{hazard.count:,}"
    if hazard.qty is None:
        return None
    unit = {None: "", QuantityUnit.COUNT: "", QuantityUnit.CUBIC_METRE: " m³"}.get(hazard.unit, f" {hazard.unit}")
    return f"{hazard.qty:,.10g}{unit}"


def _battery(store: BatteryStore | None) -> str | None:
    if store is None:
        return None
    containers = f"{store.containers} container{'' if store.containers == 1 else 's'}, {store.separation_m:g} m apart"
    detection = "gas detection" if store.gas_detection else "NO gas detection"
    return joined(
        f"{store.capacity_mwh:g} MWh {store.chemistry}",
        containers,
        f"suppression: {store.suppression}",
        detection,
        f"run-off: {store.water_run_off}",
    )


def _hydrant(hydrant: Hydrant) -> Fact:
    status = words_for(hydrant.status).upper() if hydrant.status in NOT_USABLE else None
    tested = "not tested" if hydrant.status is HydrantStatus.NOT_TESTED else None
    value = joined(
        status,
        counted(hydrant.distance_m, "m", "{:.0f} {}"),
        counted(hydrant.flow_lpm, "L/min", "{:,} {}"),
        counted(hydrant.main_mm, "mm main"),
        tested,
    )
    return Fact(key="hydrant", label=f"Hydrant {hydrant.asset_id}", value=value, alert=status is not None)
