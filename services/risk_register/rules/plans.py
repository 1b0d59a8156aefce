"""The visit plan of a station for a month: its lines, what was changed in it by hand, and where each line stands."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from schemas.premises import LocatedPremises
from schemas.vocabulary import Watch
from services.domain.review_dates import add_months
from services.risk_register.rules.due import Limits
from services.risk_register.rules.pressing import Pressing, Rank, rank_of

MONTHS_AHEAD = 12
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


class PlanChange(StrEnum):
    """What a person may do to a line of a plan."""

    MOVE = "MOVE"
    PUT_OFF = "PUT_OFF"
    ADD = "ADD"
    TAKE_OUT = "TAKE_OUT"


class LineState(StrEnum):
    """Where a line of a plan stands: what needs somebody first."""

    LATE = "late"
    PLANNED = "planned"
    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    PUT_OFF = "put-off"
    TAKEN_OUT = "taken-out"


@dataclass(frozen=True)
class PlanWanted:
    """What the list of a plan is narrowed to; None: not by this."""

    state: LineState | None = None
    watch: Watch | None = None


@dataclass(frozen=True)
class Standing:
    """All by which it is known where a line of a plan stands."""

    is_visited: bool
    is_in: bool
    is_put_off: bool
    is_asked: bool
    has_open_ask: bool


@dataclass(frozen=True)
class Line:
    """One premises in a plan: why, and whose visit it is.

    `proposed_watch` is None where nobody but a person put it in; `watch` and `is_in` are as the changes by hand left
    it. `due_on` is its review date, `reason` what its crew is told. `ask_id` is the visit that was asked for because
    of it.
    """

    station: str
    month: date
    premises_id: str
    premises: LocatedPremises
    why: Pressing
    level: int | None
    due_on: date | None
    units: int
    reason: str
    proposed_watch: Watch | None
    watch: Watch
    planned_at: datetime
    is_in: bool = True
    put_off_until: date | None = None
    is_adjusted: bool = False
    ask_id: str | None = None
    has_open_ask: bool = False
    visit_id: str | None = None
    visited_at: datetime | None = None

    @property
    def rank(self) -> Rank:
        """Return its place in the plan."""
        return rank_of(self.level, self.why, self.due_on, self.units, self.premises_id)

    @property
    def is_open(self) -> bool:
        """Return whether it is in the plan and nobody has been there yet."""
        return self.is_in and self.visited_at is None

    @property
    def standing(self) -> Standing:
        """Return all by which it is known where it stands."""
        put_off = self.put_off_until is not None
        return Standing(self.visited_at is not None, self.is_in, put_off, self.ask_id is not None, self.has_open_ask)


@dataclass(frozen=True)
class Adjustment:
    """What a person did to a line of a plan, why, and who took it back if somebody did."""

    adjustment_id: str
    station: str
    month: date
    premises_id: str
    change: PlanChange
    reason: str
    made_by: str
    made_at: datetime
    watch: Watch | None = None
    until: date | None = None
    undone_by: str | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """The visits of one station for one month, and all that was changed in it by hand, oldest first.

    `version` rises with every change; 0: nobody has made it yet.
    """

    station: str
    month: date
    version: int = 0
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    published_by: str | None = None
    published_at: datetime | None = None
    lines: tuple[Line, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def is_published(self) -> bool:
        """Return whether its visits are asked of crews."""
        return self.published_at is not None

    @property
    def unasked(self) -> tuple[Line, ...]:
        """Return the visits that no crew is asked for yet."""
        return tuple(line for line in self.lines if line.is_open and not line.ask_id)

    def line(self, premises_id: str) -> Line | None:
        """Return the line of a premises, None if it has none."""
        return next((line for line in self.lines if line.premises_id == premises_id), None)

    def adjustments_of(self, premises_id: str) -> tuple[Adjustment, ...]:
        """Return what was changed by hand at one premises, oldest first."""
        return tuple(each for each in self.adjustments if each.premises_id == premises_id)

    def with_lines(self, lines: Iterable[Line]) -> "Plan":
        """Return it with these lines in place of those of the same premises, in its order."""
        all_of_them = {line.premises_id: line for line in (*self.lines, *lines)}
        return replace(self, lines=in_order(all_of_them.values()))


def published(plan: Plan, by: str, at: datetime) -> Plan:
    """Return a plan whose visits are asked of crews; one that asks for nothing new is published as it was.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    if plan.is_published and not plan.unasked:
        return plan
    return replace(plan, published_by=by, published_at=at, version=plan.version + 1)


def in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return lines by danger and age.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    return tuple(sorted(lines, key=lambda line: line.rank))


def state_of(standing: Standing, last_day: date, today: date) -> LineState:
    """Return where a line of a plan stands on a day; `last_day` is that of its month.

    Policy: docs/domain/4.4.md, the visit plan: only a completed visit in person makes it done.
    """
    if standing.is_visited:
        return LineState.DONE
    if not standing.is_in:
        return LineState.PUT_OFF if standing.is_put_off else LineState.TAKEN_OUT
    if standing.is_asked and not standing.has_open_ask:
        return LineState.WITHDRAWN
    if today > last_day:
        return LineState.LATE
    return LineState.ASKED if standing.is_asked else LineState.PLANNED


def month_of(day: date) -> date:
    """Return the first day of the month of a day: by it a plan is known.

    Policy: docs/domain/4.7.md, measure 25: visits by station and month.
    """
    return day.replace(day=1)


def month_in(written: str) -> date | None:
    """Return the month that is written as 2026-12, None if it is none.

    Policy: docs/domain/4.7.md, measure 25.
    """
    found = MONTH.fullmatch(written)
    return date(int(found[1]), int(found[2]), 1) if found else None


def last_day_of(month: date) -> date:
    """Return the last day of a month: by then its visits are to be made.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def limits_of_month(month: date, today: date) -> Limits:
    """Return the days by which a review counts as due for a plan: what is due by the last day of its month.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    return Limits(today, last_day_of(month), last_day_of(month))


def reason_to_refuse_month(month: date, today: date) -> str | None:
    """Return why the plan of a month cannot be changed any more or yet, None if it can.

    Policy: docs/domain/4.4.md, the visit plan: a month that is over stays as it was.
    """
    if last_day_of(month) < today:
        return "this month is over: its plan stays as it is, plan what is late in the present month"
    if month > add_months(month_of(today), MONTHS_AHEAD):
        return f"this month is more than {MONTHS_AHEAD} months ahead: choose an earlier one"
    return None
