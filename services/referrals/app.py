"""The wiring of referrals: settings and tools in, handlers and routes out."""

from functools import partial

from schemas.premises import PremisesLocated
from schemas.visits import ConcernsNoted, VisitSubmitted
from services.referrals.handlers.concerns import open_cases
from services.referrals.handlers.lateness import sound_alarms
from services.referrals.handlers.visits import place_referrals, raise_referrals
from services.shared.deadlines import Deadlines
from services.shared.service import Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    return Service(
        name="referrals",
        handlers={
            VisitSubmitted.topic: raise_referrals,
            ConcernsNoted.topic: partial(open_cases, vault=tools.vault),
            PremisesLocated.topic: place_referrals,
        },
        running=[Deadlines("referrals", tools.database, tools.clock, sound_alarms).run],
    )
