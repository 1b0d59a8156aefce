"""The referral desks: who works at each, and who may know that a referral exists at all."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from schemas.visit_parts import is_closed
from schemas.vocabulary import ConsentState, ReferralKind, Role, Stream
from services.referrals.rules.kinds import KINDS

SAFE_AND_WELL_KINDS = frozenset({ReferralKind.SG10, ReferralKind.SG11})


@dataclass(frozen=True)
class Desk:
    """One desk. Its number is what an address in a browser carries: it tells a passer-by nothing."""

    number: int
    words: str
    kinds: frozenset[ReferralKind]
    roles: frozenset[Role]


def _kinds_of(stream: Stream) -> frozenset[ReferralKind]:
    return frozenset(kind for kind, line in KINDS.items() if line.stream is stream)


CRIME = frozenset({ReferralKind.RI6})

DESKS: tuple[Desk, ...] = (
    Desk(1, "Building safety", _kinds_of(Stream.BUILDING_SAFETY), frozenset({Role.PROTECTION})),
    Desk(
        2,
        "Risk intelligence",
        _kinds_of(Stream.RISK_INTELLIGENCE) - CRIME,
        frozenset({Role.RISK_TEAM, Role.RISK_TEAM_MANAGER}),
    ),
    Desk(3, "Safeguarding", _kinds_of(Stream.SAFEGUARDING), frozenset({Role.SAFEGUARDING})),
    Desk(4, "Police liaison", CRIME, frozenset({Role.SAFEGUARDING, Role.RISK_TEAM_MANAGER})),
    Desk(5, "Safe and Well", SAFE_AND_WELL_KINDS, frozenset({Role.PREVENTION})),
)
DESK_ROLES: tuple[Role, ...] = tuple(sorted({role for desk in DESKS for role in desk.roles}))


def desks_of(roles: Collection[str]) -> tuple[Desk, ...]:
    """Return the desks that somebody with these roles works at; nobody else learns that a desk has anything.

    Policy: the domain reference, section 4.6.
    """
    return tuple(desk for desk in DESKS if desk.roles.intersection(roles))


def kinds_known_to(roles: Collection[str], stream: Stream | None = None) -> frozenset[ReferralKind]:
    """Return the kinds of referral, of one stream or of all, whose existence these roles may know.

    Policy: the domain reference, section 4.6: to a stranger a referral does not exist.
    """
    known = frozenset().union(*(desk.kinds for desk in desks_of(roles)))
    return frozenset(kind for kind in known if stream is None or KINDS[kind].stream is stream)


def is_held(kind: ReferralKind, consents: Iterable[ConsentState | None]) -> bool:
    """Return whether a referral stays with the safeguarding officer, because Safe and Well needs consent given.

    Policy: the domain reference, section 4.2, SG10 and SG11; intake refuses such a visit, so this is the second lock.
    """
    return kind in SAFE_AND_WELL_KINDS and any(consent is not ConsentState.GIVEN for consent in consents)


def kinds_hidden_while_held(roles: Collection[str]) -> frozenset[ReferralKind]:
    """Return the kinds that these roles may know of only once consent is there: nobody visits who said no.

    Policy: the domain reference, section 4.2: SG10 and SG11 leave for Safe and Well with consent given only.
    """
    return frozenset() if Role.SAFEGUARDING in roles else SAFE_AND_WELL_KINDS


def may_know(roles: Collection[str], kind: ReferralKind, *, held: bool = False) -> bool:
    """Return whether somebody with these roles may know that a referral exists, and so work it.

    Policy: the domain reference, section 4.6.
    """
    if held and kind in kinds_hidden_while_held(roles):
        return False
    return kind in kinds_known_to(roles)


def may_read_people(roles: Collection[str]) -> bool:
    """Return whether these roles may read, in a case, what the visit told about people beside its referral.

    Policy: the domain reference, section 4.6: Safe and Well and police liaison read their own referral, no more.
    """
    return Role.SAFEGUARDING in roles


def may_be_sent_on_as(kind: ReferralKind, other: ReferralKind) -> bool:
    """Return whether a referral may be sent on as another kind: never from a closed desk to an open one, or back.

    Policy: the domain reference, sections 1.4 and 4.2.
    """
    return kind is not other and is_closed(kind) == is_closed(other)
