"""Older versions of an event brought to today's, so that a handler only ever knows one."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from schemas.envelope import Envelope, Event, type_name
from schemas.topics import BY_NAME

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

# (topic, from version) -> how the data of that version becomes the next one's.
UPGRADES: dict[tuple[str, int], Upgrade] = {}


class Unreadable(Exception):
    """A message that cannot be read as the event its topic carries; the text says why and how to mend it."""


def read(envelope: Envelope) -> Event:
    """Return the event in an envelope, upgraded to today's version.

    Raises `Unreadable` for an unknown topic, a version from the future, a missing upgrade step, or data that
    does not fit; the text names fields and reasons but never values.
    """
    topic = BY_NAME.get(envelope.topic)
    if topic is None:
        raise Unreadable(f"there is no topic {envelope.topic!r} on the map")
    if envelope.type != f"{type_name(topic.event).rpartition('.v')[0]}.v{envelope.version}":
        raise Unreadable(f"a message of type {envelope.type!r} does not belong on {envelope.topic}")
    today = topic.event.version
    if envelope.version > today:
        raise Unreadable(
            f"{envelope.topic} is version {envelope.version}, newer than the version {today} that this release "
            "reads: bring this service up to date, then release the message"
        )
    try:
        if envelope.version == today:
            return topic.event.model_validate_json(envelope.body)
        return topic.event.model_validate(_upgraded(envelope, today))
    except ValidationError as problem:
        raise Unreadable(f"{envelope.topic} does not fit its contract: {fields_and_reasons(problem)}") from None


def _upgraded(envelope: Envelope, today: int) -> dict[str, Any]:
    data = envelope.data
    for version in range(envelope.version, today):
        upgrade = UPGRADES.get((envelope.topic, version))
        if upgrade is None:
            raise Unreadable(f"{envelope.topic} version {version} can no longer be read: no upgrade is known")
        data = upgrade(data)
    return data


def fields_and_reasons(problem: ValidationError) -> str:
    """Return the fields that did not fit and why, without the values: a value may be nobody's business."""
    lines = (f"{'.'.join(str(step) for step in error['loc'])}: {error['msg']}" for error in problem.errors())
    return "; ".join(sorted(set(lines)))
