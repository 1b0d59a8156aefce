"""Who answers for which premises as their responsible person: given by name, and ended with a reason."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from services.risk_register.rules.competence import key_of
from services.shared.errors import FieldReason

LONGEST_NAME, SHORTEST_ORGANISATION, LONGEST_ORGANISATION = 80, 2, 80
SHORTEST_REASON, LONGEST_REASON = 5, 500
NO_SUCH_BUILDING = "there is no building of this number: give the UPRN of the block, not of a flat in it"


@dataclass(frozen=True)
class Answering:
    """That an account answers for a premises, for whom, and who gave and ended that.

    `account` is the name that they sign in with.
    """

    answering_id: str
    account: str
    organisation: str
    premises_id: str
    given_by: str
    given_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_reason: str | None = None

    @property
    def account_key(self) -> str:
        """Return the account's name as names are compared."""
        return key_of(self.account)


@dataclass(frozen=True)
class AnsweringWanted:
    """That an account is to answer for a premises, as somebody enters it."""

    account: str
    organisation: str
    premises_id: str


def given_to(wanted: AnsweringWanted, answering_id: str, by: str, at: datetime) -> Answering:
    """Return that an account answers for a premises, which nothing speaks against.

    Policy: docs/domain/4.6.md.
    """
    return Answering(answering_id, wanted.account.strip(), wanted.organisation.strip(), wanted.premises_id, by, at)


def reasons_to_refuse_giving(
    wanted: AnsweringWanted, *, is_building: bool, given: Collection[Answering], given_by: str
) -> tuple[FieldReason, ...]:
    """Return why an account cannot be given a premises, each with how to mend it; `given` is what it has.

    Policy: docs/domain/4.6.md: a responsible person sees its own reports and nothing else; nobody gives it themselves.
    """
    found: list[FieldReason] = []
    if not 0 < len(wanted.account.strip()) <= LONGEST_NAME:
        words = f"give the name that they sign in with, in 1 to {LONGEST_NAME} characters"
        found.append(FieldReason("/account", words))
    elif key_of(wanted.account) == key_of(given_by):
        found.append(FieldReason("/account", "this is you: give the account of the responsible person"))
    if not SHORTEST_ORGANISATION <= len(wanted.organisation.strip()) <= LONGEST_ORGANISATION:
        lengths = f"{SHORTEST_ORGANISATION} to {LONGEST_ORGANISATION}"
        found.append(FieldReason("/organisation", f"name the responsible person or its agent, in {lengths} characters"))
    if not is_building:
        found.append(FieldReason("/premises_id", NO_SUCH_BUILDING))
    elif any(one.premises_id == wanted.premises_id and one.ended_at is None for one in given):
        found.append(FieldReason("/premises_id", "this account answers for these premises already"))
    return tuple(found)


def reasons_to_refuse_ending_it(reason: str) -> tuple[FieldReason, ...]:
    """Return why it cannot be ended that an account answers for a premises, each with how to mend it.

    Policy: docs/domain/4.6.md.
    """
    if SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        return ()
    return (FieldReason("/reason", f"say why it ends, in {SHORTEST_REASON} to {LONGEST_REASON} characters"),)


def answered_no_more(answering: Answering, by: str, reason: str, at: datetime) -> Answering:
    """Return that an account answers for a premises as it has ended.

    Policy: docs/domain/4.6.md.
    """
    return replace(answering, ended_by=by, ended_reason=reason.strip(), ended_at=at)
