"""Quarantine: a copy of every message that could not be dealt with, until a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.envelope import Envelope
from services.shared.errors import Conflict, NotFound
from services.shared.identifiers import new_id
from services.shared.messaging.delivery import Failing, Failure
from services.shared.paging import FIRST, Page
from services.shared.tables import QuarantinedMessage
from services.shared.telemetry import DEFECTS, QUARANTINED
from services.shared.transactions import Work


@dataclass(frozen=True)
class RawMessage:
    """A message as it came, before anyone understood it; `origin` names where, such as topic/partition/offset."""

    topic: str
    origin: str
    key: bytes | None
    body: bytes
    headers: tuple[tuple[str, bytes | None], ...]


def raw_copy(envelope: Envelope, origin: str) -> RawMessage:
    """Return an event of the log as the message Kafka would carry."""
    headers = tuple((name, value.encode()) for name, value in envelope.headers().items())
    return RawMessage(envelope.topic, origin, envelope.subject.encode(), envelope.body, headers)


def envelope_of(message: RawMessage) -> Envelope:
    """Return the envelope of a raw message; raises `ValueError` saying what cannot be read."""
    if b"\\u0000" in message.body:
        raise ValueError("the body holds a NUL character, which cannot be kept")
    try:
        headers = {name: value.decode() for name, value in message.headers if value is not None}
    except UnicodeDecodeError:
        raise ValueError("a header is not UTF-8 text") from None
    try:
        is_object = isinstance(from_json(message.body), dict)
    except ValueError:
        raise ValueError("the body is not JSON") from None
    if not is_object:
        raise ValueError("the body is JSON but not an object")
    try:
        return Envelope.from_headers(message.topic, headers, message.body)
    except ValueError as problem:
        words = str(problem) if type(problem) is ValueError else "a CloudEvents header does not fit its form"
        raise ValueError(words) from None


def as_text(value: bytes | None) -> str:
    """Return a header's bytes as text that can be stored and shown, whatever they are."""
    return (value or b"").decode("utf-8", "backslashreplace").replace("\x00", "\\x00")


async def put_in_quarantine(work: Work, service: str, message: RawMessage, failure: Failure) -> None:
    """Keep a copy of a message with the reason; the same message failing again is kept once."""
    try:
        envelope_of(message)
        readable = True
    except ValueError:
        readable = False
    at = work.now
    kept = await work.execute(
        insert(QuarantinedMessage)
        .values(
            id=new_id(at),
            service=service,
            topic=message.topic,
            origin=message.origin,
            key=message.key,
            body=message.body,
            headers=[[name, as_text(value)] for name, value in message.headers],
            cause=failure.cause,
            explanation=failure.explanation,
            can_be_released=readable,
            state="waiting",
            quarantined_at=at,
        )
        .on_conflict_do_nothing()
        .returning(col(QuarantinedMessage.id))
    )
    if kept.first() is not None:
        QUARANTINED.labels(service).inc()
        if failure.cause == Failing.DEFECT:
            DEFECTS.labels(service).inc()


async def list_waiting(session: AsyncSession, page: Page = FIRST) -> Sequence[QuarantinedMessage]:
    """Return a page of the messages that wait for a person, oldest first."""
    wanted = select(QuarantinedMessage).where(QuarantinedMessage.state == "waiting")
    ordered = wanted.order_by(col(QuarantinedMessage.quarantined_at), col(QuarantinedMessage.id))
    return (await session.exec(ordered.offset(page.offset).limit(page.size))).all()


async def count_decided(session: AsyncSession) -> int:
    """Return how many messages a person has released or set aside."""
    wanted = select(func.count()).select_from(QuarantinedMessage).where(QuarantinedMessage.state != "waiting")
    return (await session.exec(wanted)).one()


async def list_decided(session: AsyncSession, page: Page) -> Sequence[QuarantinedMessage]:
    """Return a page of the messages that a person released or set aside, newest decision first."""
    wanted = select(QuarantinedMessage).where(QuarantinedMessage.state != "waiting")
    ordered = wanted.order_by(col(QuarantinedMessage.decided_at).desc(), col(QuarantinedMessage.id))
    return (await session.exec(ordered.offset(page.offset).limit(page.size))).all()


async def count_waiting(session: AsyncSession) -> dict[str, int]:
    """Return how many messages wait, by service."""
    wanted = (
        select(QuarantinedMessage.service, func.count())
        .where(QuarantinedMessage.state == "waiting")
        .group_by(QuarantinedMessage.service)
    )
    return dict((await session.exec(wanted)).all())


async def waiting_since(session: AsyncSession) -> dict[str, datetime]:
    """Return since when the oldest message that waits does, by service."""
    wanted = (
        select(QuarantinedMessage.service, func.min(QuarantinedMessage.quarantined_at))
        .where(QuarantinedMessage.state == "waiting")
        .group_by(QuarantinedMessage.service)
    )
    return dict((await session.exec(wanted)).all())


async def list_waiting_keys(session: AsyncSession, topic: str) -> set[str]:
    """Return the keys of the messages of a topic that wait for a person."""
    wanted = select(QuarantinedMessage.key).where(
        QuarantinedMessage.state == "waiting", QuarantinedMessage.topic == topic
    )
    return {as_text(key) for key in (await session.exec(wanted)).all()}


async def _take(session: AsyncSession, message_id: UUID) -> QuarantinedMessage:
    wanted = select(QuarantinedMessage).where(QuarantinedMessage.id == message_id).with_for_update()
    found = (await session.exec(wanted)).first()
    if found is None:
        raise NotFound("there is no such message in quarantine")
    if found.state != "waiting":
        raise Conflict(f"{found.decided_by} has already decided on this message: it is {found.state}")
    return found


async def release(work: Work, message_id: UUID, person: str) -> None:
    """Deliver a quarantined message again to the service it was for."""
    found = await _take(work, message_id)
    headers = tuple((name, value.encode()) for name, value in found.headers)
    try:
        envelope = envelope_of(RawMessage(found.topic, found.origin, found.key, found.body, headers))
    except ValueError as problem:
        raise Conflict(f"this message cannot be released, only set aside: {problem}") from None
    work.say_again_for(found.service, envelope)
    _decide(work, found, "released", person, None)


async def set_aside(work: Work, message_id: UUID, person: str, why: str) -> None:
    """Take a quarantined message out of the work for good; its copy is kept."""
    _decide(work, await _take(work, message_id), "set aside", person, why)


def _decide(work: Work, found: QuarantinedMessage, state: str, person: str, why: str | None) -> None:
    found.state, found.decided_at, found.decided_by, found.decision_note = state, work.now, person, why
    work.add(found)
    work.note(f"quarantine/{found.id}", state, service=found.service, topic=found.topic)
