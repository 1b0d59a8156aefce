"""How it is said that a referral is late, and who was told."""

from collections.abc import Iterable

from schemas.vocabulary import Role
from services.referrals.rules.alarms import AlarmReason
from services.referrals.rules.escalation import LADDERS
from services.referrals.rules.records import AlarmRaised, Filed

ALARM_WORDS = {
    AlarmReason.NOT_ACKNOWLEDGED: "Not acknowledged in time",
    AlarmReason.NOBODY_SPOKEN_TO: "Nobody spoken to",
}


def alarm_words(filed: Filed, alarm: AlarmRaised) -> str:
    """Return what is late about a referral and who was told of it."""
    words = ALARM_WORDS[alarm.reason]
    if alarm.told == Role.CONTROL:
        return f"{words}: control is alarmed"
    return f"{words}: escalated to the {LADDERS[filed.kind].next_words}" if alarm.told else words


def marks_of(filed: Filed) -> list[str]:
    """Return what stands against a referral, for its line in a list."""
    return [alarm_words(filed, alarm) for alarm in filed.alarms]


def is_escalated_to(filed: Filed, roles: Iterable[str]) -> bool:
    """Return whether one of these roles was told of a referral as the next one, and it still stands."""
    mine = set(roles) - {Role.CONTROL.value}
    return any(alarm.told in mine for alarm in filed.alarms)
