"""Publish a visit: a new version of the record, never to be changed, and everybody who must know told."""

from datetime import datetime
from typing import Any

from schemas.sensitive import Sealed
from services.risk_register.handlers.case import Case
from services.risk_register.handlers.markers import decided
from services.risk_register.rules.assessing import FULL_OUTCOMES
from services.risk_register.rules.buildings import describes_the_unit_alone
from services.risk_register.rules.dossiers import Dossier, Version
from services.risk_register.rules.items import Item
from services.risk_register.rules.merging import seen_to_keep
from services.risk_register.rules.publishing import Dates, dates_after
from services.risk_register.rules.settling import published
from services.risk_register.store.evidence import note_version
from services.shared.secrets import CannotOpen, Vault
from services.shared.transactions import Work

# What an envelope holds when the crew gave neither a contact nor an entry code.
NOTHING_GIVEN = "{}"


async def publish(dossier: Dossier, case: Case, work: Work, vault: Vault) -> Dossier:
    """Return the dossier with the next version of its record, made from a visit that was approved."""
    private = await _private_after(case.item, case.version, work, vault)
    version = await decided(_new_version(case, private, work.now), work)
    note_version(work, version)
    return published(dossier, case.item, version, work.now)


def _new_version(case: Case, private: dict[str, Any] | None, now: datetime) -> Version:
    item, assessment, present = case.item, case.assessment, case.version
    approval = item.approval_of(case.record.version)
    alone = describes_the_unit_alone(item.form.premises_class, is_unit=item.unit_id is not None)
    before = present.dates if present else Dates()
    dates = dates_after(item.form, before, assessment.level, of_the_unit_alone=alone)
    inputs = assessment.allowed_inputs
    return Version(
        premises_id=case.record.premises_id,
        version=case.record.version + 1,
        facts=assessment.facts.model_dump(mode="json"),
        inputs=inputs.model_dump(mode="json") if inputs else None,
        seen=seen_to_keep(assessment.merged.seen),
        score=assessment.given.model_dump(mode="json") if assessment.given else None,
        private=private,
        visit_id=item.visit_id,
        published_by=item.changed_by,
        first_approved_by=approval["by"] if approval else None,
        reason=item.reason,
        at=now,
        **vars(dates),
    )


async def _private_after(item: Item, present: Version | None, work: Work, vault: Vault) -> dict[str, Any] | None:
    """Return the sealed contacts and entry code to show: never those of a flat's household, nor an empty envelope."""
    before = present.private if present else None
    if item.unit_id is not None or item.form.outcome not in FULL_OUTCOMES:
        return before
    try:
        reported = await vault.open(work, Sealed.model_validate(item.private), f"visit/{item.visit_id}")
    except CannotOpen:
        return item.private
    return before if before and reported == NOTHING_GIVEN else item.private
