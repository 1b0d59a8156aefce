"""What people read about a doubtful address: what the crew said, how sure the matcher is, how good the fix."""

from schemas.visits import OpenVisit
from schemas.vocabulary import VisitOutcome
from services.domain.words import PREMISES_CLASS_WORDS
from services.premises.rules.locating import Fix


def crew_said(visit: OpenVisit) -> list[tuple[str, str]]:
    """Return what else the crew said about the building that helps to tell it from others."""
    said = [("Premises", PREMISES_CLASS_WORDS[visit.premises_class])]
    if visit.unit_ref:
        said.append(("Unit", visit.unit_ref))
    if visit.storeys_above is not None:
        said.append(("Storeys", str(visit.storeys_above)))
    if visit.outcome != VisitOutcome.COMPLETED:
        said.append(("Visit", visit.outcome.value.replace("_", " ").capitalize()))
    if visit.entry_point:
        said.append(("Entry", visit.entry_point))
    if visit.rvp:
        said.append(("Rendezvous point", visit.rvp.point))
    return said


def percent(score: float | None) -> int | None:
    """Return a belief between 0 and 1 in whole per cent, never rounded up to certainty."""
    return None if score is None else min(int(score * 100), 99)


def fix_words(fix: Fix | None) -> str | None:
    """Return how good the tablet's fix is, None where it gave none."""
    if fix is None:
        return None
    if fix.point is None:
        return "outside Great Britain: of no use"
    if fix.accuracy_m is None:
        return "accuracy not known"
    return f"good to {round(fix.accuracy_m)} m" + ("" if fix.sure_point else ": rough, do not rely on it")
