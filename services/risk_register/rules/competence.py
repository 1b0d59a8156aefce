"""Who is competent to lead visits: by a record that the risk team's manager keeps, not by a tick of one's own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.shared.errors import FieldReason

LONGEST = timedelta(days=5 * 366)
ENDS_SOON = timedelta(days=60)
LONGEST_NAME = 64
SHORTEST_WORDS, LONGEST_BASIS, LONGEST_REASON = 5, 200, 500


@dataclass(frozen=True)
class Competence:
    """From when until when somebody is competent to lead visits, what that rests on, and who entered it.

    `person` is the name that they sign in with. From the day `withdrawn_on` it counts no more.
    """

    competence_id: str
    person: str
    from_on: date
    until_on: date
    basis: str
    entered_by: str
    entered_at: datetime
    withdrawn_on: date | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_reason: str | None = None

    @property
    def person_key(self) -> str:
        """Return the name as names are compared."""
        return key_of(self.person)


class CompetenceState(StrEnum):
    """Where a competence stands on a day."""

    EXPIRED = "EXPIRED"
    ENDS_SOON = "ENDS_SOON"
    CURRENT = "CURRENT"
    TO_COME = "TO_COME"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True)
class CompetenceWanted:
    """What somebody enters of a person's competence; a day that is none is None."""

    person: str
    from_on: date | None
    until_on: date | None
    basis: str


def key_of(person: str) -> str:
    """Return a name as names are compared: one typed in other case is the same person's.

    Policy: docs/domain/4.4.md, author ≠ approver.
    """
    return person.strip().casefold()


def is_competent_on(entered: Iterable[Competence], day: date) -> bool:
    """Return whether somebody was competent to lead a visit on a day, by all that is entered of them.

    Policy: docs/domain/4.4.md, competence: both days count; from the day of a withdrawal it counts no more.
    """
    return any(
        each.from_on <= day <= each.until_on and (each.withdrawn_on is None or day < each.withdrawn_on)
        for each in entered
    )


def state_on(competence: Competence, day: date) -> CompetenceState:
    """Return where a competence stands on a day.

    Policy: docs/domain/4.4.md, competence.
    """
    if competence.withdrawn_on is not None:
        return CompetenceState.WITHDRAWN
    if competence.until_on < day:
        return CompetenceState.EXPIRED
    if competence.from_on > day:
        return CompetenceState.TO_COME
    return CompetenceState.ENDS_SOON if competence.until_on <= day + ENDS_SOON else CompetenceState.CURRENT


def reasons_to_refuse_entering(
    wanted: CompetenceWanted, entered_by: str, entered: Iterable[Competence]
) -> tuple[FieldReason, ...]:
    """Return why a competence cannot be entered like this, each with how to mend it; `entered` is what the person has.

    Policy: docs/domain/4.4.md, competence: nobody enters their own.
    """
    found: list[FieldReason] = []
    if not 0 < len(wanted.person.strip()) <= LONGEST_NAME:
        found.append(FieldReason("/person", f"give the name they sign in with, in 1 to {LONGEST_NAME} characters"))
    elif key_of(wanted.person) == key_of(entered_by):
        found.append(FieldReason("/person", "this is you: another manager of the risk team enters yours"))
    if wanted.from_on is None:
        found.append(FieldReason("/from_on", "give the first day"))
    if wanted.until_on is None:
        found.append(FieldReason("/until_on", "give the last day"))
    elif wanted.from_on is not None and not wanted.from_on <= wanted.until_on <= wanted.from_on + LONGEST:
        found.append(FieldReason("/until_on", "give a day from the first day on, at most 5 years after it"))
    elif any(
        (each.from_on, each.until_on, each.withdrawn_on) == (wanted.from_on, wanted.until_on, None) for each in entered
    ):
        found.append(FieldReason("/until_on", "this is entered already: they are competent for these days"))
    if not SHORTEST_WORDS <= len(wanted.basis.strip()) <= LONGEST_BASIS:
        how = f"say what it rests on, in {SHORTEST_WORDS} to {LONGEST_BASIS} characters"
        found.append(FieldReason("/basis", how))
    return tuple(found)


def reasons_to_refuse_withdrawing(competence: Competence, withdrawn_by: str, reason: str) -> tuple[FieldReason, ...]:
    """Return why a competence cannot be withdrawn like this, each with how to mend it.

    Policy: docs/domain/4.4.md, competence: with a reason, and nobody withdraws their own.
    """
    found: list[FieldReason] = []
    if competence.person_key == key_of(withdrawn_by):
        found.append(FieldReason("/reason", "this is yours: another manager of the risk team withdraws it"))
    if not SHORTEST_WORDS <= len(reason.strip()) <= LONGEST_REASON:
        how = f"say why it is withdrawn, in {SHORTEST_WORDS} to {LONGEST_REASON} characters"
        found.append(FieldReason("/reason", how))
    return tuple(found)


def withdrawn(competence: Competence, day: date, by: str, reason: str, at: datetime) -> Competence:
    """Return a competence that counts no more from a day on.

    Policy: docs/domain/4.4.md, competence: nothing is deleted.
    """
    return replace(competence, withdrawn_on=day, withdrawn_by=by, withdrawn_reason=reason.strip(), withdrawn_at=at)
