"""What the scorecard shows: the account of all visits, where they are, and how long things took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.scorecard.rules.reconciliation import Reconciliation
from services.scorecard.rules.standing import FINISHED, ORDER, state_words


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
    shown_count: int
    shown_p50_s: float | None
    shown_p95_s: float | None
    referrals: Mapping[str, int]


def state_lines(counted: Sequence[tuple[str, int, datetime]]) -> list[StateLine]:
    """Return the states in the order a visit goes through them."""
    lines = [StateLine(state, state_words(state), visits, at, state in FINISHED) for state, visits, at in counted]
    return sorted(lines, key=lambda line: ORDER.get(line.state, len(ORDER)))


def seconds_words(seconds: float | None) -> str | None:
    """Return how long, for a card: milliseconds below a second."""
    if seconds is None:
        return None
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


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
        },
        "states": [
            {"state": line.state, "visits": line.visits, "oldest_at": line.oldest_at} for line in measured.states
        ],
        "received_to_control": {
            "visits": measured.shown_count,
            "p50_s": measured.shown_p50_s,
            "p95_s": measured.shown_p95_s,
        },
        "referrals": dict(measured.referrals),
    }
