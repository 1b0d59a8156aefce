"""The master key: what wraps every data key. It is never in the database, but the database knows it again."""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from services.shared.one_size import padded, unpadded

NEWEST = "SELECT fingerprint, marks_key FROM platform.master_keys ORDER BY number DESC LIMIT 1"
SEALED = "SELECT wrapped_key FROM platform.sealing_keys WHERE wrapped_key IS NOT NULL ORDER BY key_id DESC LIMIT 1"
# A service may make the first row and no other: the rights of its database user say so.
KEEP_FIRST = """
INSERT INTO platform.master_keys (number, fingerprint, marks_key, used_since) VALUES (1, %s, %s, now())
ON CONFLICT DO NOTHING
"""
KEEP_NEXT = """
INSERT INTO platform.master_keys (number, fingerprint, marks_key, used_since)
SELECT coalesce(max(number), 0) + 1, %s, %s, now() FROM platform.master_keys
"""
ANOTHER = (
    "RAVI_MASTER_KEY is not the key that this database was sealed under (its fingerprint is {known}, that of the key "
    "given is {given}): nothing that was sealed could be opened, and what is new would be sealed under the wrong one. "
    "Give the right key; or, to change it, give the new one in RAVI_MASTER_KEY and the one until now in "
    "RAVI_MASTER_KEY_OLD, and run: ravi rotate-master-key"
)


class WrongMasterKey(RuntimeError):
    """The master key is not the one that this database was sealed under."""


class NoSuchKey(Exception):
    """A wrapped key opens with none of the master keys that are known here."""


class MasterKey:
    """The master key in use, and older ones that still open what they wrapped; all new work is done under the first.

    Marks are made under a key of their own, which is kept in the database, wrapped: they outlive every master key. A
    database that has none yet gets the one that marks were made under before there was such a thing.
    """

    def __init__(self, secret: str, older: Sequence[str] = ()) -> None:
        secrets = [secret, *(each for each in older if each)]
        self._wrapping = [_derived("master", each) for each in secrets]
        self._brief = [_derived("brief", each) for each in secrets]
        self.fingerprints = [fingerprint(each) for each in secrets]
        self._marks = self._wrapping[0]

    def wrap(self, data_key: bytes) -> bytes:
        """Return a data key wrapped by the master key in use (AES-KW, RFC 3394)."""
        return aes_key_wrap(self._wrapping[0], data_key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return a data key that one of the master keys wrapped; raises `NoSuchKey`."""
        for key in self._wrapping:
            try:
                return aes_key_unwrap(key, wrapped)
            except (InvalidUnwrap, ValueError):
                continue
        raise NoSuchKey

    def wrapped_anew(self, wrapped: bytes) -> bytes | None:
        """Return a data key wrapped by the key in use, None if it is so already; raises `NoSuchKey`."""
        try:
            aes_key_unwrap(self._wrapping[0], wrapped)
        except (InvalidUnwrap, ValueError):
            return self.wrap(self.unwrap(wrapped))
        return None

    def mark_of(self, text: str) -> str:
        """Return a mark by which a text is found again without being kept: HMAC-SHA-256, as hexadecimal digits."""
        return hmac.new(self._marks, b"ravi/mark/1:" + text.encode(), hashlib.sha256).hexdigest()

    def evidence_key(self) -> bytes:
        """Return the key that seals logs and signs their heads; like that of marks, it outlives every master key."""
        return hmac.new(self._marks, b"ravi/evidence/1", hashlib.sha256).digest()

    def close(self, bound_to: str, plain: str) -> str:
        """Return text closed under the master key's own, for what waits a few hours outside and is kept nowhere."""
        nonce = os.urandom(12)
        cipher_text = AESGCM(self._brief[0]).encrypt(nonce, padded(plain.encode()), bound_to.encode())
        return base64.b64encode(nonce + cipher_text).decode()

    def open_closed(self, bound_to: str, text: str) -> str:
        """Return what was closed; raises `NoSuchKey` if it was altered, or closed for somebody else."""
        for key in self._brief:
            try:
                sealed = base64.b64decode(text, validate=True)
                return unpadded(AESGCM(key).decrypt(sealed[:12], sealed[12:], bound_to.encode())).decode()
            except (InvalidTag, ValueError):
                continue
        raise NoSuchKey

    def passing_keys(self, bound_to: str) -> list[bytes]:
        """Return keys for what lies on a disk for a while and is kept nowhere: that of today, then older ones."""
        return [hmac.new(key, b"ravi/passing/1:" + bound_to.encode(), hashlib.sha256).digest() for key in self._brief]

    def is_known_to(self, connection: psycopg.Connection) -> bool:
        """Return whether the database knows this key, and take the key of marks from it; False if it knows none yet.

        Raises `WrongMasterKey` if it knows another.
        """
        kept = connection.execute(NEWEST).fetchone()
        if kept is None:
            return False
        known, marks_key = kept
        if known not in self.fingerprints:
            raise WrongMasterKey(ANOTHER.format(known=known[:12], given=self.fingerprints[0][:12]))
        self._marks = self.unwrap(marks_key)
        return True

    def keep_first_in(self, connection: psycopg.Connection) -> None:
        """Let a database that knows no master key keep this one, if it opens what is sealed there already.

        Of two that come at once one is kept. Raises `WrongMasterKey`.
        """
        for (wrapped,) in connection.execute(SEALED).fetchall():
            try:
                self.unwrap(wrapped)
            except NoSuchKey:
                raise WrongMasterKey(ANOTHER.format(known="not kept", given=self.fingerprints[0][:12])) from None
        connection.execute(KEEP_FIRST, (self.fingerprints[0], self.wrap(self._marks)))

    def keep_next_in(self, connection: psycopg.Connection) -> None:
        """Let the database know this key from now on, and keep the key of marks under it."""
        connection.execute(KEEP_NEXT, (self.fingerprints[0], self.wrap(self._marks)))


def check_master_key(address: str, key: MasterKey, *, keep: bool) -> bool:
    """Return whether the database at a libpq address knows the key; raises `WrongMasterKey` if it knows another.

    `keep` lets a database that knows none keep this one, if its user may: that of a service that seals.
    """
    with psycopg.connect(address) as connection:
        if key.is_known_to(connection):
            return True
        may = connection.execute("SELECT has_table_privilege('platform.master_keys', 'INSERT')").fetchone()
        if not keep or may != (True,):
            return False
        key.keep_first_in(connection)
        connection.commit()
        return key.is_known_to(connection)


def fingerprint(secret: str) -> str:
    """Return by what a master key is known again: nothing of the key follows from it."""
    return hmac.new(_derived("fingerprint", secret), b"ravi/fingerprint", hashlib.sha256).hexdigest()


def _derived(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"ravi/{purpose}/1:{secret}".encode()).digest()
