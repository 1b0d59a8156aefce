"""Values that must never be seen by chance: they print as "[withheld]" wherever Python prints."""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

WITHHELD = "[withheld]"
T = TypeVar("T")


class Sensitive(Generic[T]):
    """A value that prints as "[withheld]" in logs, repr, str and history; `reveal()` is the only way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        """Return the value itself; the caller answers for where it goes."""
        return self._value

    def __repr__(self) -> str:
        return WITHHELD

    def __str__(self) -> str:
        return WITHHELD

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sensitive) and bool(self._value == other._value)

    def __hash__(self) -> int:
        return hash((Sensitive, self._value))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner_type = source.__args__[0] if getattr(source, "__args__", None) else Any
        inner = handler.generate_schema(inner_type)
        from_wire = core_schema.no_info_after_validator_function(cls, inner)
        return core_schema.json_or_python_schema(
            json_schema=from_wire,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_wire]),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda kept: kept.reveal(), when_used="json"
            ),
        )


class Sealed(BaseModel):
    """Text that only the holder of a key can open: AES-256-GCM, the key kept elsewhere under `key_id`.

    `cipher_text` and `nonce` are base64; the plain text was padded, so that its length tells nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key_id: str
    nonce: str
    cipher_text: str

    def __repr__(self) -> str:
        return f"Sealed({self.key_id})"
