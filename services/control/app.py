"""The wiring of control: settings and tools in, handlers and routes out."""

from schemas.premises import LocationWithdrawn, PremisesListed, PremisesLocated, PremisesNotLocated
from schemas.referrals import NeedsUpdated
from schemas.risk_register import RiskRecordUpdated, VisitReviewed
from schemas.visits import VisitSubmitted
from services.control.api.live import LiveFeed
from services.control.api.readers import READERS
from services.control.api.records import records_router
from services.control.api.search import search_router
from services.control.api.stream import stream_router
from services.control.handlers.keeping import Readings
from services.control.handlers.listing import list_places
from services.control.handlers.needs import show_needs
from services.control.handlers.showing import show_record
from services.control.handlers.unsettled import (
    note_place,
    note_premises,
    settle_decided,
    show_danger,
    show_danger_again,
)
from services.control.pages.assets import assets
from services.control.pages.codes import codes_pages
from services.control.pages.front import front_pages
from services.control.pages.needs import needs_pages
from services.control.pages.record import record_pages
from services.control.pages.unsettled import unsettled_pages
from services.control.store.evidence import compare_with_log
from services.shared.service import NavigationItem, Service, Tools, one_by_one


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    feed = LiveFeed(tools.database, tools.bell)
    readings = Readings(tools)
    return Service(
        name="control",
        handlers={
            VisitSubmitted.topic: one_by_one(show_danger),
            PremisesLocated.topic: one_by_one(note_premises),
            PremisesNotLocated.topic: one_by_one(note_place),
            LocationWithdrawn.topic: one_by_one(show_danger_again),
            PremisesListed.topic: one_by_one(list_places),
            RiskRecordUpdated.topic: one_by_one(show_record),
            VisitReviewed.topic: one_by_one(settle_decided),
            NeedsUpdated.topic: one_by_one(show_needs),
        },
        routers=(
            records_router(tools, readings),
            search_router(tools),
            stream_router(tools, feed),
            front_pages(tools),
            record_pages(tools, readings),
            needs_pages(tools, readings),
            codes_pages(tools, readings),
            unsettled_pages(tools),
        ),
        navigation=(NavigationItem("Control", "/control", tuple(role.value for role in READERS)),),
        static=(assets,),
        starting=(readings.prepare,),
        running=(feed.run, readings.run),
        troubles=readings.troubles,
        evidence={"control.shown_history": compare_with_log},
    )
