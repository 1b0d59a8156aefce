"""What tests of photographs share: pictures that a camera could have taken, a visit that lists them, and sending."""

import hashlib
import json
import random
import socket
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from schemas.vocabulary import Role
from services.shared.turns import Turns
from services.visits.gateways.media_folder import MediaFolder
from services.visits.handlers.preparing import Preparing
from tests.builders import a_visit
from tests.system import System

VISITS = "/api/v1/visits"
# What a camera or its owner wrote into a photograph, and nobody else may read.
CAMERA, WORDS = "Phonograph 9000", "taken by Ada Example on her own telephone"


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


def a_photo(size: tuple[int, int] = (3200, 2400), mime: str = "image/jpeg", turned: int = 1, seed: int = 3) -> bytes:
    """Return a photograph as a camera takes it: with the place it was taken at, a comment, and which way is up.

    Its upper left quarter is red. `turned` is the EXIF orientation; 6 is a camera held upright.
    """
    picture = Image.effect_noise(size, 40 + seed).convert("RGB")
    picture.paste((200, 30, 30), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    exif[ExifTags.Base.Model] = CAMERA
    exif[ExifTags.Base.ImageDescription] = WORDS
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:22 13:31:07"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (51.0, 3.0, 36.77), 3: "W", 4: (3.0, 25.0, 48.01)})
    kept = BytesIO()
    if mime == "image/png":
        words = PngInfo()
        words.add_text("Comment", WORDS)
        picture.save(kept, "PNG", exif=exif, pnginfo=words, compress_level=1)
    else:
        picture.save(kept, "JPEG", exif=exif, comment=WORDS.encode(), quality=80)
    return kept.getvalue()


async def arrive(system: System, visit_id: str, line: dict[str, Any], content: bytes) -> None:
    """Send a file of a visit whole."""
    answer = await put(await system.client(Role.FIREFIGHTER), address(visit_id, line), content)
    assert answer.status_code == 201, answer.text


def preparing(system: System, **settings: Any) -> Preparing:
    """Return what prepares the files of a system, with other settings if they are given."""
    tools = replace(system.tools, settings=replace(system.tools.settings, **settings))
    return Preparing(tools, MediaFolder(tools.settings.media_folder, tools.vault), Turns(1, 0))


async def prepare_all(system: System) -> None:
    """Prepare all that has arrived, and let everybody hear of it."""
    work = preparing(system)
    while await work.prepare_one():
        pass
    await system.settle()
