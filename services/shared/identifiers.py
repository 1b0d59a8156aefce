"""New identifiers: UUIDs that sort by the time they were made (RFC 9562, version 7)."""

import secrets
from datetime import datetime
from uuid import UUID


def new_id(at: datetime) -> UUID:
    """Return a fresh UUIDv7 for a moment (aware)."""
    milliseconds = int(at.timestamp() * 1000) & 0xFFFFFFFFFFFF
    random_bits = secrets.randbits(74)
    value = milliseconds << 80 | 0x7 << 76 | (random_bits >> 62) << 64 | 0b10 << 62 | random_bits & (1 << 62) - 1
    return UUID(int=value)
