"""A visit that its crew sent again takes the place of the earlier one in the queue, whichever of them came first."""

from dataclasses import replace
from datetime import datetime

from schemas.vocabulary import ReviewState, Role
from services.risk_register.rules.decisions import is_author
from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.items import Item
from services.risk_register.rules.news import REGISTER, news_of
from services.risk_register.rules.review_queue import OPEN, state_when_free

REPLACEABLE = frozenset({*OPEN, ReviewState.RETURNED})


def in_the_place_of_others(dossier: Dossier, item: Item, now: datetime) -> Dossier:
    """Return the dossier in which a visit that was just taken up stands for those that it replaces.

    The visit names the one it amends; one that names none stands for what was returned to its lead officer. If what
    amends this one came before it, that stands for both.

    Policy: docs/domain/4.4.md, RESUBMITTED.
    """
    for other in _replaced_by(item, dossier):
        dossier = _standing_in(dossier, dossier.items[item.visit_id], other, now)
    later = _amendment_of(dossier, item)
    if later is None:
        return dossier
    looked_at_again = replace(later, version=later.version + 1)
    return _standing_in(dossier, looked_at_again, dossier.items[item.visit_id], now)


def may_replace(item: Item, other: Item) -> bool:
    """Return whether a visit may take the place of another: sent by its author, its crew or its officer in charge.

    Policy: docs/domain/4.6.md, who sends a visit in whose name.
    """
    sent_by = item.sent_by or {"name": item.form.lead_officer_id}
    in_charge = Role.OFFICER_IN_CHARGE in sent_by.get("roles", ()) and sent_by.get("station") == other.form.station
    return in_charge or is_author(sent_by["name"], other.authors | other.named)


def waiting_again(item: Item, version: int, person: str, at: datetime) -> Item:
    """Return a visit that was replaced, as it waited before: what replaced it never belonged there.

    Policy: docs/domain/4.4.md: nothing that was reported is lost.
    """
    free = state_when_free(escalated=item.escalated_at is not None, base_version=item.base_version, version=version)
    state = ReviewState.RETURNED if item.decided_at is not None else free
    return replace(item, decided_with=None).moved(state, person, at)


def _replaced_by(item: Item, dossier: Dossier) -> list[Item]:
    if item.amends is not None:
        other = dossier.items.get(item.amends)
        return [other] if other and other.state in REPLACEABLE and may_replace(item, other) else []
    return [
        other
        for other in dossier.undecided
        if other.state is ReviewState.RETURNED
        and other.form.lead_officer_id == item.form.lead_officer_id
        and other.unit_ref == item.unit_ref
    ]


def _amendment_of(dossier: Dossier, item: Item) -> Item | None:
    """Return what a visit is decided with because a later one came first: the last of those that amend one another."""
    for one in dossier.undecided:
        if one.amends == item.visit_id and may_replace(one, item):
            return one if one.state in REPLACEABLE else dossier.items.get(one.decided_with or "")
    return None


def _standing_in(dossier: Dossier, item: Item, other: Item, now: datetime) -> Dossier:
    """Let a visit stand for another, in its place in the queue; it inherits who may not decide on it."""
    dossier = dossier.decided_now_with(item.visit_id, other.visit_id)
    if item.amends is not None:
        item = _in_its_place(item, other, now)
    other = replace(other.freed(), decided_with=item.visit_id, first_approval=None)
    other = other.moved(ReviewState.RESUBMITTED, REGISTER, now)
    return dossier.with_items(other, item).saying(news_of(other, now))


def _in_its_place(item: Item, other: Item, now: datetime) -> Item:
    item = replace(
        item,
        amends_found=True,
        authors_merged=tuple(sorted({*(item.authors_merged or ()), *other.authors})),
        crew_merged=tuple(sorted({*(item.crew_merged or ()), *other.named})),
        safety_critical=item.safety_critical or other.safety_critical,
    )
    if other.state is ReviewState.RETURNED:
        return item
    item = replace(item, due_at=min(item.due_at, other.due_at))
    waits = item.state in OPEN and item.state is not ReviewState.CLAIMED
    if other.escalated_at is None or not waits:
        return item
    item = replace(item, escalated_at=other.escalated_at, escalated_why=other.escalated_why)
    return item.moved(ReviewState.ESCALATED, REGISTER, now)
