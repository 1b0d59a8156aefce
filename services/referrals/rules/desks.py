"""The referral desks: whose pages show which kinds, and what never crosses from one desk to another."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from schemas.visit_parts import is_closed
from schemas.vocabulary import ConsentState, ReferralKind, Role
from services.referrals.rules.rights import (
    BUILDING_SAFETY,
    CREW_SAFETY,
    CRIME,
    CROSS_BORDER,
    RIGHTS,
    RISK_INTELLIGENCE,
    SAFE_AND_WELL_KINDS,
    SAFEGUARDING,
)


@dataclass(frozen=True)
class Desk:
    """One desk. Its number is what an address in a browser carries: it tells a passer-by nothing.

    `also` are kinds among its own that a role may read by themselves: it looks at them here.
    """

    number: int
    words: str
    kinds: frozenset[ReferralKind]
    also: frozenset[ReferralKind] = frozenset()

    @property
    def roles(self) -> frozenset[Role]:
        """Return who may look at it: the rights table says so.

        Policy: docs/domain/4.6.md.
        """
        return frozenset(right.role for right in RIGHTS if right.kinds in (self.kinds, self.also))


DESKS: tuple[Desk, ...] = (
    Desk(1, "Building safety", BUILDING_SAFETY),
    Desk(2, "Risk intelligence", RISK_INTELLIGENCE, also=CROSS_BORDER),
    Desk(3, "Safeguarding", SAFEGUARDING),
    Desk(4, "Police liaison", CRIME),
    Desk(5, "Safe and Well", SAFE_AND_WELL_KINDS),
    Desk(6, "Crew safety", CREW_SAFETY),
)
# A role's own desk comes before those that it only reads.
FIRST_DESK = {Role.RISK_TEAM: 2, Role.RISK_TEAM_MANAGER: 2}


def desks_of(roles: Collection[str]) -> tuple[Desk, ...]:
    """Return the desks that somebody with these roles may look at, their own first; the others do not exist.

    Policy: docs/domain/4.6.md.
    """
    first = {number for role, number in FIRST_DESK.items() if role in roles}
    mine = (desk for desk in DESKS if desk.roles.intersection(roles))
    return tuple(sorted(mine, key=lambda desk: (desk.number not in first, desk.number)))


def is_held(kind: ReferralKind, consents: Iterable[ConsentState | None]) -> bool:
    """Return whether a referral stays with the safeguarding officer, because Safe and Well needs consent given.

    Policy: docs/domain/4.2.md, SG10 and SG11; intake refuses such a visit, so this is the second lock.
    """
    return kind in SAFE_AND_WELL_KINDS and any(consent is not ConsentState.GIVEN for consent in consents)


def may_be_sent_on_as(kind: ReferralKind, other: ReferralKind) -> bool:
    """Return whether a referral may be sent on as another kind: never from a closed desk to an open one, or back.

    Policy: docs/domain/1.4.md and docs/domain/4.2.md.
    """
    return kind is not other and is_closed(kind) == is_closed(other)
