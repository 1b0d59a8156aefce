"""Which published visits are checked for quality, by whom, on which points, and what the crew is told of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from schemas.risk_register import VisitQualityChecked
from schemas.vocabulary import QualityPoint
from services.domain.quality import MAY_NOT_APPLY, POINT_WORDS
from services.domain.working_time import local_date
from services.risk_register.rules.competence import Competence, is_competent_on
from services.risk_register.rules.decisions import is_author
from services.risk_register.rules.items import Item
from services.shared.errors import FieldReason

PERCENT_AT_RANDOM = 10
SHORTEST_WORDS, LONGEST_WORDS = 5, 500


class PointAnswer(StrEnum):
    """What a check says of one point."""

    RIGHT = "RIGHT"
    NOT_RIGHT = "NOT_RIGHT"
    DOES_NOT_APPLY = "DOES_NOT_APPLY"


class QualityState(StrEnum):
    """Where a check stands."""

    WAITING = "WAITING"
    SCORED = "SCORED"


class QualityChange(StrEnum):
    """What may become of a check."""

    SCORE = "SCORE"
    REOPEN = "REOPEN"


TRANSITIONS: Mapping[QualityState, Mapping[QualityChange, QualityState]] = {
    QualityState.WAITING: {QualityChange.SCORE: QualityState.SCORED},
    QualityState.SCORED: {QualityChange.REOPEN: QualityState.WAITING},
}


@dataclass(frozen=True)
class QualityCheck:
    """A published visit that was drawn: why, who made and who decided it, and how it was scored.

    `authors` led or sent it, `crew` its crew list names besides, `reviewers` decided on it: none of them may score it.
    `version` rises with every change.
    """

    visit_id: str
    premises_id: str
    station: str
    visited_on: date
    published_at: datetime
    at_random: bool
    not_competent: bool
    authors: tuple[str, ...]
    crew: tuple[str, ...]
    reviewers: tuple[str, ...]
    state: QualityState = QualityState.WAITING
    version: int = 1
    answers: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, str] = field(default_factory=dict)
    points_right: int = 0
    points_asked: int = 0
    scored_by: str | None = None
    scored_at: datetime | None = None

    def as_news(self, at: datetime) -> VisitQualityChecked:
        """Return what is said of it: the result, or that it no longer stands."""
        return VisitQualityChecked(
            visit_id=self.visit_id,
            premises_id=self.premises_id,
            points_right=self.points_right,
            points_asked=self.points_asked,
            findings={QualityPoint(point): words for point, words in self.findings.items()},
            at_random=self.at_random,
            is_reopened=self.state is QualityState.WAITING,
            checked_at=at,
        )


def is_drawn_at_random(stamp: str, percent: int = PERCENT_AT_RANDOM) -> bool:
    """Return whether a visit is in the random sample, by the stamp of its number: hexadecimal digits.

    The stamp is made with a key that neither crew nor reviewer has, so nobody can tell or choose; made again, it is the
    same.

    Policy: docs/domain/4.4.md, QA.
    """
    return int(stamp[:12], 16) % 10_000 < percent * 100


def leads_of(item: Item) -> tuple[str, ...]:
    """Return whose competence counts: who led the visit, and who made those merged into it.

    Policy: docs/domain/4.4.md, QA.
    """
    return tuple(dict.fromkeys((item.form.lead_officer_id, *(item.authors_merged or ()))))


def drawn(
    item: Item, reviewers: Collection[str], stamp: str, entered: Collection[Iterable[Competence]], at: datetime
) -> QualityCheck | None:
    """Return the check that a published visit is drawn for, None if it is not; `entered` is by whose competence counts.

    Policy: docs/domain/4.4.md, QA: 10 % at random, and every one led by somebody not competent on the day of the visit.
    """
    day = local_date(item.form.started_at)
    at_random, not_competent = is_drawn_at_random(stamp), not all(is_competent_on(one, day) for one in entered)
    if not (at_random or not_competent):
        return None
    return QualityCheck(
        visit_id=item.visit_id,
        premises_id=item.premises_id,
        station=item.form.station,
        visited_on=day,
        published_at=at,
        at_random=at_random,
        not_competent=not_competent,
        authors=tuple(sorted(item.authors)),
        crew=tuple(sorted(item.named)),
        reviewers=tuple(sorted(set(reviewers))),
    )


def may_change(state: QualityState, change: QualityChange) -> bool:
    """Return whether a check in one state may be changed so.

    Policy: docs/domain/4.4.md, QA.
    """
    return change in TRANSITIONS[state]


def reasons_of_the_checker(check: QualityCheck, name: str, *, is_manager: bool) -> tuple[str, ...]:
    """Return why somebody may not check a visit: who made it or decided on it never does.

    Anybody can be named in a crew list, so whom it alone names leaves it to another, and it stops no manager.

    Policy: docs/domain/4.4.md, QA.
    """
    if is_author(name, check.authors):
        return ("you led this visit or sent it: somebody else checks it",)
    if is_author(name, check.reviewers):
        return ("you decided on this visit: somebody else checks it",)
    if is_author(name, check.crew) and not is_manager:
        return ("its crew list names you: somebody else checks it, or the manager of the risk team",)
    return ()


def reasons_to_refuse_scoring(answers: Mapping[str, str], findings: Mapping[str, str]) -> tuple[FieldReason, ...]:
    """Return why a visit cannot be scored like this, all at once; pointers are /ADDRESS, /ADDRESS-words …

    Policy: docs/domain/4.4.md, QA: each point is answered, and what is not right is said to the crew.
    """
    found: list[FieldReason] = []
    for point, words in POINT_WORDS.items():
        answer, said = answers.get(point, ""), findings.get(point, "").strip()
        allowed = set(PointAnswer) if point in MAY_NOT_APPLY else set(PointAnswer) - {PointAnswer.DOES_NOT_APPLY}
        if answer not in allowed:
            found.append(FieldReason(f"/{point}", f"{words}: say whether it is right"))
        elif answer == PointAnswer.NOT_RIGHT and not SHORTEST_WORDS <= len(said) <= LONGEST_WORDS:
            how = f"say what is not right, in {SHORTEST_WORDS} to {LONGEST_WORDS} characters"
            found.append(FieldReason(f"/{point}-words", f"{words}: {how}"))
        elif answer != PointAnswer.NOT_RIGHT and said:
            found.append(FieldReason(f"/{point}-words", f"{words}: take the words out, or say that it is not right"))
    return tuple(found)


def scored(
    check: QualityCheck, answers: Mapping[str, str], findings: Mapping[str, str], by: str, at: datetime
) -> QualityCheck:
    """Return a check with its result: how many of the points that apply are right.

    Policy: docs/domain/4.4.md, QA.
    """
    given = [answers[point] for point in POINT_WORDS]
    return replace(
        check,
        state=TRANSITIONS[check.state][QualityChange.SCORE],
        version=check.version + 1,
        answers={point: answers[point] for point in POINT_WORDS},
        findings={point: findings[point].strip() for point in POINT_WORDS if findings.get(point, "").strip()},
        points_right=given.count(PointAnswer.RIGHT),
        points_asked=len(given) - given.count(PointAnswer.DOES_NOT_APPLY),
        scored_by=by,
        scored_at=at,
    )


def reopened(check: QualityCheck) -> QualityCheck:
    """Return a check that waits again, without a result; the former one stays in the history.

    Policy: docs/domain/4.4.md, QA.
    """
    return replace(
        check,
        state=TRANSITIONS[check.state][QualityChange.REOPEN],
        version=check.version + 1,
        answers={},
        findings={},
        points_right=0,
        points_asked=0,
        scored_by=None,
        scored_at=None,
    )


def reasons_to_refuse_reopening(reason: str) -> tuple[FieldReason, ...]:
    """Return why a check cannot be reopened with these words.

    Policy: docs/domain/4.4.md, QA: with a reason.
    """
    if SHORTEST_WORDS <= len(reason.strip()) <= LONGEST_WORDS:
        return ()
    return (FieldReason("/reason", f"say why, in {SHORTEST_WORDS} to {LONGEST_WORDS} characters"),)
