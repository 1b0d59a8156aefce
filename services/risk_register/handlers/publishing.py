"""Publish a visit: a new version of the record, never to be changed, and everybody who must know told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from schemas.sensitive import Sealed
from services.risk_register.handlers.case import Case
from services.risk_register.handlers.markers import decided
from services.risk_register.rules.assessing import FULL_OUTCOMES
from services.risk_register.rules.buildings import describes_the_unit_alone
from services.risk_register.rules.dossiers import Dossier, Version
from services.risk_register.rules.merging import seen_to_keep
from services.risk_register.rules.publishing import Dates, dates_after
from services.risk_register.rules.settling import published
from services.risk_register.store.evidence import note_version
from services.shared.secrets import Vault
from services.shared.transactions import Work

# What an envelope holds when the crew gave neither a contact nor an entry code.
NOTHING_GIVEN = "{}"


async def publish(dossier: Dossier, case: Case, work: Work, vault: Vault) -> Dossier:
    """Return the dossier with the next version of its record, made from a visit that was approved."""
    [after] = await publish_all([(dossier, case)], work, vault)
    return after


async def publish_all(approved: Sequence[tuple[Dossier, Case]], work: Work, vault: Vault) -> list[Dossier]:
    """Return dossiers, each of another building, with the next versions of their records."""
    private = await _private_after([case for _, case in approved], work, vault)
    made = [_new_version(case, one, work.now) for (_, case), one in zip(approved, private, strict=True)]
    versions = await decided(made, work)
    for version in versions:
        note_version(work, version)
    return [
        published(dossier, case.item, version, work.now)
        for (dossier, case), version in zip(approved, versions, strict=True)
    ]


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


async def _private_after(cases: Sequence[Case], work: Work, vault: Vault) -> list[dict[str, Any] | None]:
    """Return the sealed contacts and entry codes to show: never a flat's household's, nor an empty envelope."""
    told = [case.item for case in cases if case.item.unit_id is None and case.item.form.outcome in FULL_OUTCOMES]
    sealed = [(Sealed.model_validate(item.private), f"visit/{item.visit_id}") for item in told]
    opened = await vault.open_many(work, sealed) if sealed else []
    reported = {item.visit_id: plain for item, plain in zip(told, opened, strict=True)}
    found: list[dict[str, Any] | None] = []
    for case in cases:
        before = case.version.private if case.version else None
        is_told = case.item.visit_id in reported
        has_nothing = bool(before) and reported.get(case.item.visit_id) == NOTHING_GIVEN
        found.append(case.item.private if is_told and not has_nothing else before)
    return found
