"""The temporary risk that a responsible person's report raises, and what becomes of it when the repair is reported."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from schemas.visit_parts import FixedSystem
from schemas.vocabulary import SystemStatus, TemporarySource
from services.domain.fact_keys import system_key
from services.domain.faults import fault_words
from services.domain.temporary_risks import LONGEST
from services.domain.working_time import date_words, local_date
from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.faults import Fault
from services.risk_register.rules.temporary import Altered, TemporaryEnd, TemporaryRisk, ended

HOLDS_FOR = timedelta(days=28)
OWNER = "Protection"
REPORTED = "Regulation 7: reported by the responsible person, not seen by a crew"
THERE_ALREADY = "The responsible person has reported it, too"
IS_SAID = "repair reported"


@dataclass(frozen=True)
class Raised:
    """A dossier after a report, and which temporary risk stands for the fault: one of its own or the one there was."""

    dossier: Dossier
    risk_id: str


def with_fault(dossier: Dossier, fault: Fault) -> Raised:
    """Return the dossier with the temporary risk of a fault, unless one of the same system there is open already.

    Nothing else of the record changes: not its facts, its level, nor when it was reviewed.

    Policy: docs/domain/1.2.md, regulation 7; docs/domain/4.4.md: only a person who was there changes a fact.
    """
    key = system_key(fault.kind, fault.location)
    there = next((one for one in dossier.temporary if one.is_open and one.fact == key), None)
    if there is not None:
        note = Altered(there, "reported", THERE_ALREADY, fault.organisation)
        return Raised(replace(dossier, altered=(*dossier.altered, note)), there.risk_id)
    risk = _risk(fault, key)
    return Raised(dossier.with_temporary(risk, "raised", risk.why), risk.risk_id)


def without_fault(dossier: Dossier, fault: Fault, others_open: Collection[Fault], now: datetime) -> Dossier:
    """Return the dossier in which the temporary risk of a fault is over whose repair was reported.

    It stays where a crew raised it or has seen it out of order, or another report of it is open (`others_open`): a
    word from outside never takes away what a crew saw. Then its history alone says so.

    Policy: docs/domain/2.md, feature 29: a fault is cleared by its repair; docs/domain/4.4.md.
    """
    risk = next((one for one in dossier.temporary if one.risk_id == fault.risk_id and one.is_open), None)
    if risk is None or fault.repaired_at is None:
        return dossier
    words = f"Repaired on {date_words(local_date(fault.repaired_at))}, by report {fault.number}"
    is_their_word = risk.source is TemporarySource.RESPONSIBLE_PERSON
    if is_their_word and not any(one.risk_id == risk.risk_id for one in others_open):
        over = ended(risk, TemporaryEnd.REPAIR_REPORTED, words, fault.organisation, now)
        return dossier.with_temporary(over, "ended", words)
    note = Altered(risk, IS_SAID, words, fault.organisation)
    return replace(dossier, altered=(*dossier.altered, note))


def _risk(fault: Fault, key: str) -> TemporaryRisk:
    system = FixedSystem(kind=fault.kind, status=SystemStatus.FAULT, location=fault.location)
    return TemporaryRisk(
        risk_id=str(uuid5(NAMESPACE_OID, f"{fault.premises_id}/{fault.number}")),
        premises_id=fault.premises_id,
        what=fault_words(system),
        why=REPORTED,
        owner=OWNER,
        source=TemporarySource.RESPONSIBLE_PERSON,
        starts_on=local_date(fault.since),
        ends_on=_last_day(fault),
        raised_by=fault.organisation,
        raised_at=fault.received_at,
        changed_by=fault.organisation,
        changed_at=fault.received_at,
        fact=key,
        seen_at=fault.received_at,
    )


def _last_day(fault: Fault) -> date:
    """Return 28 days from the report, or the day of the repair if that is later; never over 90 days from the report."""
    today = local_date(fault.received_at)
    return min(max(today + HOLDS_FOR, fault.expected_on or today), today + LONGEST)
