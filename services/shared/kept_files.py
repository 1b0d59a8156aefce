"""Where photographs, plans and scans are kept: a folder of this machine, or a bucket that speaks S3."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from services.shared.errors import Refused
from services.shared.settings import Settings

PIECE = 256 * 1024
COME_AGAIN_S = 30
# Kept to see whether files can be; nobody's photograph is called so.
TRIAL = "trial"
T = TypeVar("T")

# A bucket that does not answer holds up who waits for its files, and nobody else who needs a thread.
_threads = ThreadPoolExecutor(8, thread_name_prefix="kept files")


class FilesAway(Refused):
    """Where files are kept does not answer, or takes none: whoever asks comes again."""

    kind = "files-away"
    title = "Photographs and plans are out of reach"
    retry_after_s = COME_AGAIN_S

    def __init__(self, reason: str) -> None:
        super().__init__("photographs, plans and scans are out of reach at the moment: try again soon", status=503)
        self.reason = reason


@dataclass(frozen=True)
class KeptFile:
    """One file, `size` bytes long, read piece by piece; reading may raise `FilesAway` at any piece."""

    size: int
    pieces: Iterator[bytes]


class KeptFiles(Protocol):
    """Files by name, each there whole or not at all; a name is a path with slashes.

    Every call waits for a disk or a line, so none is for the loop; `place` says in words where they are kept.

    All raise `FilesAway`.
    """

    place: str

    def keep(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep a file under a name, in the place of any that had it."""

    def read(self, name: str) -> KeptFile:
        """Return a file; raises `FileNotFoundError`."""

    def try_out(self) -> None:
        """See whether a file can be kept."""


class Folder:
    """Files below a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.place = f"the folder {root}"

    def keep(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep a file: it is on the disk when this returns."""
        with _or_away():
            write_whole(self._root / name, pieces)

    def read(self, name: str) -> KeptFile:
        """Return a file; raises `FileNotFoundError`."""
        path = self._root / name
        with _or_away():
            return KeptFile(path.stat().st_size, self._pieces(path))

    def try_out(self) -> None:
        """See whether a file can be kept, and leave none behind."""
        self.keep(TRIAL, [b"trial"])
        with _or_away():
            (self._root / TRIAL).unlink()

    def _pieces(self, path: Path) -> Iterator[bytes]:
        with _or_away(), path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def kept_files(settings: Settings) -> KeptFiles:
    """Return where these settings keep files."""
    if not settings.media_bucket:
        return Folder(settings.media_folder)
    from services.shared.bucket import Bucket  # most installations have none, and need not load what speaks to it

    return Bucket(settings.media_bucket, settings.media_endpoint, allow_http=settings.media_plain_http)


async def beside(call: Callable[..., T], *given: object) -> T:
    """Do what waits for kept files beside the work of the loop."""
    return await asyncio.get_running_loop().run_in_executor(_threads, partial(call, *given))


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file so that it is there whole or not at all, whatever happens meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.half")
    with half.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


@contextmanager
def _or_away() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise FilesAway(type(problem).__name__) from problem
