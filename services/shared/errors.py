"""What can go wrong, in three words: refused, not yet, and everything else, which is our defect."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldReason:
    """One thing wrong with what was sent: where (a JSON pointer), why, and how to mend it."""

    pointer: str
    reason: str


class Refused(Exception):
    """The sender is wrong. A device is told 422 with the reasons; a message from a topic goes to quarantine.

    The reasons never repeat the value that was sent: it may be nobody else's business. A kind of refusal that a
    machine must tell from others of its status names its own `kind` and `title`; one that a wait mends says how long.
    `headers` go with the answer.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    headers: ClassVar[Mapping[str, str]] = {}
    retry_after_s: int = 0

    def __init__(self, message: str, reasons: tuple[FieldReason, ...] = (), status: int = 422) -> None:
        super().__init__(message)
        self.reasons = reasons
        self.status = status


class NotFound(Refused):
    """What was asked for is not here, or is not for the one who asks (the two are told alike)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=404)


class Conflict(Refused):
    """Somebody else was first: the sender has to look again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=409)


class NotYet(Exception):
    """Something this needs has not arrived: tried again with growing pauses, then quarantined."""
