"""Who may read which referrals, and who may work them: the rights table of docs/domain/4.6.md, line by line."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from schemas.vocabulary import Priority, ReferralKind, Role, Stream
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.records import Filed


def _kinds_of(stream: Stream) -> frozenset[ReferralKind]:
    return frozenset(kind for kind, line in KINDS.items() if line.stream is stream)


CRIME = frozenset({ReferralKind.RI6})
CREW_SAFETY = frozenset({ReferralKind.RI9})
CROSS_BORDER = frozenset({ReferralKind.RI8})
SAFE_AND_WELL_KINDS = frozenset({ReferralKind.SG10, ReferralKind.SG11})
BUILDING_SAFETY = _kinds_of(Stream.BUILDING_SAFETY)
RISK_INTELLIGENCE = _kinds_of(Stream.RISK_INTELLIGENCE) - CRIME
SAFEGUARDING = _kinds_of(Stream.SAFEGUARDING)
BASIS_READERS = frozenset({Role.HEALTH_AND_SAFETY, Role.SAFEGUARDING})
URGENT_PRIORITIES = frozenset({Priority.P0, Priority.P1})


class Only(StrEnum):
    """Which referrals of the kinds a right is for."""

    ALL = "ALL"
    OWN_STATION = "OWN_STATION"
    URGENT = "URGENT"
    CONSENTED = "CONSENTED"


@dataclass(frozen=True)
class Right:
    """One role may read referrals of some kinds, and work them too if `works`."""

    role: Role
    kinds: frozenset[ReferralKind]
    works: bool = False
    only: Only = Only.ALL


@dataclass(frozen=True)
class Scope:
    """What one person may read: kinds, and of those only some; `station` counts for their own station alone."""

    kinds: frozenset[ReferralKind]
    only: Only = Only.ALL
    station: str | None = None


# Section 4.6, the referral rows, a row at a time. A crew sees the state of what it sent in the story of its visit.
# Nobody in that table works RI6, and RI9 is for two to decide (section 4.2): docs/decisions/0006 says who does.
RIGHTS: tuple[Right, ...] = (
    Right(Role.OFFICER_IN_CHARGE, BUILDING_SAFETY, only=Only.OWN_STATION),
    Right(Role.RISK_TEAM, BUILDING_SAFETY),
    Right(Role.RISK_TEAM_MANAGER, BUILDING_SAFETY),
    Right(Role.CONTROL, BUILDING_SAFETY, only=Only.URGENT),
    Right(Role.PROTECTION, BUILDING_SAFETY, works=True),
    Right(Role.INFORMATION_GOVERNANCE, BUILDING_SAFETY),
    Right(Role.OFFICER_IN_CHARGE, RISK_INTELLIGENCE),
    Right(Role.RISK_TEAM, RISK_INTELLIGENCE, works=True),
    Right(Role.RISK_TEAM_MANAGER, RISK_INTELLIGENCE, works=True),
    Right(Role.CONTROL, RISK_INTELLIGENCE),
    Right(Role.PROTECTION, RISK_INTELLIGENCE),
    Right(Role.NEIGHBOUR, CROSS_BORDER),
    Right(Role.INFORMATION_GOVERNANCE, RISK_INTELLIGENCE),
    Right(Role.HEALTH_AND_SAFETY, CREW_SAFETY, works=True),
    Right(Role.SAFEGUARDING, CREW_SAFETY, works=True),
    Right(Role.POLICE_LIAISON, CRIME, works=True),
    Right(Role.RISK_TEAM_MANAGER, CRIME),
    Right(Role.SAFEGUARDING, CRIME),
    Right(Role.INFORMATION_GOVERNANCE, CRIME),
    Right(Role.PREVENTION, SAFE_AND_WELL_KINDS, works=True, only=Only.CONSENTED),
    Right(Role.SAFEGUARDING, SAFEGUARDING, works=True),
    Right(Role.INFORMATION_GOVERNANCE, SAFEGUARDING),
)
READERS: tuple[Role, ...] = tuple(sorted({right.role for right in RIGHTS}))
# Who sends visits, and may learn the state of what they raised with one of their own: "O state" in section 4.6.
SENDERS: tuple[Role, ...] = (
    Role.FIREFIGHTER,
    Role.OFFICER_IN_CHARGE,
    Role.RISK_TEAM,
    Role.RISK_TEAM_MANAGER,
    Role.PROTECTION,
    Role.PREVENTION,
    Role.SAFEGUARDING,
)
# Who may see, in a case, what the visit told about people, photographs of them among it.
PEOPLE_READERS = (Role.SAFEGUARDING,)
WORKERS: tuple[Role, ...] = tuple(sorted({right.role for right in RIGHTS if right.works}))
SAFE_AND_WELL_WORKERS: tuple[Role, ...] = tuple(
    sorted({right.role for right in RIGHTS if right.works and right.kinds >= SAFE_AND_WELL_KINDS})
)


def scopes_of(
    roles: Collection[str], station: str | None, among: frozenset[ReferralKind] = frozenset(ReferralKind)
) -> tuple[Scope, ...]:
    """Return what somebody with these roles, at this station, may read among some kinds; the rest does not exist.

    Policy: docs/domain/4.6.md.
    """
    return tuple(
        Scope(right.kinds & among, right.only, station if right.only is Only.OWN_STATION else None)
        for right in RIGHTS
        if right.role in roles and right.kinds & among and (station or right.only is not Only.OWN_STATION)
    )


def may_read(roles: Collection[str], station: str | None, filed: Filed) -> bool:
    """Return whether somebody may know that a referral exists, and read it.

    Policy: docs/domain/4.6.md.
    """
    return any(_shows(scope, filed) for scope in scopes_of(roles, station))


def _shows(scope: Scope, filed: Filed) -> bool:
    if filed.kind not in scope.kinds:
        return False
    return {
        Only.ALL: True,
        Only.OWN_STATION: filed.station == scope.station,
        Only.URGENT: filed.priority in URGENT_PRIORITIES,
        Only.CONSENTED: not filed.held,
    }[scope.only]


def may_work(roles: Collection[str], kind: ReferralKind) -> bool:
    """Return whether somebody who may read a referral of a kind may also decide about it.

    Policy: docs/domain/4.6.md.
    """
    return any(right.works and right.role in roles and kind in right.kinds for right in RIGHTS)


def may_read_basis(roles: Collection[str], kind: ReferralKind) -> bool:
    """Return whether these roles may read what a violence marker rests on: those who decide it, and nobody else.

    Policy: docs/domain/4.2.md, RI9, and 4.4: everybody else reads a neutral "caution on approach".
    """
    return kind in CREW_SAFETY and may_work(roles, kind) and bool(BASIS_READERS.intersection(roles))


def may_read_people(roles: Collection[str]) -> bool:
    """Return whether these roles may read, in a case, what the visit told about people beside its referral.

    Policy: docs/domain/4.6.md: the others read the referral itself, no more.
    """
    return not set(PEOPLE_READERS).isdisjoint(roles)
