"""How often a password may be tried: so that nobody guesses one, and nobody locks another out by trying to.

Guesses are counted by the name together with the address they come from, by the name, and by the address. A browser
in which somebody has signed in before carries a mark of it, and its tries at that name are counted for themselves:
whatever a stranger does elsewhere, that person gets in at once (docs/decisions/0016).
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hmac import compare_digest
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request, Response

from services.shared.rates import Rate
from services.shared.stamps import Stamps

FROM_A_KNOWN_BROWSER = Rate(at_once=5, every_s=60)
OF_A_NAME_FROM_AN_ADDRESS = Rate(at_once=5, every_s=60)
OF_A_NAME = Rate(at_once=20, every_s=15)
# A whole station may stand behind one address; those who sign in are not counted.
FROM_AN_ADDRESS = Rate(at_once=30, every_s=5)
KNOWN_FOR = timedelta(days=180)

Guess = Sequence[tuple[tuple[str, ...], Rate]]


def guess_of(request: Request, name: str, stamps: Stamps, now: datetime) -> Guess:
    """Return what one try at somebody's password counts for."""
    name = name.casefold()
    mark = _mark_of(request, name, stamps, now)
    if mark:
        return [(("guesses", "browser", mark), FROM_A_KNOWN_BROWSER)]
    address = _address_of(request)
    return [
        (("guesses", "both", name, address), OF_A_NAME_FROM_AN_ADDRESS),
        (("guesses", "name", name), OF_A_NAME),
        (("guesses", "address", address), FROM_AN_ADDRESS),
    ]


def remember_browser(response: Response, name: str, stamps: Stamps, now: datetime, *, secure: bool) -> None:
    """Leave a mark in a browser that somebody has signed in with it; it says nothing to who cannot make stamps."""
    name, nonce, until = name.casefold(), secrets.token_urlsafe(9), int((now + KNOWN_FOR).timestamp())
    response.set_cookie(
        _cookie_of(name, stamps),
        f"{nonce}.{until}.{stamps.of('known browser', name, nonce, until)}",
        max_age=int(KNOWN_FOR.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=secure,
    )


def _mark_of(request: Request, name: str, stamps: Stamps, now: datetime) -> str:
    nonce, _, rest = request.cookies.get(_cookie_of(name, stamps), "").partition(".")
    until, _, stamp = rest.partition(".")
    if not (until.isdecimal() and until.isascii() and len(until) < 12) or int(until) <= now.timestamp():
        return ""
    made = stamps.of("known browser", name, nonce, int(until))
    return nonce if compare_digest(stamp.encode("utf-8", "replace"), made.encode()) else ""


def _cookie_of(name: str, stamps: Stamps) -> str:
    return f"ravi_known_{stamps.of('name', name)[:16]}"


def _address_of(request: Request) -> str:
    """Return where a request comes from; of IPv6 the network, of which one household has more than it can count."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
