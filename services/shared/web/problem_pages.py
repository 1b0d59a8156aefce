"""The page that a person sees when something cannot be done: what happened, and what to do now."""

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.shared.errors import FieldReason
from services.shared.web.templating import render


class Advice(NamedTuple):
    """What a problem is called on its page, and what its reader can do, most useful first."""

    title: str
    what_to_do: tuple[str, ...]


GO_BACK = "Go back and try again."
TELL_SUPPORT = "If it keeps happening, tell whoever runs this system."

ADVICE = {
    400: Advice("We could not read that", (GO_BACK, "If you typed or pasted the web address, check it.", TELL_SUPPORT)),
    401: Advice("Sign in to see this page", ("Sign in, and you can carry on.",)),
    403: Advice(
        "You cannot do this",
        (
            "If your page was open for a long time, load it again and try once more.",
            "If your role should allow this, ask your administrator to change it.",
        ),
    ),
    404: Advice(
        "Page not found",
        (
            "If you typed or pasted the web address, check it.",
            "Look for the premises, visit or referral by searching for it.",
        ),
    ),
    405: Advice("That cannot be done from here", ("Go back to the page you came from and use its buttons.",)),
    409: Advice(
        "Somebody else changed this first",
        (
            "Go back and load the page again, to see what they changed.",
            "If your change is still needed, make it again: nothing of yours was saved over theirs.",
        ),
    ),
    413: Advice(
        "That is too large to send",
        ("Send less at once.", "Leave photographs out: they cannot be uploaded yet."),
    ),
    415: Advice("We cannot use that kind of file", ("Send it in a form that the page names.",)),
    422: Advice(
        "Some of that cannot be accepted",
        ("Go back, mend what is listed here, and send it again.", "Nothing has been saved yet."),
    ),
    429: Advice(
        "Wait a little",
        (
            "Try again when the time above has passed.",
            "For an incident now, ask control by radio or telephone what they have.",
            TELL_SUPPORT,
        ),
    ),
    500: Advice(
        "Something went wrong on our side",
        ("Try again in a minute.", "Look whether your change was saved before you make it again.", TELL_SUPPORT),
    ),
    503: Advice(
        "Not available at this moment",
        ("Try again in a minute.", "For an incident now, ask control by radio or telephone what they have."),
    ),
}


def advice_for(status: int) -> Advice:
    """Return the advice for a status, or for its family if it has none of its own."""
    return ADVICE.get(status, ADVICE[500 if status >= 500 else 400])


def problem_page(request: Request, status: int, detail: str = "", reasons: Sequence[FieldReason] = ()) -> HTMLResponse:
    """Return the page for a failure. `detail` is one line for the reader: never a sent value, never our internals."""
    return render(
        request,
        "problem.html",
        status_code=status,
        status=status,
        advice=advice_for(status),
        detail=detail[:1].upper() + detail[1:],
        reasons=reasons,
        correlation_id=getattr(request.state, "correlation_id", ""),
    )
