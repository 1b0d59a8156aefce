"""The one place where what cannot be read as text is refused, in an address or a body, before anything acts on it.

No text that a person writes holds the character NUL, half a character, or bytes that are not UTF-8; no database keeps
them. Whatever passes here is text.
"""

import json
import math
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from services.shared.errors import FieldReason, Refused

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MOST_REASONS = 50
LONGEST_STEP = 64
DEEPEST = 64
# A form of more is refused as it is read.
MOST_FIELDS = 1000
NOT_KEPT = "this holds a character that cannot be kept; write it again"

# What a name of a host may be made of; urlsplit refuses what only looks like one.
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,260}")


class UnsupportedMediaType(Refused):
    """What was sent is of a kind that this address does not take."""

    def __init__(self) -> None:
        super().__init__("send this as application/json", status=415)


def _bad(words: str) -> Refused:
    return Refused(words, status=400)


def pointer(steps: tuple[int | str, ...]) -> str:
    """Return the JSON pointer (RFC 6901) of a place in what was sent; of a strange name only its start."""
    return "".join("/" + str(step)[:LONGEST_STEP].replace("~", "~0").replace("/", "~1") for step in steps)


def refuse_unreadable_address(scope: Scope) -> None:
    """Raise `Refused` (400) unless the host, the path and the query of a request are text."""
    hosts = Headers(scope=scope).getlist("host")
    if len(hosts) > 1 or (hosts and not _is_host(hosts[0])):
        raise _bad("the name of the host in this request is not one: check the web address")
    path, query = scope.get("raw_path") or scope["path"].encode(), scope["query_string"]
    if not _is_text(unquote_to_bytes(path)) or "\0" in scope["path"]:
        raise _bad("this web address holds a character that no address of ours has: check how it is written")
    if not _is_text(unquote_to_bytes(query)):
        raise _bad("what is asked for in this web address holds a character that cannot be read: write it again")


def _is_host(host: str) -> bool:
    if not _HOST.fullmatch(host):
        return False
    try:
        return urlsplit(f"//{host}").port != 0
    except ValueError:
        return False


def _is_text(raw: bytes) -> bool:
    try:
        return "\0" not in raw.decode()
    except UnicodeDecodeError:
        return False


def refuse_form(scope: Scope) -> None:
    """Raise `Refused` (415) if a body is sent as a form: whoever looked into it would read it whole."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if kind in (FORM, MULTIPART):
        raise Refused("send the file itself as the body, with its own Content-Type", status=415)


def refuse_unreadable_body(scope: Scope, body: bytes) -> None:
    """Raise `Refused` unless a body is a form or JSON that is text all through: 400, 415, or 422 with the fields."""
    if not body:
        return
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    is_json = kind in ("", "application/json") or kind.endswith("+json")
    if scope["path"].startswith("/api/") and not is_json:
        raise UnsupportedMediaType
    if kind == FORM:
        _refuse(_unreadable_in_form(body))
    elif kind == MULTIPART and not all(map(_is_text, _text_in_parts(scope, body))):
        raise Refused("this form holds a character that cannot be kept: write it again")
    elif is_json:
        _refuse(_unreadable_in_json(body))


def _refuse(found: Iterator[tuple[int | str, ...]]) -> None:
    reasons = []
    for steps in found:
        reasons.append(FieldReason(pointer(steps), NOT_KEPT))
        if len(reasons) == MOST_REASONS:
            break
    if reasons:
        raise Refused("some of what was sent cannot be kept: mend it and send it again", tuple(reasons))


def _text_in_parts(scope: Scope, body: bytes) -> Iterator[bytes]:
    """Give what must be text of a form in parts: all but the content of a file, which its reader makes text of."""
    boundary = Message()
    boundary["content-type"] = Headers(scope=scope).get("content-type", "")
    mark = boundary.get_boundary("")
    for part in body.split(b"--" + mark.encode()) if mark else (body,):
        head, _, _ = part.partition(b"\r\n\r\n")
        yield head if b"filename=" in head.lower() else part


def _unreadable_in_form(body: bytes) -> Iterator[tuple[int | str, ...]]:
    for pair in body.split(b"&", MOST_FIELDS):
        name, _, value = pair.partition(b"=")
        if not _is_text(unquote_to_bytes(name)):
            yield ("",)
        elif not _is_text(unquote_to_bytes(value)):
            yield (unquote_to_bytes(name.replace(b"+", b" ")).decode(),)


def _unreadable_in_json(body: bytes) -> Iterator[tuple[int | str, ...]]:
    try:
        content = json.loads(body.decode(), parse_constant=_no_number, parse_float=_number)
    except RecursionError:
        raise _bad("the body is nested too deeply to be read") from None
    except ValueError:
        raise _bad("the body is not JSON in UTF-8: check that it was sent whole") from None
    # Only an escape can spell a sign that UTF-8 itself cannot.
    yield from _unreadable_at((), content) if b"\\u" in body else ()


def _unreadable_at(steps: tuple[int | str, ...], value: Any) -> Iterator[tuple[int | str, ...]]:
    if len(steps) > DEEPEST:
        raise _bad("the body is nested too deeply to be read")
    if isinstance(value, str) and not _can_be_kept(value):
        yield steps
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not _can_be_kept(name):
                yield (*steps, "")
            else:
                yield from _unreadable_at((*steps, name), inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _unreadable_at((*steps, at), inner)


def _can_be_kept(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text))


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _number(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError("too large for a number")
    return number
