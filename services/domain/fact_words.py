"""Every fact of a record in words: what it is called, and what its value says, with its unit."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from schemas.visit_parts import FixedSystem, Hazard, Hydrant, Isolation, RendezvousPoint, SecureInformationBox, Severity
from schemas.vocabulary import HarmCategory, HazardCode, IsolationKind, SystemKind
from services.domain.fact_keys import NONE_FOUND, SCORE, ScoreInputs
from services.domain.words import words_for
from services.domain.working_time import date_words

LABELS: Mapping[str, str] = {
    NONE_FOUND: "No hazards found",
    "evac_strategy": "Evacuation strategy",
    "max_day": "People by day",
    "max_night": "People by night",
    "sleeping": "People sleep here",
    "dependency": "Help needed to get out",
    "sib": "Secure information box",
    "rvp": "Rendezvous point",
    "premises_class": "Class of premises",
    "occupancy_status": "Use",
    "height_top_storey_m": "Height of top storey",
    "storeys_above": "Storeys above ground",
    "storeys_below": "Storeys below ground",
    "floor_area_m2": "Floor area",
    "fraew_rating": "External wall appraisal",
    "pv_panels": "Solar panels",
    "compartment_concern": "Compartments in doubt",
    "access_width_m": "Access width",
    "access_height_m": "Access height",
    "access_weight_t": "Access weight",
    "pda_suggestion": "Suggested attendance",
    SCORE: "Likelihood and severity",
    "likelihood": "How likely a fire is",
    "severity": "How bad it could be",
    "water/open_water": "Open water",
    "water/adequate": "Water is adequate",
    "water/none_within_100m": "No hydrant within 100 m",
}
# As the visit form has them, by the number 1 to 5.
LIKELIHOODS = ("Rare", "Unlikely", "Possible", "Likely", "Very likely")
UNITS: Mapping[str, str] = {
    "access_width_m": "m",
    "access_height_m": "m",
    "access_weight_t": "t",
    "height_top_storey_m": "m",
    "floor_area_m2": "m²",
}


def label_of(key: str) -> str:
    """Return what a fact is called.

    Policy: docs/domain/4.1.md.
    """
    name, _, rest = key.partition("/")
    code = rest.partition("/")[0]
    if name == "hazards":
        return words_for(HazardCode(code))
    if name == "systems":
        return words_for(SystemKind(code))
    if name == "isolations":
        return f"{words_for(IsolationKind(code))} isolation"
    if key.startswith("water/hydrants/"):
        return "Hydrant"
    return LABELS.get(key, name.replace("_", " ").capitalize())


def value_words(key: str, value: Any) -> str:
    """Return what a fact says, with its unit.

    Policy: docs/domain/4.1.md: units are fixed.
    """
    if isinstance(value, tuple):
        return "; ".join(value_words(key, one) for one in value)
    if key == "likelihood":
        return f"{value} {LIKELIHOODS[value - 1]}"
    writer = WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    if isinstance(value, StrEnum):
        return words_for(value)
    if isinstance(value, int | float):
        number = int(value) if value == int(value) else value
        return f"{number:,} {UNITS.get(key, '')}".strip()
    return str(value)


def _joined(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part not in (None, ""))


def _hazard(hazard: Hazard) -> str:
    store = hazard.bess
    battery = (
        _joined(
            f"{store.capacity_mwh:g} MWh",
            store.chemistry,
            f"{store.containers} containers {store.separation_m:g} m apart",
            f"suppression: {store.suppression}",
            "gas detection" if store.gas_detection else "no gas detection",
            f"run-off: {store.water_run_off}",
        )
        if store
        else ""
    )
    clutter = hazard.clutter
    rooms = f"bedroom {clutter.bedroom}, kitchen {clutter.kitchen}, living room {clutter.living}" if clutter else ""
    return (
        _joined(
            f"{hazard.count:,}" if hazard.count else "",
            f"{hazard.qty:,.10g} {hazard.unit or ''}".strip() if hazard.qty is not None else "",
            battery,
            rooms,
            f"{words_for(hazard.comah_tier)} tier" if hazard.comah_tier else "",
            hazard.location,
            f"floor {hazard.floor}" if hazard.floor else "",
            f"UN {hazard.un_no}" if hazard.un_no else "",
            f"EAC {hazard.eac}" if hazard.eac else "",
            hazard.note,
            f"basis: {hazard.basis}" if hazard.basis else "",
            f"review on {date_words(hazard.review_on)}" if hazard.review_on else "",
        )
        or "Present"
    )


def _system(system: FixedSystem) -> str:
    status = words_for(system.status)
    since = f"since {date_words(system.fault_since.date())}" if system.fault_since else ""
    told = "" if system.reported_to_frs is None else f"{'' if system.reported_to_frs else 'not '}reported to us"
    return _joined(status.upper() if system.status in ("FAULT", "IMPAIRED") else status, system.location, since, told)


def _hydrant(hydrant: Hydrant) -> str:
    return _joined(
        hydrant.asset_id,
        f"{hydrant.distance_m:g} m away",
        f"{hydrant.flow_lpm:,} L/min" if hydrant.flow_lpm else "",
        f"{hydrant.main_mm} mm main" if hydrant.main_mm else "",
        words_for(hydrant.status).lower(),
    )


def _box(box: SecureInformationBox) -> str:
    checked = f"last checked {date_words(box.last_checked)}" if box.last_checked else ""
    return _joined("Yes" if box.present else "No", box.location, checked)


def _severity(severity: Severity) -> str:
    return _joined(*(f"{words_for(each)} {getattr(severity, each.value)}" for each in HarmCategory))


def _score(inputs: ScoreInputs) -> str:
    raised = f"override to level {inputs.override.level}: {inputs.override.reason}" if inputs.override else ""
    return _joined(f"Likelihood {inputs.likelihood}", _severity(inputs.severity), raised)


WRITERS: Mapping[type, Callable[[Any], str]] = {
    Hazard: _hazard,
    FixedSystem: _system,
    Isolation: lambda isolation: isolation.location,
    Hydrant: _hydrant,
    RendezvousPoint: lambda rvp: _joined(rvp.point, f"///{rvp.w3w}" if rvp.w3w else ""),
    SecureInformationBox: _box,
    ScoreInputs: _score,
    Severity: _severity,
    bool: lambda yes: "Yes" if yes else "No",
    date: date_words,
    datetime: lambda at: date_words(at.date()),
}
