"""What is due of a referral or a case, and when, as the database orders lists by it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, null
from sqlmodel import col

from schemas.vocabulary import ReferralState
from services.referrals.rules.records import VisitResult
from services.referrals.rules.rights import SAFE_AND_WELL_KINDS
from services.referrals.rules.transitions import WAITING_FOR_ACKNOWLEDGEMENT
from services.referrals.rules.worklist import OVER, Stage
from services.referrals.tables.cases import Case, Referral

WAITING = sorted(state.value for state in WAITING_FOR_ACKNOWLEDGEMENT)
# The same as `stage_of` and `due_at` of rules/worklist.py: a test holds the two together.
stage_sql: ColumnElement[str] = case(
    (col(Case.state).in_(WAITING), Stage.ACKNOWLEDGE.value),
    (col(Case.state) == ReferralState.REJECTED.value, Stage.SEND_ON.value),
    (col(Case.state) == ReferralState.ACKNOWLEDGED.value, Stage.ACCEPT.value),
    (col(Case.visit).in_([result.value for result in OVER]), Stage.CLOSE.value),
    (col(Case.visit) == VisitResult.BOOKED.value, Stage.VISIT.value),
    (col(Case.reached_at).is_not(None), Stage.BOOK.value),
    else_=Stage.REACH.value,
)
due_sql: ColumnElement[datetime | None] = case(
    (stage_sql == Stage.ACKNOWLEDGE.value, col(Case.acknowledge_by)),
    (stage_sql == Stage.VISIT.value, col(Case.visit_at)),
    (stage_sql == Stage.CLOSE.value, null()),
    else_=col(Case.first_action_by),
)


def due_of(table: type[Referral] | type[Case]) -> ColumnElement[Any]:
    """Return by when the next thing is to be done about a referral or case: of Safe and Well by its own steps."""
    usual = case((col(table.state).in_(WAITING), col(table.acknowledge_by)), else_=col(table.first_action_by))
    if table is Referral:
        return usual
    return case((col(Case.kind).in_(sorted(SAFE_AND_WELL_KINDS)), due_sql), else_=usual)
