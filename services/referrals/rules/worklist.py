"""What Safe and Well has to do next with a case, and by when: the steps of its worklist."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.vocabulary import ReferralState
from services.referrals.rules.deadlines import Need
from services.referrals.rules.records import Filed, VisitResult

FEWEST = 5
OVER = (VisitResult.DONE, VisitResult.REFUSED)
# Nobody knows yet how great a need is that nobody has judged: it stands before all but a very high one.
NEEDS_IN_ORDER: tuple[Need | None, ...] = (Need.VERY_HIGH, None, Need.HIGH, Need.MEDIUM, Need.LOW)


class Stage(StrEnum):
    """What is next with a case, in the order of the work."""

    ACKNOWLEDGE = "ACKNOWLEDGE"
    SEND_ON = "SEND_ON"
    ACCEPT = "ACCEPT"
    REACH = "REACH"
    BOOK = "BOOK"
    VISIT = "VISIT"
    CLOSE = "CLOSE"


STAGE_WORDS = {
    Stage.ACKNOWLEDGE: "Acknowledge",
    Stage.SEND_ON: "Send it on",
    Stage.ACCEPT: "Accept it",
    Stage.REACH: "Reach the person",
    Stage.BOOK: "Book the visit",
    Stage.VISIT: "Visit",
    Stage.CLOSE: "Close it with its outcome",
}


@dataclass(frozen=True)
class Narrowed:
    """Which cases of the worklist are asked for: every one, unless it is said. `need` is empty for not judged yet."""

    need: str | None = None
    stage: Stage | None = None
    station: str | None = None
    late: bool = False


@dataclass(frozen=True)
class Tally:
    """How many open cases there are of one need, at one stage, from one station, late or not."""

    need: str
    stage: Stage
    station: str
    late: bool
    count: int


def stage_of(filed: Filed) -> Stage:
    """Return what is next with a case that is not finished.

    Policy: docs/domain/4.8.md; the same in SQL is `stage_sql` of store/due.py.
    """
    if filed.waits:
        return Stage.ACKNOWLEDGE
    if filed.state in (ReferralState.REJECTED, ReferralState.ACKNOWLEDGED):
        return Stage.SEND_ON if filed.state is ReferralState.REJECTED else Stage.ACCEPT
    if filed.progress.visit in OVER:
        return Stage.CLOSE
    if filed.progress.visit is VisitResult.BOOKED:
        return Stage.VISIT
    return Stage.BOOK if filed.progress.reached_at else Stage.REACH


def due_at(filed: Filed) -> datetime | None:
    """Return by when that is to be done; None once the visit is over.

    A booked visit is due at its hour; until one is booked, the clock of the need runs.

    Policy: docs/domain/4.2.md, SG10.
    """
    return {
        Stage.ACKNOWLEDGE: filed.acknowledge_by,
        Stage.VISIT: filed.progress.visit_at,
        Stage.CLOSE: None,
    }.get(stage_of(filed), filed.first_action_by)


def fits(tally: Tally, narrowed: Narrowed) -> bool:
    """Return whether the cases of a tally are among those asked for.

    Policy: docs/domain/4.8.md: a worklist by need.
    """
    return (
        narrowed.need in (None, tally.need)
        and narrowed.stage in (None, tally.stage)
        and narrowed.station in (None, tally.station)
        and (tally.late or not narrowed.late)
    )


def share_in_time(due: int, met: int) -> int | None:
    """Return how many per cent of those who were to be reached were reached in time; None where too few were due.

    Policy: docs/domain/4.7.md, measure 19, and 4.6: no figure about fewer than five.
    """
    return 100 * met // due if due >= FEWEST else None
