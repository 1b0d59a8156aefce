"""Passwords: hashed beside the work, a few at a time, so that guessing slows nobody who looks a premises up."""

import asyncio
import os
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# OWASP's second recommended setting for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# One core is left for those who are signed in; argon2 lets go of the interpreter while it works.
HASHING_AT_ONCE = max(1, (os.cpu_count() or 2) // 2)
MOST_WAITING = 16
LESS_URGENT = 10


def _give_way() -> None:
    """Let the system prefer every other thread to this one, where it can."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LESS_URGENT)


_pool = ThreadPoolExecutor(HASHING_AT_ONCE, thread_name_prefix="passwords", initializer=_give_way)


class TooBusy(Exception):
    """More passwords wait to be checked than could be within a few seconds."""


class _Queue:
    """How many passwords are being checked or wait for it."""

    length = 0


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _hasher.hash(password)


# Checked when the name is unknown, so that an unknown name takes as long as a wrong password.
_NOBODY = hash_password(secrets.token_hex(16))


async def is_password(password: str, kept_hash: str | None) -> bool:
    """Return whether a password is the one whose hash is kept; None (nobody) takes as long, and is never right.

    Raises `TooBusy` at once if too many wait already.
    """
    if _Queue.length >= MOST_WAITING:
        raise TooBusy
    _Queue.length += 1
    try:
        fits = await asyncio.get_running_loop().run_in_executor(_pool, _fits, password, kept_hash or _NOBODY)
    finally:
        _Queue.length -= 1
    return fits and kept_hash is not None


def _fits(password: str, kept_hash: str) -> bool:
    try:
        return _hasher.verify(kept_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
