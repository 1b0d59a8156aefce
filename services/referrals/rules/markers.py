"""A violence marker stands for 12 months and no longer: before they end, those who decided it decide it again."""

from datetime import datetime, timedelta

from services.domain.working_time import date_words, local_date
from services.referrals.rules.casework import Asked, Done, Refusal, reopening
from services.referrals.rules.needs import months_after
from services.referrals.rules.records import Filed

STANDS_MONTHS = 12
TOLD_BEFORE = timedelta(days=28)


def decided_too_long_ago(now: datetime) -> datetime:
    """Return the moment before which a marker's decision was made, if it must be made again by now.

    Policy: docs/domain/4.2.md, RI9: expires after 12 months; those who decide it are told 28 days before.
    """
    return months_after(now + TOLD_BEFORE, -STANDS_MONTHS)


def asked_again(filed: Filed, by: str, now: datetime) -> Done | Refusal:
    """Return the referral of a marker that stands, opened again so that it is decided anew; not a word of its basis.

    Policy: docs/domain/4.2.md, RI9: health and safety with the designated safeguarding officer decide.
    """
    ends_on = local_date(months_after(filed.finished_at or now, STANDS_MONTHS))
    words = f"The 12 months of this marker end on {date_words(ends_on)}: decide whether it stands."
    return reopening(filed, Asked(by, now, words))
