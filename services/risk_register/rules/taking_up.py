"""What becomes of a building's dossier when a visit to it is located: the visit is queued, compared and shown."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from schemas.premises import PremisesLocated
from schemas.vocabulary import ReviewState
from services.domain.facts import facts_of
from services.domain.ris1.judging import inputs_of
from services.risk_register.rules.buildings import describes_the_unit_alone, facts_of_the_building
from services.risk_register.rules.dossiers import Dossier, Record, Version
from services.risk_register.rules.items import Findings, Item
from services.risk_register.rules.merging import is_full_visit, set_out_to_keep, set_out_with
from services.risk_register.rules.news import REGISTER, news_of
from services.risk_register.rules.review_queue import UNDECIDED, review_due_at, state_when_free
from services.risk_register.rules.standing_in import in_the_place_of_others
from services.risk_register.rules.temporary_of_visits import with_temporary_of
from services.risk_register.rules.what_is_shown import compared_again, shown

PUT_BACK = "Put back by the desk that places visits: this is not its premises"


class Placing(StrEnum):
    """How a place that is told of a visit stands to what the register knows of it."""

    NEW = "NEW"
    KNOWN = "KNOWN"
    AGAIN = "AGAIN"
    ELSEWHERE = "ELSEWHERE"


def placing_of(item: Item | None, premises_id: str, placed_at: datetime) -> Placing:
    """Return whether a placing is new, or taken up already, or waits for the visit to be put back elsewhere first.

    Nobody places a visit that is placed: a later placing at the same premises says that it was put back meanwhile,
    which will be heard later, and is then older than this placing.

    Policy: docs/domain/3.md: what arrives late is not therefore newer.
    """
    if item is None:
        return Placing.NEW
    if item.state is ReviewState.WITHDRAWN and item.reason == PUT_BACK and item.decided_at:
        return Placing.KNOWN if placed_at < item.decided_at else Placing.NEW
    if item.premises_id != premises_id and placed_at >= item.placed_at:
        return Placing.ELSEWHERE
    return Placing.AGAIN if placed_at > item.placed_at and can_be_put_back(item) else Placing.KNOWN


def can_be_put_back(item: Item) -> bool:
    """Return whether a visit can still leave the queue because it was put back: nobody has decided on it.

    Policy: docs/domain/4.4.md: what was decided is undone by restoring a version, never by placing.
    """
    return item.state in UNDECIDED and item.state is not ReviewState.RESUBMITTED


def taken_up(
    dossier: Dossier,
    event: PremisesLocated,
    before: Item | None,
    placed_at: datetime,
    now: datetime,
    base: Version | None = None,
) -> Dossier:
    """Return the dossier with a visit in the queue, and what it adds that is safety-critical shown as unverified.

    What holds for a while is raised as a temporary risk.
    `before` is the visit as it stood when it was put back, `base` the version of the record that its crew took along.

    Policy: docs/domain/4.4.md, two-speed publication.
    """
    if event.premises.parent_id is None:
        dossier = replace(dossier, record=replace(dossier.record, premises=event.premises))
    item = _new_item(event, dossier.record, placed_at)
    if before is not None:
        item = replace(item, version=before.moved(item.state, REGISTER, now).version)
    item = _in_its_place(_with_base(item, base), dossier)
    dossier = in_the_place_of_others(dossier.with_items(item), item, now)
    dossier = with_temporary_of(dossier, item, event, placed_at)
    dossier = shown(compared_again(dossier, REGISTER, now), event.visit_id, now)
    item = dossier.items[item.visit_id]
    # One that was sent again before it came here has been told of already.
    return dossier if item.state is ReviewState.RESUBMITTED else dossier.saying(news_of(item, now))


def _with_base(item: Item, base: Version | None) -> Item:
    """Return the item with which facts its crew left as they were when it set out; without a base, with none."""
    if base is None:
        return item
    set_out = set_out_with(base.known.facts, item.report.facts)
    return replace(item, findings=replace(item.findings, set_out=set_out_to_keep(set_out), _appraised=[]))


def _in_its_place(item: Item, dossier: Dossier) -> Item:
    item = item.appraised(dossier.known, dossier.present_level)
    is_critical = bool(item.findings.beside(dossier.known).additions)
    due_at = review_due_at(item.received_at, item.base_level, is_critical)
    free = state_when_free(escalated=False, base_version=item.base_version, version=dossier.record.version)
    return replace(item, safety_critical=is_critical, due_at=due_at).moved(free, REGISTER, item.received_at)


def _new_item(event: PremisesLocated, record: Record, placed_at: datetime) -> Item:
    visit, now = event.visit, event.received_at
    is_unit = event.premises.parent_id is not None
    base = record.version if visit.base_record_version is None else visit.base_record_version
    return Item(
        visit_id=event.visit_id,
        premises_id=record.premises_id,
        unit_id=event.premises.premises_id if is_unit else None,
        unit_ref=_unit_ref(event),
        state=ReviewState.RESOLVED,
        version=0,
        changed_by=REGISTER,
        changed_at=now,
        base_version=base,
        due_at=now,
        submitted_at=visit.submitted_at,
        received_at=now,
        findings=_findings_of(event),
        location={
            "precision": event.precision,
            "score": event.score,
            "reason": event.reason,
            "located_by": event.located_by,
            "address": event.premises.address,
            "placed_at": placed_at.isoformat(),
        },
        private=event.private.model_dump(mode="json"),
        sent_by=event.sent_by.model_dump(mode="json") if event.sent_by else None,
        amends=visit.amends,
    )


def _findings_of(event: PremisesLocated) -> Findings:
    visit, is_unit = event.visit, event.premises.parent_id is not None
    alone = describes_the_unit_alone(visit.premises_class, is_unit=is_unit)
    is_full = is_full_visit(visit) and not is_unit
    facts = facts_of_the_building(facts_of(visit), _unit_ref(event), of_the_unit_alone=alone)
    if not is_full:
        facts = facts.model_copy(update={"none_found": False})  # only who looked at everything can have found nothing
    inputs = None if alone else inputs_of(visit)
    return Findings(
        visit_id=event.visit_id,
        occurred_at=visit.ended_at,
        is_full=is_full,
        visit=visit.model_dump(mode="json"),
        facts=facts.model_dump(mode="json"),
        inputs=inputs.model_dump(mode="json") if inputs else None,
    )


def _unit_ref(event: PremisesLocated) -> str | None:
    if event.visit.unit_ref or event.premises.parent_id is None:
        return event.visit.unit_ref
    return event.premises.address.split(", ")[0]
