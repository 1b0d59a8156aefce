"""A chain: each line of a log seals the one before it under a key that is not in the database."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

SealOf = Callable[[str, bytes | None], str]
FIRST_LINK = "0" * 64
ENDS_A_NUMBER = re.compile(r"\d+([,\]}]|$)")
EXACT_INTEGERS = 1e16  # from here on Python writes a float with an exponent, and PostgreSQL does not


def canonical(content: Any) -> str:
    """Return content as the one JSON text that it also has after PostgreSQL has kept it (JSONB)."""
    words = json.dumps(content, sort_keys=True, separators=(",", ":"))
    if "-0.0" in words or _holds_an_exponent(words):
        words = json.dumps(_as_kept(content), sort_keys=True, separators=(",", ":"))
    return words


def _holds_an_exponent(words: str) -> bool:
    """Return whether a number in JSON may have an exponent; what is sealed is full of "e+" and holds none."""
    at = words.find("e+")
    while at >= 0:
        if ENDS_A_NUMBER.match(words, at + 2):
            return True
        at = words.find("e+", at + 2)
    return False


def _as_kept(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _as_kept(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_as_kept(value) for value in content]
    if isinstance(content, float) and abs(content) >= EXACT_INTEGERS:
        return int(Decimal(repr(content)))
    return 0.0 if isinstance(content, float) and content == 0 else content


def moment_of(at: datetime) -> str:
    """Return a moment as it is sealed, whatever zone it was given in."""
    return at.astimezone(UTC).isoformat()


def sealed_after(previous: str, content: Sequence[Any], key: bytes | None) -> str:
    """Return the seal of a line on the one before it, in 64 hexadecimal digits.

    HMAC-SHA-256 under the key; without one, as lines were chained that are older than the key, plain SHA-256.
    """
    return seal((previous + canonical(content)).encode(), key)


def seal(words: bytes, key: bytes | None) -> str:
    """Return HMAC-SHA-256 of some bytes under a key, or plain SHA-256 without one, in hexadecimal digits."""
    return hmac.new(key, words, hashlib.sha256).hexdigest() if key else hashlib.sha256(words).hexdigest()


class Follower:
    """Follows a chain line by line: lines from before the key come first, and none of them after one under it.

    `count` is how many lines were
    passed, `last` the seal of the newest.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = keys
        self._is_keyed = False
        self.last = FIRST_LINK
        self.count = 0

    def follows(self, seal_of: SealOf, seal: str) -> bool:
        """Return whether a line follows from the one before it, and go on to the next."""
        right = any(hmac.compare_digest(seal_of(self.last, key), seal) for key in self._keys)
        if right:
            self._is_keyed = True
        elif not self._is_keyed:
            right = hmac.compare_digest(seal_of(self.last, None), seal)
        self.last, self.count = seal, self.count + 1
        return right


def digest(content: Any) -> str:
    """Return the SHA-256 of content in its one JSON text, in 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
