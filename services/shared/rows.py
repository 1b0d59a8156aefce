"""Rows for the database, many at a time: one statement keeps a whole batch, taking its rows as one JSON text."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json


def as_rows(rows: Sequence[Any] | Mapping[str, Any]) -> str:
    """Return rows as the one parameter that `jsonb_populate_recordset` takes apart again, by the names of columns.

    A row is a mapping, a dataclass or a model; a column that it does not name is NULL. Bytes are given as the text
    that PostgreSQL reads: a backslash, an x, and their hexadecimal digits. A mapping alone is one
    row, without brackets.
    """
    return to_json(rows, inf_nan_mode="constants").decode()
