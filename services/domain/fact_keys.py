"""A report or record taken apart into single facts, each under its own name, so that two can be compared."""

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.risk_register import RiskFacts
from schemas.visit_parts import LevelOverride, Part, Severity, Water
from schemas.vocabulary import EvacuationStrategy, ExternalWall, FraewRating, HazardCode, SystemKind

Facts = dict[str, Any]

SCORE = "score"
NONE_FOUND = "none_found"
# What says "we do not know" in a field of its own: it never counts as a fact.
SAYS_NOTHING: Mapping[str, str] = {
    "evac_strategy": EvacuationStrategy.UNKNOWN,
    "external_wall": ExternalWall.UNKNOWN,
    "fraew_rating": FraewRating.NONE,
}
WATER_FIELDS = ("open_water", "adequate", "none_within_100m")
IN_PARTS = frozenset({"systems", "hazards", "isolations", "water", NONE_FOUND})


class ScoreInputs(Part):
    """What an assessor puts into RIS-1: likelihood, severity for each category, and an override with its reason."""

    likelihood: int
    severity: Severity
    override: LevelOverride | None = None


def plain(place: str | None) -> str:
    """Return a place so that two spellings of it in other case or spacing are one.

    Policy: docs/domain/4.4.md: a difference is shown where there is one.
    """
    return " ".join((place or "").casefold().split())


def taken_apart(facts: RiskFacts | None, inputs: ScoreInputs | None = None) -> Facts:
    """Return each known fact under its key: a field's name, or "hazards/BESS/rear yard" for one of several.

    What is unknown has no key. Things of one kind at one place share a key, as a tuple.

    Policy: docs/domain/4.4.md, field difference.
    """
    if facts is None:
        return {} if inputs is None else {SCORE: inputs}
    found: Facts = {}
    for name in RiskFacts.model_fields:
        value = getattr(facts, name)
        if name not in IN_PARTS and value not in (None, "", ()) and value != SAYS_NOTHING.get(name):
            found[name] = value
    found |= grouped((system_key(system.kind, system.location), system) for system in facts.systems)
    found |= grouped((hazard_key(hazard.code, hazard.location), hazard) for hazard in facts.hazards)
    found |= grouped((f"isolations/{isolation.kind}", isolation) for isolation in facts.isolations)
    found |= _water(facts.water)
    if facts.none_found and not facts.hazards:
        found[NONE_FOUND] = True
    if inputs is not None:
        found[SCORE] = inputs
    return found


def system_key(kind: SystemKind, place: str | None) -> str:
    """Return the key of a fixed system at a place, such as "systems/DRY_RISER/nw stair".

    Policy: docs/domain/4.4.md.
    """
    return f"systems/{kind}/{plain(place)}"


def hazard_key(code: HazardCode, place: str | None) -> str:
    """Return the key of a hazard at a place, such as "hazards/BESS/rear yard".

    Policy: docs/domain/4.4.md.
    """
    return f"hazards/{code}/{plain(place)}"


def put_together(facts: Mapping[str, Any]) -> RiskFacts:
    """Return the facts of `taken_apart` as one record again.

    Policy: docs/domain/4.4.md.
    """
    fields = {key: value for key, value in facts.items() if key in RiskFacts.model_fields and key != NONE_FOUND}
    hazards = _all_of("hazards/", facts)
    return RiskFacts(
        **fields,
        systems=_all_of("systems/", facts),
        hazards=hazards,
        isolations=_all_of("isolations/", facts),
        water=_water_again(facts),
        none_found=not hazards and facts.get(NONE_FOUND) is True,
    )


def grouped(pairs: Iterable[tuple[str, Part]]) -> dict[str, tuple[Part, ...]]:
    """Return the things that share a key together, in the order they were told.

    Policy: docs/domain/4.4.md.
    """
    found: dict[str, tuple[Part, ...]] = {}
    for key, part in pairs:
        found[key] = (*found.get(key, ()), part)
    return found


def field_of(key: str) -> str:
    """Return the field of the visit form that a fact belongs to, to tell the crew which one is meant.

    Policy: docs/domain/4.4.md: a return names its fields.
    """
    return "severity" if key == SCORE else key.partition("/")[0]


def _water(water: Water | None) -> Facts:
    if water is None:
        return {}
    known = {f"water/{name}": getattr(water, name) for name in WATER_FIELDS}
    found = {key: value for key, value in known.items() if value not in (None, "") and key != "water/none_within_100m"}
    if water.none_within_100m and not water.hydrants:
        found["water/none_within_100m"] = True
    return found | grouped((f"water/hydrants/{plain(hydrant.asset_id)}", hydrant) for hydrant in water.hydrants)


def _water_again(facts: Mapping[str, Any]) -> Water | None:
    fields = {name: facts[f"water/{name}"] for name in WATER_FIELDS if f"water/{name}" in facts}
    hydrants = _all_of("water/hydrants/", facts)
    if not fields and not hydrants:
        return None
    if hydrants:
        fields["none_within_100m"] = False
    return Water(hydrants=hydrants, **fields)


def _all_of(beginning: str, facts: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(part for key, parts in facts.items() if key.startswith(beginning) for part in parts)
