"""Files that lie sealed: AES-256-GCM, piece by piece, so that one of any size is opened without holding it whole."""

import hmac
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.shared.secrets import CannotOpen

PIECE = 64 * 1024
TAG = 16


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


def seal_file(path: Path, pieces: Iterable[bytes], data_key: bytes, name: str) -> None:
    """Write a file sealed under a data key; `name` is bound to it, and each name of a key is used for one file."""
    write_whole(path, _sealed(pieces, _cipher(data_key, name)))


def opened_file(path: Path, data_key: bytes, name: str) -> Iterator[bytes]:
    """Give a sealed file piece by piece; raises `CannotOpen` at the first that was altered, left out or cut off."""
    cipher = _cipher(data_key, name)
    with path.open("rb") as file:
        piece, number = file.read(PIECE + TAG), 0
        while piece:
            after = file.read(PIECE + TAG)
            try:
                yield cipher.decrypt(_nonce(number, is_last=not after), piece, None)
            except InvalidTag:
                raise CannotOpen(f"{path.name} was altered, or another key sealed it") from None
            piece, number = after, number + 1


def _sealed(pieces: Iterable[bytes], cipher: AESGCM) -> Iterator[bytes]:
    waiting, number = b"", 0
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE:
            yield cipher.encrypt(_nonce(number, is_last=False), waiting[:PIECE], None)
            waiting, number = waiting[PIECE:], number + 1
    yield cipher.encrypt(_nonce(number, is_last=True), waiting, None)


def _cipher(data_key: bytes, name: str) -> AESGCM:
    return AESGCM(hmac.digest(data_key, b"ravi/file/1:" + name.encode(), "sha256"))


def _nonce(number: int, *, is_last: bool) -> bytes:
    """Return the nonce of a piece: a key is used for one file, so its number is never used twice."""
    return bytes([is_last]) + number.to_bytes(11, "big")
