"""What the scorecard shows: the account of all visits, where they are, and how long things took."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from services.scorecard.rules.debriefs import RightScore
from services.scorecard.rules.quality import QualityScore
from services.scorecard.rules.reconciliation import Reconciliation, Took
from services.scorecard.rules.states import FINISHED, ORDER, state_words
from services.shared.paging import Page
from services.shared.web.words import duration_words

# docs/domain/4.7.md, measures 19, 21 and 25: what of them is not counted here, and why.
ELSEWHERE: tuple[tuple[str, str], ...] = (
    (
        "Safe and Well: first contact in time",
        "Not measured here, because nothing of a home visit leaves prevention’s desk. Its own list shows the share.",
    ),
    (
        "What was wrong after an incident, put right within 3 working days",
        "Not measured here, because the register does not tell the scorecard when it is put right. The risk team’s "
        "list “After incidents” shows what waits and what is late.",
    ),
    (
        "Visits by station, month and level, beside the plan",
        "Not measured here, because what a plan asks is not told to the scorecard. Each station’s visit plan shows "
        "what is asked, done and late.",
    ),
)


@dataclass(frozen=True)
class StateLine:
    """One state: how many visits are in it, and since when the oldest of them is."""

    state: str
    words: str
    visits: int
    oldest_at: datetime
    finished: bool


@dataclass(frozen=True)
class Measured:
    """Everything the scorecard measures at one moment."""

    account: Reconciliation
    states: Sequence[StateLine]
    lost: Sequence[str]
    lost_page: Page
    on_their_way: int
    shown_at_once: Took
    shown_published: Took
    debriefs: RightScore
    quality: QualityScore
    referrals: Mapping[str, int]


def state_lines(counted: Sequence[tuple[str, int, datetime]]) -> list[StateLine]:
    """Return the states in the order a visit goes through them."""
    lines = [StateLine(state, state_words(state), visits, at, state in FINISHED) for state, visits, at in counted]
    return sorted(lines, key=lambda line: ORDER.get(line.state, len(ORDER)))


def seconds_words(seconds: float | None) -> str | None:
    """Return how long, for a card: milliseconds below a second, days above two."""
    if seconds is None:
        return None
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 120 else duration_words(timedelta(seconds=seconds))


def as_json(measured: Measured, at: datetime) -> dict[str, Any]:
    """Return the scorecard for a machine."""
    account = measured.account
    return {
        "at": at,
        "reconciliation": {
            "submitted": account.submitted,
            "quarantined": account.quarantined,
            "in_flight": account.in_flight,
            "finished": account.finished,
            "gap": account.gap,
            "holds": account.holds,
            "lost": list(measured.lost),
            "lost_in_all": measured.lost_page.total,
            "lost_shown": measured.lost_page.words,
            "on_their_way": measured.on_their_way,
        },
        "states": [
            {"state": line.state, "visits": line.visits, "oldest_at": line.oldest_at} for line in measured.states
        ],
        "received_to_control": asdict(measured.shown_at_once),
        "received_to_control_once_published": asdict(measured.shown_published),
        "right_after_incidents": asdict(measured.debriefs),
        "quality_at_random": asdict(measured.quality),
        "referrals": dict(measured.referrals),
    }
