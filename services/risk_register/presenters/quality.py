"""Checks of quality in words: why a visit was drawn, what was found, and the results by station and month."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from schemas.vocabulary import QualityPoint
from services.domain.quality import MAY_NOT_APPLY, POINT_QUESTIONS, POINT_WORDS
from services.risk_register.rules.quality import PointAnswer, QualityCheck, QualityState
from services.risk_register.rules.quality_results import Result

PATH = "/oversight/quality"
ANSWER_WORDS = {
    PointAnswer.RIGHT: "Right",
    PointAnswer.NOT_RIGHT: "Not right",
    PointAnswer.DOES_NOT_APPLY: "Does not apply",
}
STATE_WORDS = {QualityState.WAITING: "To check", QualityState.SCORED: "Checked"}
DONE = {"drawn": "Drawn", "scored": "Checked", "reopened": "Opened again"}


def why_words(check: QualityCheck) -> str:
    """Return why a visit was drawn."""
    why = [
        words
        for words, holds in (("lead not competent by the record", check.not_competent), ("at random", check.at_random))
        if holds
    ]
    return " and ".join(why).capitalize()


def tabs(state: QualityState, counts: Mapping[QualityState, int]) -> list[dict[str, Any]]:
    """Return the states as parts of the list, each with how many are in it."""
    return [
        {"text": words, "href": address(each), "count": counts[each], "active": each is state}
        for each, words in STATE_WORDS.items()
    ]


def address(state: QualityState) -> str:
    """Return the address of the list of one state."""
    return PATH if state is QualityState.WAITING else f"{PATH}?show={state}"


def points_to_ask() -> list[dict[str, Any]]:
    """Return the six points as a form asks for them."""
    return [
        {
            "code": point.value,
            "words": words,
            "question": POINT_QUESTIONS[point],
            "answers": [
                (answer.value, said)
                for answer, said in ANSWER_WORDS.items()
                if answer is not PointAnswer.DOES_NOT_APPLY or point in MAY_NOT_APPLY
            ],
        }
        for point, words in POINT_WORDS.items()
    ]


def point_lines(check: QualityCheck) -> list[dict[str, str]]:
    """Return what a check says of each point."""
    return [
        {
            "words": POINT_WORDS[QualityPoint(point)],
            "answer": ANSWER_WORDS[PointAnswer(answer)],
            "finding": check.findings.get(point, ""),
        }
        for point, answer in sorted(
            check.answers.items(), key=lambda pair: list(POINT_WORDS).index(QualityPoint(pair[0]))
        )
    ]


def history_lines(history: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what was done to a check, oldest first, as a timeline shows it."""
    return [
        {"title": DONE.get(each["action"], each["action"]), "at": each["at"], "by": each["by"], "detail": each["why"]}
        for each in history
    ]


def result_words(result: Result | None) -> str:
    """Return a result as a table shows it."""
    if result is None:
        return "None"
    return "Fewer than 5" if result.percent is None else f"{result.percent} %"


def month_words(month: date) -> str:
    """Return a month as the head of a column: "Nov 2026"."""
    return f"{month:%b %Y}"
