"""The envelope every event travels in: CloudEvents 1.0, so that any Kafka tool can read who said what, and when."""

from typing import Any, ClassVar, Self, cast
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic_core import from_json

SPEC_VERSION = "1.0"
TYPE_PREFIX = "uk.frs.ravi."


class Event(BaseModel):
    """What happened, in the past tense; the base of every event in this folder.

    A subclass names its `topic` and its `version`; `key()` answers which record it must stay in order with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: ClassVar[str]
    version: ClassVar[int] = 1

    def key(self) -> str:
        """Return the id of the record whose events must stay in order."""
        raise NotImplementedError(f"{type(self).__name__} does not say its key")


def type_name(event: type[Event]) -> str:
    """Return the CloudEvents type of an event, such as "uk.frs.ravi.visits.submitted.v1"."""
    return f"{TYPE_PREFIX}{event.topic}.v{event.version}"


class Envelope(BaseModel):
    """One event as it travels: who said it, when, about what, and because of what.

    `id` is unique for ever (UUIDv7); `time` is when it happened, in UTC; `caused_by` is the id of the event
    that led to this one; `correlation_id` is one id from the tablet to the control room. `urgent` lets what is
    dangerous be heard first from the event log; it is no part of the message and Kafka does not carry it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    type: str
    source: str
    time: AwareDatetime
    subject: str
    correlation_id: str
    caused_by: UUID | None = None
    version: int
    topic: str
    body: bytes
    urgent: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """Return the body read as JSON."""
        return cast(dict[str, Any], from_json(self.body))

    def headers(self) -> dict[str, str]:
        """Return the CloudEvents attributes as Kafka headers (binary content mode), all text."""
        attributes = {
            "ce_specversion": SPEC_VERSION,
            "ce_id": str(self.id),
            "ce_type": self.type,
            "ce_source": self.source,
            "ce_time": self.time.isoformat(),
            "ce_subject": self.subject,
            "ce_partitionkey": self.subject,
            "ce_correlationid": self.correlation_id,
            "content-type": "application/json",
        }
        if self.caused_by is not None:
            attributes["ce_causedby"] = str(self.caused_by)
        return attributes

    @classmethod
    def from_headers(cls, topic: str, headers: dict[str, str], body: bytes) -> Self:
        """Return the envelope that Kafka headers describe; raises `ValueError` naming the missing attribute."""
        missing = [name for name in ("ce_id", "ce_type", "ce_source", "ce_time") if not headers.get(name)]
        if missing:
            raise ValueError(f"the message lacks the CloudEvents header {', '.join(missing)}")
        kind = headers["ce_type"]
        version = kind.rpartition(".v")[2]
        if not version.isdigit():
            raise ValueError(f"the type {kind!r} does not end in a version such as .v1")
        return cls.model_validate(
            {
                "id": headers["ce_id"],
                "type": kind,
                "source": headers["ce_source"],
                "time": headers["ce_time"],
                "subject": headers.get("ce_subject", ""),
                "correlation_id": headers.get("ce_correlationid", headers["ce_id"]),
                "caused_by": headers.get("ce_causedby"),
                "version": int(version),
                "topic": topic,
                "body": body,
            }
        )
