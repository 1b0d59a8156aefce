"""A violence marker stands for 12 months and no longer: before they end, those who decide it decide it again."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from schemas.visit_parts import Hazard
from schemas.vocabulary import HazardCode
from services.domain.working_time import date_words, local_date
from services.referrals.rules.casework import Asked, Done, Refusal, reopening
from services.referrals.rules.needs import months_after
from services.referrals.rules.outcomes import Outcome
from services.referrals.rules.records import Filed

STANDS_MONTHS = 12
TOLD_BEFORE = timedelta(days=28)


def decided_too_long_ago(now: datetime) -> datetime:
    """Return the moment before which a marker's decision was made, if it must be made again by now.

    Policy: docs/domain/4.2.md, RI9: expires after 12 months; those who decide it are told 28 days before.
    """
    return months_after(now + TOLD_BEFORE, -STANDS_MONTHS)


def marker_review_on(hazards: Iterable[Hazard]) -> date | None:
    """Return the first day by which a crew wants a marker of its visit looked at again; None where there is none.

    Policy: docs/domain/4.1.md (G): a marker has a date of review.
    """
    return min((one.review_on for one in hazards if one.code is HazardCode.VIOLENCE and one.review_on), default=None)


def asked_again(filed: Filed, by: str, now: datetime) -> Done | Refusal:
    """Return the referral of a marker opened again before it ends, so that it is decided; not a word of its basis.

    Policy: docs/domain/4.2.md, RI9: health and safety with the designated safeguarding officer decide.
    """
    words = f"{_what_ends(filed, now)}: decide whether it stands."
    return reopening(filed, Asked(by, now, words))


def _what_ends(filed: Filed, now: datetime) -> str:
    """Return what ends and when; what was closed without deciding ends by its review, or 12 months after its visit."""
    if filed.outcome is Outcome.OTHER:
        ends_on = filed.where.marker_review_on or local_date(months_after(filed.raised_at, STANDS_MONTHS))
        return f"This marker was not decided, and ends on {date_words(ends_on)}"
    ends_on = local_date(months_after(filed.finished_at or now, STANDS_MONTHS))
    return f"The 12 months of this marker end on {date_words(ends_on)}"
