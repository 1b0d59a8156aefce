"""What is recorded of a Safe and Well case, in the words that its history keeps; they are kept sealed."""

from collections.abc import Iterable
from datetime import datetime

from services.domain.working_time import UK, date_words
from services.referrals.rules.framework import (
    FACTOR_WORDS,
    FITTING_WORDS,
    MEANS_WORDS,
    NEED_WORDS,
    REACHED_WORDS,
    RESULT_WORDS,
    Factor,
)
from services.referrals.rules.home_visits import Assessed, Try, Visit


def moment_words(at: datetime) -> str:
    """Return a moment by UK clocks, in full: what is kept is read years later.

    Policy: docs/domain/4.8.md.
    """
    local = at.astimezone(UK)
    return f"{local:%H:%M} on {date_words(local.date())}"


def need_words(assessed: Assessed) -> str:
    """Return a need with what it rests on.

    Policy: docs/domain/4.8.md.
    """
    return _sentences(NEED_WORDS[assessed.need], *factor_lines(assessed.factors), assessed.words)


def factor_lines(factors: Iterable[Factor]) -> list[str]:
    """Return what a need rests on, a line for each part of the framework that has any.

    Policy: docs/domain/4.8.md: people, behaviours, home.
    """
    chosen = set(factors)
    lines = []
    for part, words in FACTOR_WORDS.items():
        said = [text[:1].lower() + text[1:] for factor, text in words.items() if factor in chosen]
        if said:
            lines.append(f"{part}: {', '.join(said)}")
    return lines


def try_words(tried: Try) -> str:
    """Return one try to reach the person.

    Policy: docs/domain/4.8.md.
    """
    said = f"{REACHED_WORDS[tried.reached]}, {moment_words(tried.tried_at)}"
    return _sentences(said, MEANS_WORDS[tried.means], tried.words)


def visit_words(visit: Visit) -> str:
    """Return the visit, with what was fitted.

    Policy: docs/domain/4.8.md.
    """
    said = f"{RESULT_WORDS[visit.result]}, {moment_words(visit.at)}"
    fitted = ", ".join(fitted_lines(visit))
    return _sentences(said, f"Fitted: {fitted}" if fitted else "", visit.words)


def fitted_lines(visit: Visit) -> list[str]:
    """Return what was fitted, as "2 × smoke alarm".

    Policy: docs/domain/4.8.md.
    """
    return [f"{count} × {FITTING_WORDS[thing].lower()}" for thing, count in visit.fitted.items()]


def corrected_words(words: str, before: str, reason: str) -> str:
    """Return what is recorded with what it takes the place of, and why.

    Policy: docs/domain/4.8.md.
    """
    return _sentences(words, f"Corrected because: {reason.strip()}", f"Before: {before}")


def moved_words(was: datetime | None, now: datetime | None) -> str:
    """Return how a deadline moved; empty if it stays.

    Policy: docs/domain/4.2.md, SG10.
    """
    if now is None or was == now:
        return ""
    return f"To be reached by {moment_words(now)}" + (f", before by {moment_words(was)}" if was else "")


def _sentences(*parts: str) -> str:
    return ". ".join(part.strip().rstrip(".") for part in parts if part.strip())
