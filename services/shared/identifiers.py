"""New identifiers: those that sort by the time they were made, and those from which nothing follows."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4


def new_id(at: datetime) -> UUID:
    """Return a fresh UUIDv7 for a moment (aware): it tells when it was made (RFC 9562)."""
    milliseconds = int(at.timestamp() * 1000) & 0xFFFFFFFFFFFF
    random_bits = secrets.randbits(74)
    value = milliseconds << 80 | 0x7 << 76 | (random_bits >> 62) << 64 | 0b10 << 62 | random_bits & (1 << 62) - 1
    return UUID(int=value)


def random_id() -> UUID:
    """Return a fresh UUIDv4, for what must not be tied to anything else by its id: 122 random bits, no time."""
    return uuid4()
