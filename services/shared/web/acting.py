"""On whose behalf a request acts, and the transaction in which what a person asks for is done."""

from contextlib import AbstractAsyncContextManager

from fastapi import Request

from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.service import Tools
from services.shared.transactions import Work, transaction


def cause_of(service: str, person: Person, request: Request) -> Cause:
    """Return on whose behalf a request acts, and which request it is."""
    return Cause(service, person.name, request.state.correlation_id)


def acting(service: str, tools: Tools, person: Person, request: Request) -> AbstractAsyncContextManager[Work]:
    """Return the transaction in which a service does what a person asks for."""
    return transaction(tools.database, tools.clock, cause_of(service, person, request))
