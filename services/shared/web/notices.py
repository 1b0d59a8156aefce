"""Say once, on the next page, what has just been done: "You have claimed this visit"."""

import base64
import binascii
import json
from typing import NamedTuple

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

COOKIE = "ravi_notice"
KINDS = ("success", "information", "warning")
LONGEST = 500


class Notice(NamedTuple):
    """One thing to say, and how: success, information or warning."""

    text: str
    kind: str = "success"


def _sealed(notice: Notice) -> str:
    return base64.urlsafe_b64encode(json.dumps(notice).encode()).decode()


def _opened(cookie: str) -> Notice | None:
    try:
        text, kind = json.loads(base64.urlsafe_b64decode(cookie.encode()))
        text.encode()
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        return None
    return Notice(text, kind) if isinstance(text, str) and len(text) <= LONGEST and kind in KINDS else None


def redirect(request: Request, to: str, notice: str = "", kind: str = "success") -> RedirectResponse:
    """Return the answer to a form that worked: go to that page (and say this there, once).

    The notice travels in a cookie: never put a person's name or anything restricted into it.
    """
    response = RedirectResponse(to, status_code=303)
    if notice:
        secure = request.url.scheme == "https"
        sealed = _sealed(Notice(notice[:LONGEST], kind))
        response.set_cookie(COOKIE, sealed, max_age=60, httponly=True, samesite="strict", secure=secure)
    return response


def notices_for(request: Request) -> tuple[Notice, ...]:
    """Return what this page has to say first."""
    notice = _opened(request.cookies.get(COOKIE, ""))
    return (notice,) if notice else ()


def forget_notices(request: Request, response: Response) -> None:
    """Take the notice back once a page has said it."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE)
