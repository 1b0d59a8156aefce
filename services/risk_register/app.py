"""The wiring of risk_register: settings and tools in, handlers and routes out."""

from schemas.premises import PremisesLocated
from services.risk_register.api import api_router
from services.risk_register.handlers.expiry import expiry
from services.risk_register.handlers.visits import take_up_visit
from services.shared.service import Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    return Service(
        name="risk_register",
        handlers={PremisesLocated.topic: take_up_visit},
        routers=[api_router(tools)],
        running=[expiry(tools)],
    )
