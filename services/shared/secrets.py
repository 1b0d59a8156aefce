"""Sealing: text that travels closed and can be destroyed for good by destroying one small key."""

import base64
import hashlib
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.shared.tables import SealingKey
from services.shared.transactions import moment

BLOCK = 4096
KEY_BYTES = 32


class CannotOpen(Exception):
    """A sealed text cannot be opened: its key was destroyed, or it was altered. Never says what it held."""


def padded(plain: bytes) -> bytes:
    """Return the text padded to a whole number of blocks, so that its length tells nothing."""
    framed = len(plain).to_bytes(4, "big") + plain
    return framed + b"\0" * (-len(framed) % BLOCK)


def unpadded(framed: bytes) -> bytes:
    """Return the text without its padding."""
    return framed[4 : 4 + int.from_bytes(framed[:4], "big")]


class Vault:
    """Seals and opens with one data key a record, each wrapped by the master key (AES-KW, RFC 3394).

    The key's id and the record's identity are bound to the cipher text as associated data: a sealed text moved
    to another record does not open.
    """

    def __init__(self, master_key: str) -> None:
        self._master = hashlib.sha256(b"ravi/master/1:" + master_key.encode()).digest()

    async def seal(self, session: AsyncSession, key_id: str, record: str, plain: str) -> Sealed:
        """Return the text sealed under a fresh data key kept as `key_id`; a key is made once and never reused."""
        data_key = AESGCM.generate_key(bit_length=KEY_BYTES * 8)
        session.add(
            SealingKey(
                key_id=key_id,
                record=record,
                wrapped_key=aes_key_wrap(self._master, data_key),
                made_at=moment(session),
            )
        )
        nonce = os.urandom(12)
        cipher_text = AESGCM(data_key).encrypt(nonce, padded(plain.encode()), _bound_to(key_id, record))
        return Sealed(
            key_id=key_id,
            nonce=base64.b64encode(nonce).decode(),
            cipher_text=base64.b64encode(cipher_text).decode(),
        )

    async def open(self, session: AsyncSession, sealed: Sealed, record: str) -> str:
        """Return the text that was sealed for a record; raises `CannotOpen` if its key is gone or it was altered."""
        return self._opened(sealed, record, await session.get(SealingKey, sealed.key_id))

    async def open_all(self, session: AsyncSession, sealed: Mapping[str, Sealed]) -> dict[str, str | None]:
        """Return the texts that were sealed for some records, by record; None for what can no longer be opened."""
        wanted = select(SealingKey).where(col(SealingKey.key_id).in_([each.key_id for each in sealed.values()]))
        keys = {key.key_id: key for key in await session.exec(wanted)}
        found: dict[str, str | None] = {}
        for record, each in sealed.items():
            try:
                found[record] = self._opened(each, record, keys.get(each.key_id))
            except CannotOpen:
                found[record] = None
        return found

    def _opened(self, sealed: Sealed, record: str, key: SealingKey | None) -> str:
        if key is None or key.wrapped_key is None:
            raise CannotOpen(f"the key {sealed.key_id} is not here or was destroyed")
        try:
            data_key = aes_key_unwrap(self._master, key.wrapped_key)
            framed = AESGCM(data_key).decrypt(
                base64.b64decode(sealed.nonce), base64.b64decode(sealed.cipher_text), _bound_to(sealed.key_id, record)
            )
        except (InvalidTag, InvalidUnwrap, ValueError):
            raise CannotOpen(f"what {sealed.key_id} sealed was altered, or the master key is another one") from None
        return unpadded(framed).decode()

    async def destroy(self, session: AsyncSession, key_id: str) -> None:
        """Destroy a key: every copy of what it sealed, here and in Kafka, is unreadable from now on."""
        key = await session.get(SealingKey, key_id)
        if key is not None and key.destroyed_at is None:
            key.wrapped_key = None
            key.destroyed_at = moment(session)
            session.add(key)


def _bound_to(key_id: str, record: str) -> bytes:
    return f"{key_id}\n{record}".encode()
