"""What tests of photographs share: pictures that a camera could have taken, a visit that lists them, and sending."""

import hashlib
import json
import random
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx

from schemas.vocabulary import Role
from tests.builders import a_visit
from tests.system import System

VISITS = "/api/v1/visits"


def some_bytes(size: int, begins: bytes = b"%PDF-1.7\n", seed: int = 7) -> bytes:
    """Return bytes that no two files share and that begin as a plan does."""
    return begins + random.Random(seed).randbytes(size - len(begins))


def listed(content: bytes, mime: str = "application/pdf", **told: Any) -> dict[str, Any]:
    """Return the line of the list that a visit has for a file."""
    line = {"sha256": hashlib.sha256(content).hexdigest(), "mime": mime, "bytes": len(content)}
    return {**line, "contains_people": False, **told}


async def a_visit_with(system: System, *lines: dict[str, Any], **overrides: Any) -> str:
    """Send a visit that lists files, and return its id."""
    crew = await system.client(Role.FIREFIGHTER)
    answer = await crew.post(VISITS, json=a_visit(media=list(lines), **overrides))
    assert answer.status_code == 202, answer.text
    return str(answer.json()["submission_id"])


def address(visit_id: str, line: dict[str, Any]) -> str:
    """Return where a file of a visit is sent to."""
    return f"{VISITS}/{visit_id}/media/{line['sha256']}"


async def put(
    client: httpx.AsyncClient,
    to: str,
    content: bytes,
    begins: int = 0,
    total: int | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send a part of a file; the whole of it, if its length is not given."""
    headers = dict(headers or {})
    if total is not None:
        headers["Content-Range"] = f"bytes {begins}-{begins + len(content) - 1}/{total}"
    return await client.put(to, content=content, headers=headers)


def cut_off(site: str, to: str, token: str, content: bytes, begins: int, count: int) -> None:
    """Send the rest of a file over a socket, as a line does that is lost after so many bytes."""
    place = urlsplit(site)
    head = (
        f"PUT {to} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: {token}\r\n"
        f"Content-Length: {len(content) - begins}\r\n"
        f"Content-Range: bytes {begins}-{len(content) - 1}/{len(content)}\r\n\r\n"
    )
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as line:
        line.sendall(head.encode() + content[begins : begins + count])


def problem_of(answer: httpx.Response) -> str:
    """Return the name of the problem that an answer tells of."""
    return str(json.loads(answer.text)["type"]).rpartition(":")[2]
