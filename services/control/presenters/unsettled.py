"""What is shown of a danger at an address nobody has settled: what the crew says, and where it may be."""

from pydantic import AwareDatetime

from schemas.premises import Candidate
from schemas.risk_register import RiskFacts
from schemas.visit_parts import Part
from schemas.vocabulary import EvacuationStrategy, HazardCode
from services.control.presenters.nothing_held import Neighbour
from services.domain.words import words_for


class Line(Part):
    """One thing the crew says besides, under its label."""

    label: str
    value: str


class UnsettledDanger(Part):
    """A danger as control sees it before its address is settled; `on_record` is the premises whose record shows it now.
    `may_be_one` is false where none of the candidates is much like what was written.

    `building` is where the visit was placed, until that record shows it. `nearest` are records around its place.
    """

    visit_id: str
    on_record: str | None
    written: str
    dangers: tuple[str, ...]
    callsign: str
    ground: str
    reported_at: AwareDatetime | None
    grid_reference: str
    why: str
    building_id: str | None
    building: str
    candidates: tuple[Candidate, ...]
    may_be_one: bool
    says: tuple[Line, ...]
    nearest: tuple[Neighbour, ...]


def says(facts: RiskFacts) -> tuple[Line, ...]:
    """Return what else a crew says that helps whoever turns out: critical facts, evacuation, access, other hazards."""
    strategy = facts.evac_strategy
    known = strategy not in (None, EvacuationStrategy.UNKNOWN)
    others = [each for each in facts.hazards if each.code is not HazardCode.VIOLENCE]
    lines = (
        ("Critical facts", "; ".join(facts.critical_facts)),
        ("Evacuation", words_for(strategy) if strategy and known else ""),
        ("Way in", facts.entry_point or ""),
        ("Meet at", facts.rvp.point if facts.rvp else ""),
        ("Hazards", "; ".join(", ".join(filter(None, (words_for(each.code), each.location))) for each in others)),
    )
    return tuple(Line(label=label, value=value) for label, value in lines if value)
