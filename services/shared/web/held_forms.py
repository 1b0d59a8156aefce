"""A form that comes when its sign-in has run out is not thrown away: it waits, sealed, in the page that asks again.

What was written never goes into an address, a cookie or a table: the browser holds it, closed under this system's
key, and it opens only for the person whose sign-in the form was opened by.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from services.shared.identity import CSRF_FIELD
from services.shared.secrets import CannotOpen, Vault
from services.shared.service import Tools
from services.shared.sign_ins import SESSION_HOURS, owner_of_form
from services.shared.web.templating import render

# A form with this field can be shown again as it was: it is asked to by a button of the other name.
CAN_SHOW_AGAIN = "can_show_again"
SHOW_AGAIN = "show_again"
OUR_OWN = frozenset({CSRF_FIELD, CAN_SHOW_AGAIN})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
LONGEST_SHOWN = 400


@dataclass(frozen=True)
class HeldForm:
    """What somebody sent that could not be taken: to which address, by whom, when, and every field of it."""

    owner: str
    to: str
    at: datetime
    fields: tuple[tuple[str, str], ...]

    @property
    def can_be_shown_again(self) -> bool:
        """Return whether its page can show it as it was, to be read and changed before it is sent."""
        return any(name == CAN_SHOW_AGAIN for name, _ in self.fields)

    def to_send_again(self) -> tuple[tuple[str, str], ...]:
        """Return the fields to send again: all but the token of the sign-in that has run out."""
        return tuple((name, value) for name, value in self.fields if name not in (CSRF_FIELD, SHOW_AGAIN))

    def to_read(self) -> tuple[tuple[str, str], ...]:
        """Return what was written, by a name that a person can read."""
        return tuple(
            (name.replace("/", " ").replace("_", " ").capitalize(), value[:LONGEST_SHOWN])
            for name, value in self.fields
            if value.strip() and name not in OUR_OWN and not name.endswith(("_id", "version"))
        )


async def form_to_hold(request: Request) -> HeldForm | None:
    """Return what was sent, if the token in it was given to somebody once; None for anything else, and for files.

    A form from another site carries no such token, so that nobody is ever shown what a stranger wrote.
    """
    if not request.headers.get("content-type", "").startswith(FORMS):
        return None
    sent = (await request.form()).multi_items()
    if any(isinstance(value, UploadFile) and value.filename for _, value in sent):
        return None
    fields = tuple((name, value) for name, value in sent if isinstance(value, str))
    tools: Tools = request.app.state.tools
    token = next((value for name, value in fields if name == CSRF_FIELD), "")
    async with tools.people.reading() as session:
        owner = await owner_of_form(session, token, tools.stamps)
    if owner is None:
        return None
    to = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return HeldForm(owner, to, tools.clock.now(), fields)


def closed(held: HeldForm, vault: Vault) -> str:
    """Return a held form as text that only this system can open, and only for its owner."""
    plain = json.dumps({"to": held.to, "at": held.at.isoformat(), "fields": held.fields})
    return vault.close(_bound_to(held.owner), plain)


def opened(text: str, person: str, vault: Vault, now: datetime) -> HeldForm | None:
    """Return the form that a person had sent; None if it was another's, was altered, or is older than a sign-in."""
    try:
        kept = json.loads(vault.open_closed(_bound_to(person), text))
    except CannotOpen:
        return None
    at = datetime.fromisoformat(kept["at"])
    if now - at > timedelta(hours=SESSION_HOURS):
        return None
    return HeldForm(person, kept["to"], at, tuple((name, value) for name, value in kept["fields"]))


def ask_to_send_again(request: Request, held: HeldForm, status_code: int = 200) -> Response:
    """Return the page that shows somebody what they had written, and sends it at their word."""
    return render(request, "held_form.html", status_code=status_code, held=held)


def _bound_to(owner: str) -> str:
    return f"held-form/{owner}"
