"""Notices, audits and premises in words, as every page says them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from schemas.vocabulary import NoticeEnd
from services.domain.words import words_for
from services.domain.working_time import date_words
from services.protection.rules.feeds import Outcome
from services.protection.rules.records import KnownPremises, Notice, NoticeState

OUTCOMES = {
    Outcome.NEW: "new",
    Outcome.CHANGED: "changed",
    Outcome.SAME: "the same as before",
    Outcome.REFUSED: "refused",
}
ENDS = {NoticeEnd.COMPLIED: "complied with", NoticeEnd.WITHDRAWN: "withdrawn"}


class DoneTo(Protocol):
    """What was once done to a record."""

    @property
    def action(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def at(self) -> Any: ...
    @property
    def why(self) -> str: ...


def called(premises: KnownPremises | None, premises_id: str = "") -> str:
    """Return a premises as one line: its name unless the address begins with it, address and postcode."""
    if premises is None or not premises.address:
        return f"Premises {premises.premises_id if premises else premises_id}, not in the gazetteer"
    name = "" if premises.address.casefold().startswith(premises.name.casefold()) else premises.name
    return ", ".join(part for part in (name, premises.address, premises.postcode) if part)


def state_words(notice: Notice, today: date) -> str:
    """Return where a notice stands on a day."""
    if notice.state is NoticeState.LIFTED and notice.ended_on is not None:
        return f"Lifted on {date_words(notice.ended_on)}: {ENDS[notice.because] if notice.because else 'ended'}"
    if today < notice.from_on:
        return f"Begins on {date_words(notice.from_on)}"
    if notice.until_on is None:
        return "In force until it is lifted"
    if today > notice.until_on:
        return f"In force, its date {date_words(notice.until_on)} has passed: lift it or amend it"
    return f"In force to {date_words(notice.until_on)}"


def history_lines(history: Iterable[DoneTo]) -> list[dict[str, Any]]:
    """Return what was done to a record, oldest first, as a timeline shows it."""
    return [
        {"title": each.action[:1].upper() + each.action[1:], "at": each.at, "by": each.by, "detail": each.why}
        for each in history
    ]


FILTERS = {"words": words_for, "called": called, "state_words": state_words}
