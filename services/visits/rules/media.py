"""Photographs, plans and scans: which a visit lists, which part of one may come now, and how many have arrived."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.visits import TELLS_OF_PEOPLE

LARGEST_BYTES = 15 * 1024 * 1024
# What the first bytes of each kind are; a file that begins otherwise is of another kind, whatever it is called.
BEGINNINGS: Mapping[str, bytes] = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-",
    "model/gltf-binary": b"glTF",
}
LONGEST_BEGINNING = 8
ENDINGS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "model/gltf-binary": "glb",
}
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
ANY_BYTES = "application/octet-stream"
_RANGE = re.compile(r"bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})", re.ASCII)


class MediumState(StrEnum):
    """How far a file has come since the last of its bytes arrived."""

    ARRIVED = "ARRIVED"
    READY = "READY"
    UNREADABLE = "UNREADABLE"
    INFECTED = "INFECTED"


class Scanned(StrEnum):
    """Whether a virus scanner has looked at a file."""

    CLEAN = "CLEAN"
    NOT_SCANNED = "NOT_SCANNED"
    INFECTED = "INFECTED"


@dataclass(frozen=True)
class Listed:
    """One line of the manifest of a visit, as far as it lies open; `size` in bytes.

    `is_here` says that the file had arrived whole when that was last asked.
    """

    visit_id: str
    sha256: str
    mime: str
    size: int
    contains_people: bool
    caption: str | None = None
    floor: str | None = None
    pin: Mapping[str, Any] | None = None
    is_here: bool = False

    def as_told(self) -> dict[str, Any]:
        """Return what the crew said of it, as it is said to other services."""
        return {"caption": self.caption, "floor": self.floor, "pin": self.pin}


@dataclass(frozen=True)
class Medium:
    """A file that has arrived whole: what it is, and how far it has come since."""

    visit_id: str
    sha256: str
    mime: str
    size: int
    contains_people: bool
    received_at: datetime
    received_by: str
    state: MediumState = MediumState.ARRIVED
    scanned: Scanned | None = None


@dataclass(frozen=True)
class Bytes:
    """Which bytes of a file are sent: from `begins`, `count` of them, of `total`; None where that is not said.

    `is_whole` is of a body without a range: it begins at the beginning, and what is held of it already is passed over.
    """

    begins: int = 0
    count: int | None = None
    total: int | None = None
    is_whole: bool = True


def listed_in(visit_id: str, open_part: Mapping[str, Any]) -> dict[str, Listed]:
    """Return what a visit lists, by hash, in the order of its list; of one listed twice, what was said first.

    It counts as showing people if either line says so.

    Policy: docs/domain/4.1.md, section M.
    """
    found: dict[str, Listed] = {}
    of_people = {medium["sha256"] for medium in open_part["media"] if medium["contains_people"]}
    for medium in open_part["media"]:
        sha256 = medium["sha256"]
        hidden = sha256 in of_people
        told: dict[str, Any] = {name: None if hidden else medium.get(name) for name in TELLS_OF_PEOPLE}
        found.setdefault(sha256, Listed(visit_id, sha256, medium["mime"], medium["bytes"], hidden, **told))
    return found


def may_send_media(sender: str, people: Collection[str]) -> bool:
    """Return whether somebody may send the photographs of a visit: who sent it, who led it, who was in the crew.

    Policy: docs/domain/4.6.md, "own submissions".
    """
    return sender in people


def read_range(written: str | None, length: int | None) -> Bytes | None:
    """Return which bytes a request sends, by its `Content-Range` and its length; None if it cannot be so.

    Policy: docs/interfaces.md, section 4.
    """
    if written is None:
        return Bytes(count=length)
    found = _RANGE.fullmatch(written.strip())
    if found is None:
        return None
    first, last, total = (int(number) for number in found.groups())
    count = last - first + 1
    if not 0 < count <= total - first or length not in (None, count):
        return None
    return Bytes(first, count, total, is_whole=False)


def is_taken_as(content_type: str, listed: Listed) -> bool:
    """Return whether a file may be sent under a `Content-Type`: that of the list, none, or that of any bytes.

    Policy: docs/domain/4.1.md, section M.
    """
    kind = content_type.partition(";")[0].strip().lower()
    return kind in ("", ANY_BYTES, listed.mime)


def begins_as(mime: str, first: bytes) -> bool:
    """Return whether a file that begins with these bytes is of the kind that it is called.

    Policy: docs/domain/4.1.md, section M.
    """
    return first.startswith(BEGINNINGS[mime])


def missing_media(listed: Collection[str], arrived: Collection[str]) -> tuple[str, ...]:
    """Return the hashes of what a visit lists and has not arrived whole, in the order of its list.

    Policy: docs/domain/3.md (photographs that were never received, and nobody was told).
    """
    return tuple(sha256 for sha256 in dict.fromkeys(listed) if sha256 not in arrived)


@dataclass(frozen=True)
class Prepared:
    """What a file has come to; size in bytes and width and height in pixels are of what is shown, if anything is."""

    state: MediumState
    scanned: Scanned
    shown_size: int | None = None
    width: int | None = None
    height: int | None = None

    def as_told(self) -> dict[str, Any]:
        """Return what of it is said to other services."""
        told = {"size": self.shown_size, "width": self.width, "height": self.height}
        return told | {"scanned": self.scanned is Scanned.CLEAN}


def pause_s(failures: int) -> float:
    """Return how long to wait before what is out of reach is tried again, after so many times in vain.

    Policy: docs/decisions/0029.
    """
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures, 10))


def is_a_picture(mime: str) -> bool:
    """Return whether a file is shown as a picture; any other is kept as it is and handed out as a file.

    Policy: docs/domain/4.1.md, section M.
    """
    return mime.startswith("image/")


def key_id_of(medium: Medium) -> str:
    """Return under which key the files of a medium are sealed: that of one with people is for referrals alone.

    Policy: docs/decisions/0004, and docs/domain/4.6.md, "SG narrative".
    """
    kind = "concerns/media" if medium.contains_people else "media"
    return f"{kind}/{medium.visit_id}/{medium.sha256}"


def may_be_shown(medium: Medium) -> bool:
    """Return whether a file may be shown to those who read records: one that is prepared, and shows no people.

    Policy: docs/domain/4.1.md, section M.
    """
    return medium.state is MediumState.READY and not medium.contains_people


def not_shown(media: Iterable[Medium]) -> tuple[str, ...]:
    """Return the hashes of what arrived and is shown to nobody: infected, or not what it is called.

    Policy: docs/domain/3.md (photographs that were never received, and nobody was told).
    """
    return tuple(each.sha256 for each in media if each.state in (MediumState.INFECTED, MediumState.UNREADABLE))
