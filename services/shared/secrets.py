"""Sealing: text that travels closed and can be destroyed for good by destroying one small key."""

import base64
import os
from collections.abc import Sequence
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import TextClause, and_, inspect, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.shared.master_key import MasterKey, NoSuchKey
from services.shared.one_size import BLOCK, padded, unpadded
from services.shared.rows import as_rows
from services.shared.tables import KeyRow, SealingKey
from services.shared.transactions import Work

KEY_BYTES = 32


class CannotOpen(Exception):
    """A sealed text cannot be opened: its key was destroyed, or it was altered. Never says what it held."""


class Vault:
    """Seals and opens with one data key a record, each wrapped by the master key.

    The key's id and the record's identity are bound to the cipher text as associated data: a sealed text moved
    to another record does not open. `master` is the master key; older ones still open what they sealed.
    """

    def __init__(self, master_key: str, older: Sequence[str] = ()) -> None:
        self.master = MasterKey(master_key, older)
        self.mark_of = self.master.mark_of
        self._apart: dict[str, type[KeyRow]] = {}

    def keep_apart(self, table: type[KeyRow], *prefixes: str) -> None:
        """Keep the data keys whose ids begin so in a table of their own: how many there are must not be seen."""
        self._apart.update(dict.fromkeys(prefixes, table))

    def _table_of(self, key_id: str) -> type[KeyRow]:
        return next((table for prefix, table in self._apart.items() if key_id.startswith(prefix)), SealingKey)

    def close(self, bound_to: str, plain: str) -> str:
        """Return text closed under the master key's own, for what waits a few hours outside and is kept nowhere.

        It opens only with the same `bound_to`; its length tells nothing.
        """
        return self.master.close(bound_to, plain)

    def open_closed(self, bound_to: str, text: str) -> str:
        """Return what was closed; raises `CannotOpen` if it was altered, or closed for somebody else."""
        try:
            return self.master.open_closed(bound_to, text)
        except NoSuchKey:
            raise CannotOpen("this cannot be opened") from None

    async def seal(self, work: Work, key_id: str, record: str, plain: str, *, size: int = BLOCK) -> Sealed:
        """Return the text sealed under a fresh data key kept as `key_id`; a key is made once and never reused.

        What is sealed is filled up to `size` bytes, or a whole number of times that.
        """
        return (await self.seal_many(work, [(key_id, record, plain)], size=size))[0]

    async def seal_many(self, work: Work, texts: Sequence[tuple[str, str, str]], *, size: int = BLOCK) -> list[Sealed]:
        """Return texts, given as (key's id, record, text), each sealed under a fresh data key of its own."""
        keys: dict[type[KeyRow], list[dict[str, Any]]] = {}
        sealed = []
        for key_id, record, plain in texts:
            data_key = AESGCM.generate_key(bit_length=KEY_BYTES * 8)
            wrapped = f"\\x{self.master.wrap(data_key).hex()}"
            row = {"key_id": key_id, "record": record, "wrapped_key": wrapped, "made_at": work.now}
            keys.setdefault(self._table_of(key_id), []).append(row)
            nonce = os.urandom(12)
            cipher_text = AESGCM(data_key).encrypt(nonce, padded(plain.encode(), size), _bound_to(key_id, record))
            sealed.append(
                Sealed(
                    key_id=key_id,
                    nonce=base64.b64encode(nonce).decode(),
                    cipher_text=base64.b64encode(cipher_text).decode(),
                )
            )
        for table, rows in keys.items():
            await work.execute(_saving(table), {"rows": as_rows(rows)})
        return sealed

    async def open(self, session: AsyncSession, sealed: Sealed, record: str) -> str:
        """Return the text that was sealed for a record; raises `CannotOpen` if its key is gone or it was altered."""
        return self._opened(await session.get(self._table_of(sealed.key_id), sealed.key_id), sealed, record)

    async def open_many(self, session: AsyncSession, sealed: Sequence[tuple[Sealed, str]]) -> list[str | None]:
        """Return the texts that were sealed, each for its record, in that order; None for one that cannot be opened."""
        keys: dict[str, KeyRow] = {}
        for table, key_ids in self._by_table([each.key_id for each, _ in sealed]).items():
            found = (await session.exec(select(table).where(col(table.key_id).in_(key_ids)))).all()
            keys |= {key.key_id: key for key in found}
        texts: list[str | None] = []
        for each, record in sealed:
            try:
                texts.append(self._opened(keys.get(each.key_id), each, record))
            except CannotOpen:
                texts.append(None)
        return texts

    def _by_table(self, key_ids: Sequence[str]) -> dict[type[KeyRow], list[str]]:
        found: dict[type[KeyRow], list[str]] = {}
        for key_id in key_ids:
            found.setdefault(self._table_of(key_id), []).append(key_id)
        return found

    def _opened(self, key: KeyRow | None, sealed: Sealed, record: str) -> str:
        if key is None or key.wrapped_key is None:
            raise CannotOpen(f"the key {sealed.key_id} is not here or was destroyed")
        try:
            data_key = self.master.unwrap(key.wrapped_key)
            framed = AESGCM(data_key).decrypt(
                base64.b64decode(sealed.nonce), base64.b64decode(sealed.cipher_text), _bound_to(sealed.key_id, record)
            )
        except (InvalidTag, NoSuchKey, ValueError):
            raise CannotOpen(f"what {sealed.key_id} sealed was altered, or the master key is another one") from None
        return unpadded(framed).decode()

    def fresh_key(self) -> bytes:
        """Return a data key for files of a record, which are sealed beside the unit of work that keeps it."""
        return AESGCM.generate_key(bit_length=KEY_BYTES * 8)

    async def keep_key(self, work: Work, key_id: str, record: str, data_key: bytes) -> None:
        """Keep a data key, wrapped; from then on what it sealed can be opened."""
        wrapped = f"\\x{self.master.wrap(data_key).hex()}"
        row = {"key_id": key_id, "record": record, "wrapped_key": wrapped, "made_at": work.now}
        await work.execute(_saving(self._table_of(key_id)), {"rows": as_rows([row])})

    async def key_of_files(self, session: AsyncSession, key_id: str) -> bytes:
        """Return a data key that sealed files; raises `CannotOpen` if it is not here or was destroyed."""
        key = await session.get(self._table_of(key_id), key_id)
        if key is None or key.wrapped_key is None:
            raise CannotOpen(f"the key {key_id} is not here or was destroyed")
        try:
            return self.master.unwrap(key.wrapped_key)
        except NoSuchKey:
            raise CannotOpen(f"what {key_id} sealed opens with another master key") from None

    async def destroy(self, work: Work, key_id: str) -> None:
        """Destroy a key: every copy of what it sealed, here and in Kafka, is unreadable from now on."""
        key = await work.get(self._table_of(key_id), key_id)
        if key is not None and key.destroyed_at is None:
            key.wrapped_key = None
            key.destroyed_at = work.now
            work.add(key)

    async def destroy_all(self, work: Work, record: str) -> None:
        """Destroy every key that was made for a record: nothing sealed for it until now can be opened again.

        Of the keys that are kept apart, none: each of those is destroyed by its id.
        """
        kept = and_(col(SealingKey.record) == record, col(SealingKey.destroyed_at).is_(None))
        await work.execute(update(SealingKey).where(kept).values(wrapped_key=None, destroyed_at=work.now))

    async def destroy_many(self, work: Work, key_ids: Sequence[str]) -> None:
        """Destroy some keys, those that are destroyed already or never were left as they are."""
        for table, wanted in self._by_table(key_ids).items():
            kept = and_(col(table.key_id).in_(wanted), col(table.destroyed_at).is_(None))
            await work.execute(update(table).where(kept).values(wrapped_key=None, destroyed_at=work.now))


@cache
def _saving(table: type[KeyRow]) -> TextClause:
    name = inspect(table).persist_selectable
    return text(
        f"INSERT INTO {name} SELECT * FROM jsonb_populate_recordset(NULL::{name}, CAST(:rows AS jsonb)) ORDER BY key_id"
    )


def _bound_to(key_id: str, record: str) -> bytes:
    return f"{key_id}\n{record}".encode()
