"""The fullest record that control must show without scrolling, and the parts it is made of."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from schemas.risk_register import CrewReport, FactSource, RiskFacts, RiskRecord, RiskScore, TemporaryRiskShown
from services.domain.fact_keys import taken_apart
from tests.builders import NOW
from tests.services.control_records import a_record, a_temporary_risk, an_addition, high_rise_facts

SYSTEMS = (
    *(("DRY_RISER", "NW stair"), ("DRY_RISER", "SE stair"), ("SPRINKLER", "basement"), ("SMOKE_CONTROL", "NW stair")),
    *(("FF_LIFT", "north core"), ("EVAC_LIFT", "south core"), ("EAS", "lobby"), ("AFD", "common parts")),
    *(("DOOR_RELEASE", "lobby"), ("FF_SWITCH", "intake"), ("PRESSURISATION", "SE stair"), ("MIST", "bin store")),
    *(("FOAM", "car park"), ("GAS_FLOOD", "comms room")),
)
HAZARDS = (
    *(("CYL_ACETYLENE", "workshop", 4), ("BESS", "rear yard", None), ("PV", "roof, S slope", None)),
    *(("EV_CHARGE", "car park", 12), ("HV_ELEC", "sub-station", None), ("FLAM_LIQ", "boiler room", 200)),
    *(("LI_ION_STORE", "bike store", 40), ("ASBESTOS", "risers", None), ("FALL_VOID", "light well", None)),
    *(("CONFINED_SPACE", "tank room", None), ("OXYGEN_HOME", "floor 4", 2), ("POLLUTION_PATH", "E drain", None)),
)


def a_source(visit_id: str = "v-1", **overrides: Any) -> FactSource:
    """Return that K12's crew saw something on a physical visit 80 days ago."""
    fields: dict[str, Any] = {
        "visit_id": visit_id,
        "seen_at": NOW - timedelta(days=80),
        "callsign": "K12",
        "method": "PHYSICAL",
    }
    return FactSource(**(fields | overrides))


def sources(facts: RiskFacts | None, **by_field: FactSource) -> dict[str, FactSource]:
    """Return a source for every fact: K12's visit, or the one named for the field."""
    return {key: by_field.get(key.partition("/")[0], a_source()) for key in taken_apart(facts)}


def a_report(facts: Mapping[str, Any], **overrides: Any) -> CrewReport:
    """Return what K41's crew says since ten minutes ago and nobody has reviewed."""
    fields: dict[str, Any] = {
        "visit_id": "0193-visit",
        "callsign": "K41",
        "station": "S1",
        "method": "PHYSICAL",
        "seen_at": NOW - timedelta(minutes=12),
        "reported_at": NOW - timedelta(minutes=10),
        "facts": RiskFacts.model_validate(dict(facts)),
    }
    return CrewReport(**(fields | overrides))


def a_system(kind: str, status: str, location: str | None = None) -> dict[str, Any]:
    """Return a system as a form holds it."""
    return {"kind": kind, "status": status, "location": location}


TEMPORARY = (
    a_temporary_risk("Funfair in the yard, rear access shut", ends_on=date(2026, 11, 20)),
    a_temporary_risk(),
    a_temporary_risk("Fire-fighting lift FAULT, north core", callsign="K41"),
)


def the_fullest(revision: int = 40, temporary: tuple[TemporaryRiskShown, ...] = ()) -> RiskRecord:
    """Return a record with all its blocks full, ten urgent facts nobody has reviewed and four contradictions."""
    facts = high_rise_facts(
        key_safe="Left of the main door",
        access_note="Bollards: key 3",
        roof="Flat, felt",
        voids="Above each corridor",
        floor_area_m2=4200,
        compartment_concern=True,
        assembly_point="Church Street car park",
        systems=[a_system(kind, "WORKING", place) for kind, place in (SYSTEMS[0], *SYSTEMS[6:])],
        hazards=[{"code": code, "location": place, "count": count} for code, place, count in HAZARDS[2:]],
        isolations=[
            {"kind": kind, "location": place}
            for kind, place in (("GAS", "Rear bin store"), ("ELEC", "Intake room"), ("WATER", "Lobby"), ("PV", "Roof"))
        ],
        water={
            "hydrants": [
                {
                    "asset_id": f"H{1180 + n}",
                    "distance_m": 30 * n,
                    "flow_lpm": 1500,
                    "main_mm": 100,
                    "status": "WORKING",
                }
                for n in range(1, 7)
            ],
            "open_water": "Quay, 200 m",
        },
    )
    broken = [a_system(kind, "FAULT", place) for kind, place in SYSTEMS[:6]]
    new = [{"code": code, "location": place, "count": count} for code, place, count in HAZARDS[:2]]
    says = {"appliance_access": "NONE", "evac_strategy": "SIMULTANEOUS", "systems": broken, "hazards": new}
    first = a_report(says, score=RiskScore(base_level=4, effective_level=5, rank=40, open_defects=6))
    second = a_report(
        {"max_night": 160, "key_safe": "Left of the main door"},
        visit_id="0194-visit",
        callsign="K22",
        seen_at=NOW - timedelta(hours=11, minutes=53),
    )
    urgent = [key for key in taken_apart(first.facts)]
    additions = tuple(an_addition(f"Urgent: {key}", fact=key) for key in urgent)
    return a_record(
        revision=revision,
        facts=facts,
        sources=sources(facts, evac_strategy=a_source("v-0", seen_at=NOW - timedelta(days=400))),
        reports=(first, second),
        unverified=additions,
        temporary=temporary,
    )
