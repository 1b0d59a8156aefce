"""The wiring of control: settings and tools in, handlers and routes out."""

from schemas.premises import LocationWithdrawn, PremisesListed, PremisesLocated, PremisesNotLocated
from schemas.referrals import NeedsUpdated
from schemas.risk_register import RiskRecordUpdated, VisitReviewed
from schemas.visits import MediaReceived, VisitSubmitted
from services.control.api.debriefs import debriefs_api
from services.control.api.device_pack import device_pack_router
from services.control.api.incidents import incidents_router
from services.control.api.live import LiveFeed
from services.control.api.persons_at_risk import persons_at_risk_router
from services.control.api.records import records_router
from services.control.api.search import search_router
from services.control.api.stream import stream_router
from services.control.api.surroundings import surroundings_router
from services.control.api.to_read import to_read_api
from services.control.gateways.watches_files import read_watches
from services.control.handlers.keeping import Readings
from services.control.handlers.listing import list_places
from services.control.handlers.media import keep_media
from services.control.handlers.needs import show_needs
from services.control.handlers.presenting import Presenting
from services.control.handlers.showing import Showing
from services.control.pages.assets import assets
from services.control.pages.card import card_pages
from services.control.pages.codes import codes_pages
from services.control.pages.debriefs import debrief_pages
from services.control.pages.front import front_pages
from services.control.pages.incident import incident_pages
from services.control.pages.incidents import incident_list_pages
from services.control.pages.media import media_pages
from services.control.pages.needs import needs_pages
from services.control.pages.persons_at_risk import persons_at_risk_pages
from services.control.pages.record import record_pages
from services.control.pages.sources import source_pages
from services.control.pages.to_read import to_read_pages, who_read_pages
from services.control.pages.unsettled import unsettled_pages
from services.control.rules.rights import ASKED_AFTER_INCIDENTS, READERS, TO_READ, WHO_READ_EVERYWHERE
from services.control.store.connections import Connections
from services.control.store.evidence import compare_with_log
from services.control.views.screens import Screens, compare_with_records
from services.shared.service import NavigationItem, Service, Tools, one_by_one


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    feed = LiveFeed(tools.database, tools.bell)
    readings = Readings(tools)
    connections = Connections(tools.database)
    watches = read_watches(tools.settings.to_read)
    showing = Showing(watches)
    return Service(
        name="control",
        handlers={
            # One handler, so that it is given them in the order in which they were heard.
            VisitSubmitted.topic: showing.show_changes,
            PremisesLocated.topic: showing.show_changes,
            PremisesNotLocated.topic: showing.show_changes,
            LocationWithdrawn.topic: showing.show_changes,
            RiskRecordUpdated.topic: showing.show_changes,
            VisitReviewed.topic: showing.show_changes,
            PremisesListed.topic: one_by_one(list_places),
            NeedsUpdated.topic: one_by_one(show_needs),
            MediaReceived.topic: keep_media,
        },
        routers=(
            records_router(tools, readings, Screens(connections)),
            search_router(connections),
            incidents_router(tools, readings, connections),
            surroundings_router(tools),
            persons_at_risk_router(tools),
            device_pack_router(tools, readings),
            stream_router(tools, feed),
            front_pages(tools, connections),
            incident_list_pages(tools, connections),
            incident_pages(tools, readings, connections),
            persons_at_risk_pages(tools),
            record_pages(tools, readings, watches),
            card_pages(tools, readings),
            media_pages(tools, readings),
            needs_pages(tools, readings),
            codes_pages(tools, readings),
            unsettled_pages(tools),
            source_pages(tools),
            debrief_pages(tools),
            debriefs_api(tools),
            to_read_api(tools, readings, watches),
            to_read_pages(tools, watches),
            who_read_pages(tools, readings),
        ),
        navigation=(
            NavigationItem("Control", "/control", tuple(role.value for role in READERS)),
            NavigationItem("Was it right?", "/control/was-it-right", ASKED_AFTER_INCIDENTS),
            NavigationItem("To read", "/control/to-read", TO_READ),
            NavigationItem("Who has read", "/control/who-read", WHO_READ_EVERYWHERE),
        ),
        static=(assets,),
        starting=(readings.prepare,),
        running=(feed.run, readings.run, connections.run),
        beside_readers=(Presenting(tools).run,),
        troubles=readings.troubles,
        evidence={"control.shown_history": compare_with_log, "control.screens": compare_with_records},
    )
