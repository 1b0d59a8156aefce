"""Who may send a visit in the place of an earlier one, and what of the earlier one they are given back for it."""

from collections.abc import Callable, Mapping
from typing import Any

from schemas.visits import TELLS_OF_PEOPLE, VisitForm
from schemas.vocabulary import HazardCode, ReferralKind, Role
from services.shared.errors import FieldReason
from services.visits.rules.authors import Author
from services.visits.rules.story import ReceivedVisit

NOT_ITSELF = "a visit cannot replace itself: give what is new an id of its own, and name here the one it replaces"
NOT_YOURS = (
    "you cannot replace this visit: whoever sent or led it, its crew, or the officer in charge of its station can. "
    "Leave this out and send yours as a visit of its own"
)
# What travels sealed of a hazard, a referral or a photograph, and so is not given back with the rest: of which group,
# which fields, and of which lines.
SEALED: tuple[tuple[str, tuple[str, ...], Callable[[Mapping[str, Any]], bool]], ...] = (
    ("hazards", ("location", "note", "photo", "basis"), lambda one: one["code"] == HazardCode.VIOLENCE),
    ("hazards", ("clutter",), lambda one: one["code"] == HazardCode.CLUTTER),
    (
        "referrals",
        ("note", "consent_state", "override_ground", "override_note", "spoken_to", "spoken_at"),
        lambda one: one["kind"] == ReferralKind.RI9,
    ),
    ("media", TELLS_OF_PEOPLE, lambda one: bool(one["contains_people"])),
)


def may_amend(author: Author, visit: ReceivedVisit) -> bool:
    """Return whether somebody may replace a visit: its sender, lead officer or crew, or its officer in charge.

    Policy: docs/domain/4.4.md, RESUBMITTED; docs/domain/4.6.md.
    """
    in_charge = Role.OFFICER_IN_CHARGE in author.roles and author.station == visit.station
    return author.name in visit.people or in_charge


def reasons_to_refuse_amending(
    visit: VisitForm, author: Author, received: Mapping[str, ReceivedVisit]
) -> tuple[FieldReason, ...]:
    """Return why a visit may not replace the one it names; one that has not arrived yet is no reason.

    Whether it may then is looked at again when both are in the review queue.

    Policy: docs/domain/4.4.md, RESUBMITTED: what arrives out of order is put in order.
    """
    if visit.amends is None:
        return ()
    if visit.amends == visit.submission_id:
        return (FieldReason("/amends", NOT_ITSELF),)
    amended = received.get(visit.amends)
    if amended is None or may_amend(author, amended):
        return ()
    return (FieldReason("/amends", NOT_YOURS),)


def is_author(name: str, visit: ReceivedVisit) -> bool:
    """Return whether somebody wrote a visit: who sent it, or who led it; they are given back what they sealed.

    Policy: docs/domain/4.6.md: access codes and contacts.
    """
    return name in (visit.submitted_by, visit.open_part["lead_officer_id"])


def not_given_back(visit: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where in the open part of a visit something may have been sealed, as JSON pointers: write it again.

    The same for every caution, marker and photograph of people, so that it tells nothing.

    Policy: docs/domain/1.4.md, split at intake.
    """
    return tuple(
        f"/{group}/{number}/{field}"
        for group, fields, is_sealed in SEALED
        for number, one in enumerate(visit.get(group) or ())
        if is_sealed(one)
        for field in fields
    )
