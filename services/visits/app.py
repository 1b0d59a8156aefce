"""The wiring of visits: settings and tools in, handlers and routes out."""

from functools import partial

from schemas.control import ControlShown
from schemas.envelope import Event
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitReviewed
from services.shared.service import NavigationItem, Service, Tools
from services.shared.turns import Door
from services.visits.api import PATH, visits_api
from services.visits.handlers.intake import Intake
from services.visits.handlers.marking import mark_old_visits
from services.visits.handlers.story import note_story
            device_app_pages(tools, pages),
            sending_pages(tools, pages, intake, "/device/form"),
            declared_pages(),
            story_pages(tools, pages),
        ),
        navigation=(NavigationItem("New visit", "/device", CREWS),),
        static=(STATIC,),
        evidence={"visits.visits": compare_with_log},
        starting=(partial(mark_old_visits, tools),),
        doors=(Door("POST", PATH, intake.turns, body_is_urgent),),
    )
