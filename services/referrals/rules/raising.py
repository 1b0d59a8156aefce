"""Which referrals a visit raises by itself, and how they join those that the crew made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.premises import NearNeighbour
from schemas.visit_parts import CrewReferral
from schemas.visits import VisitForm
from schemas.vocabulary import EvacuationStrategy, HazardCode, HydrantStatus, ReferralKind, Stream
from services.domain.faults import fault_words, overdue_faults
from services.domain.high_rise import is_high_rise_residential
from services.domain.visit_scope import leaves_unknown_what_is_blank
from services.referrals.rules.kinds import KINDS

NEIGHBOUR_WITHIN_M = 10_000.0
HYDRANT_NEEDS_SOMEBODY = frozenset({HydrantStatus.DEFECTIVE, HydrantStatus.NOT_FOUND})


class RaisedBecause(StrEnum):
    """Why there is a referral."""

    CREW = "CREW"
    STRATEGY_UNKNOWN = "STRATEGY_UNKNOWN"
    EQUIPMENT_FAULT = "EQUIPMENT_FAULT"
    WATER_INADEQUATE = "WATER_INADEQUATE"
    HYDRANT_DEFECT = "HYDRANT_DEFECT"
    CREW_SAFETY = "CREW_SAFETY"
    NEAR_BORDER = "NEAR_BORDER"
    NEAR_NEIGHBOUR = "NEAR_NEIGHBOUR"


@dataclass(frozen=True)
class Raised:
    """One referral to be kept: its kind, the unit it is about, why, and all that the crew wrote for it."""

    kind: ReferralKind
    unit_ref: str | None
    because: tuple[RaisedBecause, ...]
    summary: str = ""
    by_crew: tuple[CrewReferral, ...] = ()

    @property
    def same_as(self) -> tuple[ReferralKind, str]:
        """Return what two referrals of one visit share if they are one: the kind, and the unit however written.

        Policy: docs/domain/4.2.md.
        """
        return self.kind, " ".join((self.unit_ref or "").casefold().split())

    def __repr__(self) -> str:
        return "[withheld]" if KINDS[self.kind].restricted else f"Raised({self.kind.value})"


def says_the_same(first: Raised, second: Raised) -> bool:
    """Return whether two referrals of visits that amend one another tell a desk the same: it is told once.

    What says more is a referral of its own: no word of a crew is lost.

    Policy: docs/domain/4.2.md; docs/domain/4.4.md, RESUBMITTED.
    """
    return (first.same_as, first.summary, first.by_crew) == (second.same_as, second.summary, second.by_crew)


def raised_by_visit(visit: VisitForm, at: datetime) -> tuple[Raised, ...]:
    """Return the referrals that the facts of a visit raise by themselves at a moment.

    Policy: docs/domain/4.1.md: BS2 for a high-rise whose strategy is unknown or left blank, BS4 for a fault there of
    over 24 hours, RI4 for water, RI9 for a violence marker.
    """
    found = (
        *_strategy_unknown(visit),
        *_equipment_fault(visit, at),
        *_water(visit),
        *_crew_safety(visit),
    )
    return merged((), found)


def raised_by_place(
    border_distance_m: float | None,
    neighbours: Sequence[NearNeighbour] | None = None,
    *,
    in_neighbours_attendance: bool = False,
    within_m: float = NEIGHBOUR_WITHIN_M,
) -> tuple[Raised, ...]:
    """Return the referral to the neighbouring services that a place raises: within 10 km of them, naming each.

    Where no neighbour's area is loaded (`neighbours` is None) the service's own border has to do, and no one is named.

    Policy: docs/domain/1.6.md and docs/domain/4.2.md, RI8; the distance is a service's own to set.
    """
    if neighbours is None:
        because, words = RaisedBecause.NEAR_BORDER, _border_words(border_distance_m, within_m)
    else:
        near = sorted((one for one in neighbours if one.distance_m <= within_m), key=lambda one: one.distance_m)
        because, words = RaisedBecause.NEAR_NEIGHBOUR, "; ".join(_neighbour_words(one) for one in near)
    if not words and in_neighbours_attendance:
        words = "in a neighbour's attendance area"
    return (Raised(ReferralKind.RI8, None, (because,), words),) if words else ()


def _neighbour_words(neighbour: NearNeighbour) -> str:
    if not neighbour.distance_m:
        return f"in the area of {neighbour.name}"
    return f"{neighbour.distance_m / 1000:.1f} km from {neighbour.name}"


def _border_words(distance_m: float | None, within_m: float) -> str:
    if distance_m is None or distance_m > within_m:
        return ""
    away = f"{abs(distance_m) / 1000:.1f} km"
    return f"{away} over the border" if distance_m < 0 else f"{away} from the border"


def merged(
    crew: Iterable[CrewReferral], automatic: Iterable[Raised], visit_unit_ref: str | None = None
) -> tuple[Raised, ...]:
    """Return one referral for each kind and unit, with every reason and every word of the crew kept.

    A referral about people that names no unit is about the unit of the visit.

    Policy: docs/domain/4.2.md.
    """
    together: dict[tuple[ReferralKind, str], Raised] = {}
    for raised in (*(_from_crew(referral, visit_unit_ref) for referral in crew), *automatic):
        earlier = together.get(raised.same_as)
        together[raised.same_as] = raised if earlier is None else _joined(earlier, raised)
    return tuple(sorted(together.values(), key=lambda raised: KINDS[raised.kind].priorities[0]))


def _from_crew(referral: CrewReferral, visit_unit_ref: str | None) -> Raised:
    of_people = KINDS[referral.kind].stream is Stream.SAFEGUARDING or referral.kind is ReferralKind.RI9
    unit = referral.unit_ref or (visit_unit_ref if of_people else None)
    return Raised(referral.kind, unit, (RaisedBecause.CREW,), by_crew=(referral,))


def _joined(first: Raised, second: Raised) -> Raised:
    summaries: Sequence[str] = [words for words in (first.summary, second.summary) if words]
    return Raised(
        first.kind,
        first.unit_ref,
        tuple(dict.fromkeys((*first.because, *second.because))),
        "; ".join(dict.fromkeys(summaries)),
        (*first.by_crew, *second.by_crew),
    )


def _is_high_rise(visit: VisitForm) -> bool:
    return is_high_rise_residential(visit.premises_class, visit.height_top_storey_m, visit.storeys_above)


def _strategy_unknown(visit: VisitForm) -> tuple[Raised, ...]:
    blank = visit.evac_strategy is None and leaves_unknown_what_is_blank(visit)
    if not _is_high_rise(visit) or not (blank or visit.evac_strategy is EvacuationStrategy.UNKNOWN):
        return ()
    because = (RaisedBecause.STRATEGY_UNKNOWN,)
    return (Raised(ReferralKind.BS2, None, because, "evacuation strategy unknown in a high-rise"),)


def _equipment_fault(visit: VisitForm, at: datetime) -> tuple[Raised, ...]:
    faults = overdue_faults(visit.systems, at) if _is_high_rise(visit) else ()
    if not faults:
        return ()
    words = "; ".join(map(fault_words, faults))
    return (Raised(ReferralKind.BS4, None, (RaisedBecause.EQUIPMENT_FAULT,), words),)


def _water(visit: VisitForm) -> tuple[Raised, ...]:
    if visit.water is None:
        return ()
    found: list[Raised] = []
    if visit.water.adequate is False:
        found.append(Raised(ReferralKind.RI4, None, (RaisedBecause.WATER_INADEQUATE,), "water not adequate"))
    for hydrant in visit.water.hydrants:
        if hydrant.status in HYDRANT_NEEDS_SOMEBODY:
            words = f"hydrant {hydrant.asset_id} {hydrant.status.value.lower().replace('_', ' ')}"
            found.append(Raised(ReferralKind.RI4, None, (RaisedBecause.HYDRANT_DEFECT,), words))
    return tuple(found)


def _crew_safety(visit: VisitForm) -> tuple[Raised, ...]:
    if all(hazard.code is not HazardCode.VIOLENCE for hazard in visit.hazards):
        return ()
    return (Raised(ReferralKind.RI9, visit.unit_ref, (RaisedBecause.CREW_SAFETY,), "caution on approach"),)
