"""The wiring of risk_register: settings and tools in, handlers and routes out."""

from schemas.control import DebriefAnswered, DebriefAsked
from schemas.premises import LocationWithdrawn, PremisesListed, PremisesLocated
from schemas.protection import FireSafetyUpdated
from schemas.referrals import MarkerDecided
from schemas.visits import MediaReceived
from schemas.vocabulary import Role
from services.risk_register.api.after_incidents import after_incidents_api
from services.risk_register.api.answering import answering_api
from services.risk_register.api.competence import competence_api
from services.risk_register.api.correcting import correcting_api
from services.risk_register.api.desk import desk_api
from services.risk_register.api.faults import fault_list_api, faults_api
from services.risk_register.api.looking_back import looking_back_api
from services.risk_register.api.oversight import oversight_api
from services.risk_register.api.plans import plan_changes_api, plans_api
from services.risk_register.api.quality import quality_api
from services.risk_register.api.register import api_router
from services.risk_register.api.temporary import temporary_api
from services.risk_register.gateways import read_questions
from services.risk_register.handlers import asks, markers, removing
from services.risk_register.handlers.asks import ask_by_dates
from services.risk_register.handlers.debriefs import keep_debriefs
from services.risk_register.handlers.expiry import EVERY_S, expire_additions
from services.risk_register.handlers.fire_safety import keep_fire_safety
from services.risk_register.handlers.known_premises import keep_known_premises
from services.risk_register.handlers.markers import end_markers, keep_decisions
from services.risk_register.handlers.media import keep_media
from services.risk_register.handlers.removing import Removing
from services.risk_register.handlers.temporary import expire_temporary
from services.risk_register.handlers.visits import take_up_visits
from services.risk_register.pages import assets
from services.risk_register.pages.actions_page import actions_router
from services.risk_register.pages.answering_page import answering_router
from services.risk_register.pages.bulk_page import bulk_router
from services.risk_register.pages.capacity_page import capacity_router
from services.risk_register.pages.competence_page import competence_router
from services.risk_register.pages.correcting_page import correcting_router
from services.risk_register.pages.debriefs_page import debrief_acts_router, debriefs_router
from services.risk_register.pages.deciding import deciding_router
from services.risk_register.pages.due_page import due_router
from services.risk_register.pages.fault_form import fault_form_router
from services.risk_register.pages.faults_page import faults_router
from services.risk_register.pages.gaps_page import gaps_router
from services.risk_register.pages.item_page import item_router
from services.risk_register.pages.looking_back import looking_back_router
from services.risk_register.pages.map_page import map_router
from services.risk_register.pages.own_page import notes_router, own_router
from services.risk_register.pages.plan_add_page import plan_add_router
from services.risk_register.pages.plan_line_page import plan_line_router
from services.risk_register.pages.plan_page import plan_router
from services.risk_register.pages.plans_page import plans_router
from services.risk_register.pages.quality_page import quality_router
from services.risk_register.pages.queue_page import queue_router
from services.risk_register.pages.receipts_page import receipts_router
from services.risk_register.pages.record_page import record_router
from services.risk_register.pages.rules_page import rules_router
from services.risk_register.pages.tactical_plans_page import tactical_plans_router
from services.risk_register.pages.temporary_list import temporary_router
from services.risk_register.pages.temporary_one import one_temporary_router
from services.risk_register.rules.rights import ACCOUNT_KEEPERS, DESK, RESPONSIBLE
from services.risk_register.store.evidence import compare_with_log
from services.risk_register.store.faults import keep_keys_apart
from services.shared.deadlines import Deadline
from services.shared.service import NavigationItem, Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    questions = read_questions(tools.settings.post_fire_questions)
    keep_keys_apart(tools.vault)
    return Service(
        name="risk_register",
        handlers={
            PremisesLocated.topic: take_up_visits,
            LocationWithdrawn.topic: take_up_visits,
            MediaReceived.topic: keep_media,
            PremisesListed.topic: keep_known_premises,
            MarkerDecided.topic: keep_decisions,
            DebriefAsked.topic: keep_debriefs,
            DebriefAnswered.topic: keep_debriefs,
            FireSafetyUpdated.topic: keep_fire_safety,
        },
        routers=[
            correcting_api(tools),
            desk_api(tools),
            api_router(tools),
            looking_back_api(tools),
            temporary_api(tools),
            oversight_api(tools),
            competence_api(tools),
            quality_api(tools),
            plans_api(tools),
            plan_changes_api(tools),
            queue_router(tools),
            debriefs_router(tools, questions),
            debrief_acts_router(tools, questions),
            actions_router(tools),
            tactical_plans_router(tools),
            after_incidents_api(tools),
            due_router(tools),
            gaps_router(tools),
            map_router(tools),
            rules_router(tools),
            competence_router(tools),
            quality_router(tools),
            item_router(tools),
            deciding_router(tools),
            correcting_router(tools),
            own_router(tools),
            bulk_router(tools),
            notes_router(tools),
            record_router(tools),
            looking_back_router(tools),
            temporary_router(tools),
            one_temporary_router(tools),
            capacity_router(tools),
            plans_router(tools),
            plan_router(tools),
            plan_add_router(tools),
            plan_line_router(tools),
            faults_api(tools),
            fault_list_api(tools),
            fault_form_router(tools),
            receipts_router(tools),
            faults_router(tools),
            answering_api(tools),
            answering_router(tools),
        ],
        navigation=[
            NavigationItem("Review", "/review", DESK),
            NavigationItem("Temporary risks", "/temporary-risks", DESK),
            NavigationItem("Oversight", "/oversight", DESK),
            NavigationItem("Visit plan", "/oversight/plans", (Role.OFFICER_IN_CHARGE,)),
            NavigationItem("Report a fault", "/report-a-fault", RESPONSIBLE),
            NavigationItem("Faults", "/faults", (Role.PROTECTION,)),
            NavigationItem("Responsible persons", "/responsible-persons", ACCOUNT_KEEPERS),
        ],
        static=[assets],
        deadlines=[
            Deadline(expire_additions, every_s=EVERY_S),
            Deadline(expire_temporary, every_s=EVERY_S),
            Deadline(Removing(tools.vault).remove, every_s=removing.EVERY_S),
            Deadline(ask_by_dates, every_s=asks.EVERY_S),
            Deadline(end_markers, every_s=markers.EVERY_S),
        ],
        evidence={"risk_register.versions": compare_with_log},
    )
