"""Stamps: users and sign-ins in the database carry a mark that nobody can make from the database alone."""

import hashlib
import hmac
import json
from datetime import UTC, datetime


class Stamps:
    """Marks made with a key that no database holds (HMAC-SHA256, derived from the master key).

    The environment is part of the key: what a local system kept is worth nothing in production, and the other way
    round, even on the same database under the same master key.
    """

    def __init__(self, master_key: str, environment: str) -> None:
        self._key = hmac.digest(master_key.encode(), f"ravi/stamps/1:{environment}".encode(), "sha256")

    def of(self, what: str, *values: str | int | datetime | list[str] | None) -> str:
        """Return the stamp of some values, as 64 hexadecimal digits; `what` says what they are."""
        plain = json.dumps([what, *(_as_text(value) for value in values)], separators=(",", ":"))
        return hmac.new(self._key, plain.encode(), hashlib.sha256).hexdigest()


def _as_text(value: str | int | datetime | list[str] | None) -> str | int | list[str] | None:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
