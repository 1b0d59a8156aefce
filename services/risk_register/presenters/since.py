"""What was done to a visit, in words: by whom, when, for a reviewer who comes back to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from services.domain.fact_words import label_of
from services.risk_register.rules.dossiers import Version
from services.risk_register.rules.notes import Happened, Note

ACTIONS: Mapping[str, str] = {
    "claimed": "claimed it",
    "released": "gave it back",
    "approved first": "approved it, as the first of two",
    "publish": "published it",
    "amend": "published it with changes",
    "return": "returned it to the crew",
    "reject": "rejected it",
    "merge": "merged it into another visit",
    "escalate": "passed it to the manager",
}
OF_A_FIELD: Mapping[str, str] = {"corrected": "corrected", "correction taken back": "took back the correction of"}
# A note speaks for itself.
NOT_TOLD = frozenset({"note written"})


class Entry(Protocol):
    """An entry of the history."""

    action: str
    actor: str
    at: datetime
    details: dict[str, Any]


def happened(entries: Sequence[Entry], notes: Sequence[Note], versions: Sequence[Version]) -> list[Happened]:
    """Return everything that was done about a visit: to it, in notes on it, and to the record of its premises."""
    done = [Happened(one.at, one.actor, _words(one)) for one in entries if one.action not in NOT_TOLD]
    done += [Happened(one.at, one.by, f"wrote: “{one.words}”") for one in notes if one.words is not None]
    done += [Happened(one.at, one.published_by, f"published version {one.version} of the record") for one in versions]
    return done


def _words(entry: Entry) -> str:
    if entry.action in OF_A_FIELD:
        return f"{OF_A_FIELD[entry.action]} {label_of(entry.details.get('field', '')).lower()}"
    return ACTIONS.get(entry.action, entry.action)
