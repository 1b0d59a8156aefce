"""Answers that a device asks for again and again: told in three words (304) that nothing has changed."""

import hashlib
from typing import Any

from fastapi import Request, Response

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing has changed since the answer with the `ETag` of `If-None-Match`"}
}


def edition_of(*parts: object) -> str:
    """Return the `ETag` of an answer that is made of these parts."""
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    return f'W/"{digest}"'


def unchanged(request: Request, edition: str) -> Response | None:
    """Return the answer that nothing has changed, if who asks holds this edition; None otherwise."""
    held = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    bare = edition.removeprefix("W/")
    if "*" in held or any(each.removeprefix("W/") == bare for each in held):
        return Response(status_code=304, headers={"ETag": edition})
    return None
