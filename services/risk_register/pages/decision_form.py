"""The decision form as it comes back: what it asks for, and everything in it that must be mended, in page order."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData

from schemas.visit_parts import LevelOverride
from services.domain.counting import counted
from services.domain.fact_words import label_of
from services.risk_register.handlers.desk import Command
from services.risk_register.handlers.moves import Move
from services.risk_register.presenters.comparison import Comparison, fields_to_name
from services.risk_register.presenters.fact_words import order_of
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person

DECISIONS = frozenset({Move.PUBLISH, Move.AMEND, Move.RETURN, Move.REJECT, Move.MERGE, Move.ESCALATE})
# What cannot be taken back by the one who did it is confirmed by a tick of its own.
NEEDS_TICK = {
    Move.REJECT: "tick that this visit is to be closed for good",
    Move.MERGE: "tick that this visit is to be closed for good",
    Move.ESCALATE: "tick that the manager is to decide",
}
LEVELS = ("1", "2", "3", "4", "5")
LONGEST = 500
FIELDS = frozenset(field["value"] for field in fields_to_name(()))
# The parts of the form from top to bottom, by the pointer of what is wrong with them.
PAGE_ORDER = (
    *("/version", "/decision", "/facts", "/take_out", "/override/level", "/override/reason"),
    *("/fields", "/into", "/reason", "/sure"),
)


class DecisionForm:
    """What was typed and ticked, kept as it was; `problems` gathers what could not be read of it."""

    def __init__(self, typed: FormData) -> None:
        self.typed = typed
        self.problems: list[FieldReason] = []

    def command(self, visit_id: str, person: Person, comparison: Comparison) -> tuple[Move, Command]:
        """Return the decision and what it needs; raises if no decision was chosen or the page is out of date."""
        version, move = self._version(), self._move()
        more = self._changes(comparison) if move is Move.AMEND else {}
        if move is Move.MERGE:
            more["into"] = self._words("into", "/into") or None
        reason = self._words(f"{move.value}_reason", "/reason") or None
        if move in NEEDS_TICK and self.typed.get("sure") != move.value:
            self.problems.append(FieldReason("/sure", NEEDS_TICK[move]))
        fields = tuple(str(name) for name in self.typed.getlist(f"{move.value}_fields") if name in FIELDS)
        return move, Command(
            visit_id,
            version,
            person,
            reason=reason,
            fields=fields,
            comments=self._comments(move, fields),
            problems=tuple(self.problems),
            was_not_there=self.typed.get("was_not_there") == "yes",
            **more,
        )

    def _move(self) -> Move:
        chosen = str(self.typed.get("decision", ""))
        if chosen not in DECISIONS:
            raise _refused("/decision", "choose what to do with this visit")
        return Move(chosen)

    def _version(self) -> int:
        version = counted(str(self.typed.get("version", "")).strip())
        if version is None:
            raise _refused("/version", "this page is out of date: load it again")
        return version

    def _changes(self, comparison: Comparison) -> dict[str, Any]:
        """Return what the reviewer changes. A fact whose tick was taken out is left as it is in the record."""
        ticked = {str(key) for key in self.typed.getlist("publish")}
        facts = {}
        for line in comparison.to_decide:
            if line.text is None or line.correction is not None or line.key not in ticked:
                continue
            words = self._words(f"fact-{line.key}", f"/facts/{line.key}")
            if words and words != line.text:
                facts[line.key] = words
        return {
            "facts": facts,
            "leave_out": tuple(line.key for line in comparison.to_decide if line.key not in ticked),
            "take_out": tuple(str(key)[:LONGEST] for key in self.typed.getlist("take_out")),
            "override": self._override(),
        }

    def _comments(self, move: Move, fields: Sequence[str]) -> dict[str, str]:
        """Return what was written about single fields that are ticked."""
        typed = {name: self._words(f"{move.value}_comment_{name}", "/reason") for name in fields}
        return {name: words for name, words in typed.items() if words}

    def _override(self) -> LevelOverride | None:
        level, reason = self._words("level", "/override/level"), self._words("level_reason", "/override/reason")
        if not level and not reason:
            return None
        if level not in LEVELS:
            words = "choose a level from 1 to 5" if level else "choose the level, or clear the words that say why"
            self.problems.append(FieldReason("/override/level", words))
            return None
        return LevelOverride(level=int(level), reason=reason)

    def _words(self, name: str, pointer: str) -> str:
        """Return what was typed into a field; nothing, and a problem, for what cannot be kept."""
        words = str(self.typed.get(name, "")).strip()
        if "\0" in words:
            self.problems.append(FieldReason(pointer, "it holds a character that cannot be kept: type it again"))
        elif len(words) > LONGEST:
            self.problems.append(FieldReason(pointer, f"use at most {LONGEST} characters, not {len(words)}"))
        else:
            return words
        return ""


def errors_of(refused: Refused, decision: str) -> list[dict[str, str]]:
    """Return each thing to mend once, in page order, with the place on the page where it is mended."""
    reasons = refused.reasons or (FieldReason("/version", str(refused)),)
    ordered = sorted(reasons, key=_page_order)
    lines = {_place_of(reason.pointer, decision): _sentence(reason) for reason in reversed(ordered)}
    return [{"text": words, "href": f"#{place}"} for place, words in reversed(lines.items())]


def _page_order(reason: FieldReason) -> tuple[int, tuple[int, int, str]]:
    part = next((place for place, start in enumerate(PAGE_ORDER) if reason.pointer.startswith(start)), 0)
    return part, order_of(reason.pointer.removeprefix("/facts/"))


def _place_of(pointer: str, decision: str) -> str:
    if pointer.startswith("/facts/"):
        return f"fact-{pointer.removeprefix('/facts/')}"
    return {
        "/decision": "decision-publish",
        "/facts": "changes",
        "/override/level": "level",
        "/override/reason": "level_reason",
        "/fields": f"{decision}-fields",
        "/into": "into",
        "/reason": f"{decision}_reason",
        "/sure": f"{decision}-sure",
        "/restoring": "restore_reason",
        "/words": "note",
    }.get(pointer, "take-out" if pointer.startswith("/take_out") else "what-to-do")


def _sentence(reason: FieldReason) -> str:
    about = f"{label_of(reason.pointer.removeprefix('/facts/'))}: " if reason.pointer.startswith("/facts/") else ""
    return about + (reason.reason if about else reason.reason[:1].upper() + reason.reason[1:])


def _refused(pointer: str, words: str) -> Refused:
    return Refused(words, (FieldReason(pointer, words),))
