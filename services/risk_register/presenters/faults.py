"""A reported fault in words: what is out of order and where, where it stands, and how old it is."""

from datetime import date, datetime

from schemas.premises import LocatedPremises
from services.domain.words import words_for
from services.risk_register.presenters.queue import address_beside
from services.risk_register.rules.faults import REPORTED_KINDS, Fault, FaultState, is_overdue

STATES = {FaultState.OPEN: "Out of order", FaultState.REPAIRED: "Repaired"}


def fault_title(fault: Fault) -> str:
    """Return what is out of order, and where: "Dry riser, north stair"."""
    return f"{words_for(fault.kind)}, {fault.location}"


def place_words(premises: LocatedPremises) -> str:
    """Return which premises: name, the rest of its address, and postcode."""
    beside = address_beside(premises.name, premises.address) if premises.name else premises.address
    return ", ".join(part for part in (premises.name, beside, premises.postcode) if part)


def kinds_to_choose(chosen: str) -> list[dict[str, object]]:
    """Return what may be out of order, as a list to choose from; nothing is chosen beforehand."""
    kinds: list[dict[str, object]] = [
        {"value": kind.value, "text": words_for(kind), "selected": kind.value == chosen} for kind in REPORTED_KINDS
    ]
    return [{"value": "", "text": "Choose one", "selected": not chosen}, *kinds]


def premises_to_choose(premises: tuple[LocatedPremises, ...], chosen: str) -> list[dict[str, object]]:
    """Return the premises of an account, as a list to choose from; its only one is chosen beforehand."""
    only = premises[0].premises_id if len(premises) == 1 else ""
    places: list[dict[str, object]] = [
        {
            "value": one.premises_id,
            "text": place_words(one),
            "selected": one.premises_id == (chosen or only),
        }
        for one in premises
    ]
    return places if only else [{"value": "", "text": "Choose one", "selected": not chosen}, *places]


def late_words(fault: Fault, today: date) -> str:
    """Return how long a repair has been overdue: "3 days overdue"; nothing if it is not."""
    if not is_overdue(fault, today) or fault.expected_on is None:
        return ""
    days = (today - fault.expected_on).days
    return f"{days} day{'' if days == 1 else 's'} overdue"


def open_for_words(fault: Fault, now: datetime) -> str:
    """Return for how long something has been out of order: "5 h", "3 days"."""
    hours = int((now - fault.since).total_seconds() // 3600)
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
