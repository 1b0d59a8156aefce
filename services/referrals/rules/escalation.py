"""Who is told of a referral that nobody has taken or spoken about: the next role, then an officer through Control."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemas.visit_parts import is_closed
from schemas.vocabulary import Priority, ReferralKind, Role
from services.referrals.rules.alarms import AlarmReason
from services.referrals.rules.rights import SAFE_AND_WELL_KINDS, URGENT_PRIORITIES, Only, scopes_of

FIRST = 1


@dataclass(frozen=True)
class Ladder:
    """Who is told of one kind: the role at the first step, and its name; then the officer whom Control rings."""

    next_role: Role
    next_words: str
    duty_officer: str


FIRE_SAFETY = Ladder(Role.RISK_TEAM_MANAGER, "central risk team manager", "duty fire safety officer")
RISK_TEAM = Ladder(Role.RISK_TEAM_MANAGER, "central risk team manager", "duty central risk team officer")
HAZARDOUS = Ladder(Role.RISK_TEAM_MANAGER, "central risk team manager", "duty hazardous materials officer")
CRIME = Ladder(Role.RISK_TEAM_MANAGER, "central risk team manager", "safeguarding duty officer")
MARKER = Ladder(Role.SAFEGUARDING, "designated safeguarding officer", "duty health and safety officer")
SAFE_AND_WELL = Ladder(Role.SAFEGUARDING, "designated safeguarding officer", "safeguarding duty officer")
# Nobody but the safeguarding desk may know of these (section 4.6): the next role is the deputy at that desk.
SAFEGUARDING = Ladder(Role.SAFEGUARDING, "deputy safeguarding officer", "safeguarding duty officer")

BY_KIND = {
    ReferralKind.RI5: HAZARDOUS,
    ReferralKind.RI6: CRIME,
    ReferralKind.RI9: MARKER,
    **dict.fromkeys(SAFE_AND_WELL_KINDS, SAFE_AND_WELL),
}
BY_STREAM = {"BS": FIRE_SAFETY, "RI": RISK_TEAM, "SG": SAFEGUARDING}
LADDERS: Mapping[ReferralKind, Ladder] = MappingProxyType(
    {kind: BY_KIND.get(kind, BY_STREAM[kind.value[:2]]) for kind in ReferralKind}
)


def role_alarmed(kind: ReferralKind, reason: AlarmReason, step: int) -> Role:
    """Return who is told when a step goes off: of a missing contact Control at once, else the next role first.

    Policy: docs/domain/4.2.md: unacknowledged at due → next role, then duty officer via Control.
    """
    if reason is AlarmReason.NOT_ACKNOWLEDGED and step <= FIRST:
        return LADDERS[kind].next_role
    return Role.CONTROL


def may_be_named(kind: ReferralKind, priority: Priority) -> bool:
    """Return whether an alarm may say before Control what it is about, and where; else only a random reference.

    Policy: docs/domain/4.6.md: an alarm tells Control no more than it may read; of a closed kind, nothing.
    """
    return not is_closed(kind) and any(
        kind in scope.kinds and (scope.only is Only.ALL or priority in URGENT_PRIORITIES)
        for scope in scopes_of((Role.CONTROL,), None)
    )


def is_pressing(priority: Priority) -> bool:
    """Return whether an alarm about an open kind is heard, not only seen; every closed one is, whatever it is about.

    Policy: docs/domain/4.2.md: a sound for what can wait would teach the room to turn it off.
    """
    return priority in URGENT_PRIORITIES


def as_reference(written: str) -> str:
    """Return a reference as it is kept, however somebody wrote it down at the telephone.

    Policy: docs/domain/4.2.md: control reads it out, the duty officer finds the referral by it.
    """
    letters = "".join(letter for letter in written.upper() if letter.isalnum())
    return f"{letters[:4]}-{letters[4:]}"


def number_is_needed(kind: ReferralKind) -> bool:
    """Return whether Control has to give the incident number of its call.

    Policy: docs/domain/4.6.md: of a closed referral Control issues a number, and keeps nothing else.
    """
    return is_closed(kind)
