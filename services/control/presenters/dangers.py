"""The blocks about what protects a building and what can hurt a crew there: systems, supplies, hazards, water."""

from collections.abc import Callable
from typing import Any

from schemas.visit_parts import BatteryStore, FixedSystem, Hazard, Hydrant, QuantityUnit
from schemas.vocabulary import HazardCode, HydrantStatus, IsolationKind, SystemKind, SystemStatus
from services.control.presenters.accounts import Account, Accounts, block
from services.control.presenters.blocks import counted, joined
from services.control.presenters.parts import Block, Fact
from services.control.rules.comparing import NOT_USABLE, SEVERE, hazards_denied, water_denied
from services.domain.fact_keys import NONE_FOUND
from services.domain.faults import OUT_OF_ORDER
from services.domain.words import words_for
from services.shared.web.words import as_date, date_words

# What control is asked for first: where nobody has told us, the screen says so.
KEY_SYSTEMS = (
    ((SystemKind.DRY_RISER, SystemKind.WET_RISER), "Riser"),
    ((SystemKind.SPRINKLER,), "Sprinklers"),
    ((SystemKind.SMOKE_CONTROL,), "Smoke control"),
    ((SystemKind.FF_LIFT,), "Fire-fighting lift"),
    ((SystemKind.EAS,), "Evacuation alert system"),
)
SYSTEM_WORDS = {SystemStatus.WORKING: "Working", SystemStatus.ABSENT: "None", SystemStatus.NOT_TESTED: "Not tested"}
HYDRANTS = "water/hydrants/"
ADEQUATE = "Adequate"
PRESENT = "Present"
ASK_THE_OFFICER = "Ask the officer in charge"


def systems_block(accounts: Accounts) -> Block:
    """Return the fixed systems, what is out of order first, and which key ones nobody has told us of.

    The block is as old as the system that was seen longest ago.
    """
    facts = [_things(accounts, key, _system_label, _system, _is_out) for key in accounts.keys("systems/")]
    facts.sort(key=lambda fact: (not fact.alert, fact.value == SYSTEM_WORDS[SystemStatus.ABSENT] and not fact.news))
    known = {key.split("/")[1] for key in accounts.keys("systems/")}
    missing = [
        Fact(key="_OR_".join(kinds), label=label, value=None) for kinds, label in KEY_SYSTEMS if not known & set(kinds)
    ]
    return block("systems", "Systems", [*facts, *missing])


def isolations_block(accounts: Accounts) -> Block:
    """Return where supplies are shut off; as old as the one that was seen longest ago."""
    facts = [
        accounts.fact(key, words_for(IsolationKind(key.split("/")[1])), (key,), _said(key, lambda each: each.location))
        for key in accounts.keys("isolations/")
    ]
    return block("isolations", "Isolate", facts or [Fact(key="isolations", label="Isolations", value=None)])


def hazards_block(accounts: Accounts) -> Block:
    """Return what can hurt a crew, the worst first; "none" only where a crew looked and found none.

    Violence appears as a caution and nothing more: no place, no reason, no note. The block is as old as the hazard
    that was seen longest ago.
    """
    keys = accounts.keys("hazards/")
    facts = [_things(accounts, key, _hazard_label, _hazard, _is_severe) for key in sorted(keys, key=_by_severity)]
    if not any(key.startswith(f"hazards/{HazardCode.PV}/") for key in keys):
        panels = accounts.fact("pv_panels", words_for(HazardCode.PV), ("pv_panels",), _panels)
        facts += [panels] if panels.value == PRESENT or panels.news else []
    none = accounts.fact("hazards", "Hazards", (NONE_FOUND,), _none_found)
    if none.known or not facts:
        denied = none.known and hazards_denied(accounts.of_the_whole)
        facts.append(none.model_copy(update={"conflict": denied}))
    return block("hazards", "Hazards", facts)


def water_block(accounts: Accounts) -> Block:
    """Return the water for fire-fighting, nearest hydrant first; as old as the hydrant seen longest ago."""
    keys = sorted(accounts.keys(HYDRANTS), key=lambda key: _distance(accounts, key))
    facts = [_things(accounts, key, _hydrant_label, _hydrant, _is_unusable) for key in keys]
    none = accounts.fact("hydrants", "Hydrants", ("water/none_within_100m",), _none_near, _is_none_near)
    if none.known or not facts:
        denied = none.known and water_denied(accounts.of_the_whole)
        facts.append(none.model_copy(update={"conflict": denied}))
    open_water = accounts.fact("open_water", "Open water", ("water/open_water",), _open_water)
    supply = accounts.fact("adequate", "Supply", ("water/adequate",), _supply, _is_not_adequate)
    if supply.value == ADEQUATE and not supply.news:
        supply = supply.model_copy(update={"value": None, "reports": ()})
    facts += [fact for fact in (open_water, supply) if fact.known]
    return block("water", "Water", facts)


def _things(
    accounts: Accounts,
    key: str,
    label: Callable[[Any], str],
    words: Callable[[Any], str],
    warns: Callable[[Any], bool],
) -> Fact:
    """Return one line for the things of one kind at one place, named by the first account that tells of them."""
    first = next(each.apart[key] for each in accounts.all if key in each.apart and _named(each.apart[key], key))
    return accounts.fact(
        key, label(first[0]), (key,), _said(key, words), lambda account: any(map(warns, account.apart.get(key, ())))
    )


def _named(things: tuple[Any, ...], key: str) -> bool:
    """Return whether things name the place that their key has: of one system, one account may leave it out."""
    return not isinstance(things[0], FixedSystem) or bool(things[0].location) or key.endswith("/")


def _said(key: str, words: Callable[[Any], str]) -> Callable[[Account], str | None]:
    return lambda account: "; ".join(map(words, account.apart.get(key, ()))) or None


def _placed(code: HazardCode | SystemKind, location: str | None) -> str:
    return f"{words_for(code)}, {location}" if location else words_for(code)


def _system_label(system: FixedSystem) -> str:
    return _placed(system.kind, system.location)


def _hazard_label(hazard: Hazard) -> str:
    return _placed(hazard.code, hazard.location)


def _hydrant_label(hydrant: Hydrant) -> str:
    return hydrant.asset_id if hydrant.asset_id[:1].isalpha() else f"Hydrant {hydrant.asset_id}"


def _is_out(system: FixedSystem) -> bool:
    return system.status in OUT_OF_ORDER


def _is_severe(hazard: Hazard) -> bool:
    return hazard.code in SEVERE


def _is_unusable(hydrant: Hydrant) -> bool:
    return hydrant.status in NOT_USABLE


def _system(system: FixedSystem) -> str:
    if not _is_out(system):
        return SYSTEM_WORDS[system.status]
    since = f" since {date_words(as_date(system.fault_since))}" if system.fault_since else ""
    return f"{system.status.value}{since}"


def _by_severity(key: str) -> int:
    code = key.split("/")[1]
    return SEVERE.index(HazardCode(code)) if code in SEVERE else len(SEVERE)


def _hazard(hazard: Hazard) -> str:
    if hazard.code is HazardCode.VIOLENCE:
        return ASK_THE_OFFICER
    floor = f"floor {hazard.floor}" if hazard.floor and hazard.floor[0].isdigit() else hazard.floor
    signs = joined(f"UN {hazard.un_no}" if hazard.un_no else None, f"EAC {hazard.eac}" if hazard.eac else None)
    return joined(_amount(hazard), floor, signs, _battery(hazard.bess), hazard.note) or PRESENT


def _panels(account: Account) -> str | None:
    known = account.facts.pv_panels
    return None if known is None else (PRESENT if known else "None")


def _none_found(account: Account) -> str | None:
    return "None found" if NONE_FOUND in account.apart else None


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


def _distance(accounts: Accounts, key: str) -> float:
    hydrants: list[Hydrant] = [hydrant for each in accounts.all for hydrant in each.apart.get(key, ())]
    return min(hydrant.distance_m for hydrant in hydrants)


def _hydrant(hydrant: Hydrant) -> str:
    status = words_for(hydrant.status).upper() if hydrant.status in NOT_USABLE else None
    tested = "not tested" if hydrant.status is HydrantStatus.NOT_TESTED else None
    measured = joined(
        status,
        counted(hydrant.distance_m, "m", "{:.0f} {}"),
        counted(hydrant.flow_lpm, "L/min", "{:,} {}"),
        counted(hydrant.main_mm, "mm"),
        tested,
    )
    return measured or ""


def _none_near(account: Account) -> str | None:
    return "NONE within 100 m" if _is_none_near(account) else None


def _is_none_near(account: Account) -> bool:
    return "water/none_within_100m" in account.apart


def _open_water(account: Account) -> str | None:
    return account.apart.get("water/open_water")


def _supply(account: Account) -> str | None:
    known = account.apart.get("water/adequate")
    return None if known is None else (ADEQUATE if known else "NOT ADEQUATE")


def _is_not_adequate(account: Account) -> bool:
    return account.apart.get("water/adequate") is False
