"""Files that lie sealed: AES-256-GCM, piece by piece, so that one of any size is opened without holding it whole."""

import hmac
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.shared.secrets import CannotOpen

PIECE = 64 * 1024
TAG = 16


def sealed(pieces: Iterable[bytes], data_key: bytes, name: str) -> Iterator[bytes]:
    """Seal a file under a data key; `name` is bound to it, and each name of a key is used for one file."""
    cipher = _cipher(data_key, name)
    for number, piece, is_last in _in_steps(pieces, PIECE):
        yield cipher.encrypt(_nonce(number, is_last=is_last), piece, None)


def opened(pieces: Iterable[bytes], data_key: bytes, name: str) -> Iterator[bytes]:
    """Open a sealed file; raises `CannotOpen` at the first piece that was altered, left out or cut off."""
    cipher = _cipher(data_key, name)
    for number, piece, is_last in _in_steps(pieces, PIECE + TAG):
        try:
            yield cipher.decrypt(_nonce(number, is_last=is_last), piece, None)
        except InvalidTag:
            raise CannotOpen("a sealed file was altered, or another key sealed it") from None


def _in_steps(pieces: Iterable[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Give the same bytes in pieces of one size, numbered, and whether each is the last: shorter, or as long."""
    waiting, number = b"", 0
    for piece in pieces:
        waiting += piece
        while len(waiting) > size:
            yield number, waiting[:size], False
            waiting, number = waiting[size:], number + 1
    yield number, waiting, True


def _cipher(data_key: bytes, name: str) -> AESGCM:
    return AESGCM(hmac.digest(data_key, b"ravi/file/1:" + name.encode(), "sha256"))


def _nonce(number: int, *, is_last: bool) -> bytes:
    """Return the nonce of a piece: a key is used for one file, so its number is never used twice."""
    return bytes([is_last]) + number.to_bytes(11, "big")
