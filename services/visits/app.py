"""The wiring of visits: settings and tools in, handlers and routes out."""

from functools import partial

from schemas.control import ControlShown
from schemas.envelope import Event
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralMoved, ReferralRaised
from schemas.risk_register import VisitAsked, VisitAskEnded, VisitQualityChecked, VisitReviewed
from services.shared.kept_files import kept_files
from services.shared.service import NavigationItem, Service, Stream, Tools
from services.shared.turns import Door, Turns
from services.visits.api.media import media_api
from services.visits.api.tablets import tablets_api
from services.visits.api.visits import PATH, visits_api
from services.visits.gateways.media_folder import MediaFolder
from services.visits.handlers.arriving import Arrivals
from services.visits.handlers.asks import note_asks
from services.visits.handlers.intake import Intake
from services.visits.handlers.marking import mark_old_visits
from services.visits.handlers.preparing import Preparing
from services.visits.handlers.story import note_story
from services.visits.pages.declared import declared_pages
from services.visits.pages.device_app import device_app_pages
from services.visits.pages.media import media_pages
from services.visits.pages.rendering import STATIC, pages
from services.visits.pages.sending import sending_pages
from services.visits.pages.stories import story_pages
from services.visits.pages.tablets import tablet_pages
from services.visits.rules.rights import CREWS, TABLET_KEEPERS
from services.visits.rules.urgency import body_is_urgent
from services.visits.store.media import compare_media_with_log
from services.visits.store.visits import compare_with_log

OF_A_STORY: tuple[type[Event], ...] = (
    PremisesLocated,
    PremisesNotLocated,
    LocationWithdrawn,
    VisitReviewed,
    VisitQualityChecked,
    ReferralRaised,
    ReferralAcknowledged,
    ReferralMoved,
    ControlShown,
)

# Of the twenty connections of a process so many at most; the rest is for visits and for who looks.
PHOTOGRAPHS_AT_ONCE, PHOTOGRAPHS_WAITING = 6, 32


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    intake = Intake(tools)
    photographs = Turns(PHOTOGRAPHS_AT_ONCE, PHOTOGRAPHS_WAITING, after=intake.turns)
    folder = MediaFolder(tools.settings.media_folder, kept_files(tools.settings), tools.vault)
    preparing = Preparing(tools, folder, intake.turns)
    return Service(
        name="visits",
        gathers_s=0.15,
        handlers={
            **dict.fromkeys((event.topic for event in OF_A_STORY), note_story),
            VisitAsked.topic: note_asks,
            VisitAskEnded.topic: note_asks,
        },
        routers=(
            visits_api(tools, intake),
            media_api(Arrivals(tools, folder, preparing.arrived, photographs)),
            media_pages(tools, folder, preparing.note_away),
            device_app_pages(tools, pages),
            sending_pages(tools, pages, intake, "/device/form"),
            declared_pages(),
            story_pages(tools, pages),
            tablets_api(tools),
            tablet_pages(tools, pages),
        ),
        navigation=(
            NavigationItem("Visits app", "/device", CREWS),
            NavigationItem("Tablets", "/tablets", TABLET_KEEPERS),
        ),
        static=(STATIC,),
        evidence={"visits.visits": compare_with_log, "visits.media": compare_media_with_log},
        starting=(partial(mark_old_visits, tools), preparing.tidy),
        running=(preparing.run,),
        troubles=preparing.troubles,
        doors=(Door("POST", PATH, intake.turns, body_is_urgent),),
        streams=(Stream("PUT", f"{PATH}/", "/media/"),),
    )
