"""Files that grow piece by piece while they are sent, and lie closed on the disk until they are dealt with."""

import fcntl
import hashlib
import hmac
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

BLOCK = 16
HEAD = 2 * BLOCK
PIECE = 256 * 1024


class InUse(Exception):
    """Another process is writing this file at the moment."""


class WaitingFile:
    """One file on its way, AES-256 in counter mode: how much of it came is how long it is, so nothing else is kept.

    `keys` are those it may lie under: the first is for a new one, the others open what was begun under an older master
    key. One that opens with none is begun anew. The whole is proved by its hash, so no part carries a proof of its own.
    """

    def __init__(self, path: Path, keys: Sequence[bytes]) -> None:
        self.path = path
        self._keys = keys

    @property
    def length(self) -> int:
        """Return how many bytes of it came."""
        try:
            with self.path.open("rb") as file:
                return self._length_of(file)
        except FileNotFoundError:
            return 0

    def append(self) -> "Appending":
        """Return the file open at its end, nobody else's until it is closed; raises `InUse`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+b", buffering=0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise InUse from None
        length = self._length_of(file)
        if not length and self._key_of(file) is None:
            file.truncate(0)
            nonce = os.urandom(BLOCK)
            file.write(nonce + _tag(self._keys[0], nonce))
        return Appending(file, self._cipher(file, length), length)

    def pieces(self) -> Iterator[bytes]:
        """Give what came, piece by piece."""
        with self.path.open("rb") as file:
            left = self._length_of(file)
            cipher = self._cipher(file, 0)
            file.seek(HEAD)
            while left > 0 and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield cipher.update(piece)

    def sha256(self) -> str:
        """Return the hash of what came, as hexadecimal digits."""
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest.hexdigest()

    def first(self, count: int) -> bytes:
        """Return the first bytes of what came."""
        return next(self.pieces(), b"")[:count]

    def forget(self) -> None:
        """Throw it away."""
        self.path.unlink(missing_ok=True)

    def _length_of(self, file: BinaryIO) -> int:
        return max(0, os.fstat(file.fileno()).st_size - HEAD) if self._key_of(file) else 0

    def _key_of(self, file: BinaryIO) -> bytes | None:
        file.seek(0)
        head = file.read(HEAD)
        nonce, tag = head[:BLOCK], head[BLOCK:]
        return next((key for key in self._keys if hmac.compare_digest(_tag(key, nonce), tag)), None)

    def _cipher(self, file: BinaryIO, offset: int) -> CipherContext:
        key = self._key_of(file)
        if key is None:
            raise LookupError(f"{self.path.name} opens with none of the keys that are known here")
        file.seek(0)
        start = int.from_bytes(file.read(BLOCK), "big") + offset // BLOCK
        counter = (start % (1 << 8 * BLOCK)).to_bytes(BLOCK, "big")
        cipher = Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor()
        cipher.update(bytes(offset % BLOCK))
        return cipher


class Appending:
    """A file open at its end; it is closed, and what came stays, whatever ends the block."""

    def __init__(self, file: BinaryIO, cipher: CipherContext, length: int) -> None:
        self._file = file
        self._cipher = cipher
        self.length = length

    def write(self, piece: bytes) -> None:
        """Add a piece; it is with the system when this returns, and survives the end of the process."""
        closed = memoryview(self._cipher.update(piece))
        while closed:
            closed = closed[self._file.write(closed) or 0 :]
        self.length += len(piece)

    def keep(self) -> None:
        """See to it that all that came is on the disk."""
        os.fsync(self._file.fileno())

    def __enter__(self) -> "Appending":
        return self

    def __exit__(self, *_failure: object) -> None:
        self._file.close()


def _tag(key: bytes, nonce: bytes) -> bytes:
    return hmac.digest(key, b"ravi/waiting/1" + nonce, "sha256")[:BLOCK]
