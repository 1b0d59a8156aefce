"""A spool: lines that wait in a file until the database takes them, so that work goes on while it takes nothing."""

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

SIZE = 4 * 1024 * 1024  # bytes: some ten thousand lines of 400
SPARE = 8  # one part in so many is for what may not be done at all unless it is kept


class SpoolFull(Exception):
    """There is no room for another line: those that wait are never overwritten."""


@dataclass(frozen=True)
class Waiting:
    """How many lines wait, and since when the oldest of them does."""

    lines: int
    since: datetime


class Spool:
    """One file in the data folder, shared by the processes that work on it.

    Its whole size is taken when it is made, so that there is room for a line on a full disk too. A line is on the disk
    before `keep` returns; one that was cut off by a crash was promised to nobody and is passed over. The oldest lines
    are never given up for newer ones: they are what nobody can tell again, while whoever comes when the file is full
    can still be told so.
    """

    def __init__(self, file: Path, *, size: int = SIZE) -> None:
        self.file = file
        self._size = size
        self._spare = size // SPARE
        self._in_use = threading.Lock()

    def prepare(self) -> None:
        """Take the room for it; raises `OSError` where that cannot be had."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._opened() as number:
            if os.fstat(number).st_size < self._size:
                os.posix_fallocate(number, 0, self._size)
                os.fsync(number)

    def keep(self, lines: Sequence[dict[str, Any]], *, into_the_spare: bool = False) -> None:
        """Write lines to the end, on the disk when this returns; raises `SpoolFull` or `OSError`, then none is kept.

        The last eighth is for those that say so. Each line has an `id` of its own and the time `at` it is of.
        """
        text = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
        with self._opened() as number:
            end = len(_whole_lines(os.pread(number, self._size, 0)))
            if end + len(text) > self._size - (0 if into_the_spare else self._spare):
                raise SpoolFull
            try:
                # The byte after it is made empty, so that what a crash left there is never taken for lines.
                room = text + b"\0" if end + len(text) < self._size else text
                if os.pwrite(number, room, end) != len(room):
                    raise OSError("only a part of the lines could be written")
                os.fsync(number)
            except OSError:
                os.pwrite(number, b"\0", end)
                raise

    def read(self) -> list[dict[str, Any]]:
        """Return the lines that wait, oldest first."""
        if not self.file.exists():
            return []
        with self._opened() as number:
            if os.pread(number, 1, 0) in (b"", b"\0"):
                return []
            return _read(os.pread(number, self._size, 0))

    def clear(self, written: Sequence[dict[str, Any]]) -> bool:
        """Empty the file if these are all that wait in it; return whether they were."""
        with self._opened() as number:
            content = os.pread(number, self._size, 0)
            if _read(content) != list(written):
                return False
            os.pwrite(number, bytes(len(content.partition(b"\0")[0])), 0)
            os.fsync(number)
            return True

    def waiting(self) -> Waiting | None:
        """Return what waits, None if nothing does."""
        lines = self.read()
        return Waiting(len(lines), datetime.fromisoformat(lines[0]["at"])) if lines else None

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Give the open file, nobody else writing, in this process or another."""
        with self._in_use:
            number = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(number, fcntl.LOCK_EX)
                yield number
            finally:
                os.close(number)


def _whole_lines(content: bytes) -> bytes:
    """Return what was written to its end: up to the first empty byte, without a line that was cut off."""
    written = content.partition(b"\0")[0]
    return written[: written.rfind(b"\n") + 1]


def _read(content: bytes) -> list[dict[str, Any]]:
    lines = []
    for line in _whole_lines(content).splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            continue  # a disk that lost power in the middle of a write
    return lines
