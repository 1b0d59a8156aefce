"""A temporary risk in words: where it stands on a day, and what was done to it."""

from collections.abc import Iterable
from typing import Any

from schemas.vocabulary import TemporarySource
from services.domain.working_time import date_words
from services.risk_register.rules.temporary import HistoryLine, TemporaryRisk, TemporaryState

DONE = {
    "raised": "Raised",
    "renewed": "Renewed",
    "ended": "Ended",
    "expired, to be confirmed": "Past its last day",
    "reported": "Reported by the responsible person, too",
    "repair reported": "Reported as repaired by the responsible person: it stands until a crew has seen it",
}
SOURCES = {
    TemporarySource.BY_HAND: "by hand",
    TemporarySource.REFERRAL: "referred by the crew",
    TemporarySource.FAULT: "equipment out of order",
    TemporarySource.RESPONSIBLE_PERSON: "reported by the responsible person",
}


def state_words(risk: TemporaryRisk, state: TemporaryState) -> str:
    """Return where it stands: "In force until 12 Dec 2026", "Expired on 12 Dec 2026: confirm", "Ended"."""
    return {
        TemporaryState.IN_FORCE: f"In force until {date_words(risk.ends_on)}",
        TemporaryState.TO_CONFIRM: f"Expired on {date_words(risk.ends_on)}: confirm",
        TemporaryState.ENDED: "Ended",
    }[state]


def history_lines(history: Iterable[HistoryLine]) -> list[dict[str, Any]]:
    """Return what was done to it, oldest first, as a timeline shows it."""
    return [
        {
            "title": DONE.get(line.action, line.action) + _until(line),
            "at": line.at,
            "by": line.by,
            "detail": line.why if line.by else "",
        }
        for line in history
    ]


def _until(line: HistoryLine) -> str:
    return f", until {date_words(line.until)}" if line.action in ("raised", "renewed") else ""
