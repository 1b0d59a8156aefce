"""One risk record as the risk team sees it: what is published, its review date, what is asked, what holds for now."""

from dataclasses import dataclass
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from schemas.protection import FireSafety
from schemas.risk_register import RiskScore
from services.domain.evacuation_plans import building_of, plans_scope, scope_words
from services.domain.fire_safety import reasons_likelier
from services.risk_register.presenters.fact_lines import FactSection, fact_sections
from services.risk_register.rules.actions import Action
from services.risk_register.rules.asks import Ask
from services.risk_register.rules.debriefs import DebriefAnswer
from services.risk_register.rules.dossiers import Record, Version, due_now, score_now
from services.risk_register.rules.gap_rules import GapRule
from services.risk_register.rules.tactical_plans import TacticalPlan
from services.risk_register.store.actions import list_actions_at
from services.risk_register.store.asks import list_asks
from services.risk_register.store.debriefs import list_answers_at
from services.risk_register.store.fire_safety import find_heard
from services.risk_register.store.gap_rules import find_rules
from services.risk_register.store.known_premises import find_known
from services.risk_register.store.records import find_record, find_version
from services.risk_register.store.tactical_plans import find_plan
from services.risk_register.store.temporary import list_open_at
from services.risk_register.views.temporary import TemporaryRow, row_of
from services.risk_register.views.versions import told_by
from services.shared.errors import NotFound


@dataclass(frozen=True)
class RecordPage:
    """A premises, its record and the published version (None: there is none), and what is asked for there.

    `missing` is the rule by which premises with no record ought to have one; `actions` are open, `answers` the last ten
    after incidents; `evacuation_plans` says in words whether they apply and why, empty where they do not. `score` and
    `due_on` are as they hold with what Protection says, `fire_safety`, of which `reasons` say why a fire is likelier.
    """

    premises: LocatedPremises
    record: Record | None
    version: Version | None
    facts: tuple[FactSection, ...]
    asks: tuple[Ask, ...]
    missing: GapRule | None
    temporary: tuple[TemporaryRow, ...]
    actions: tuple[Action, ...]
    answers: tuple[DebriefAnswer, ...]
    plan: TacticalPlan | None
    evacuation_plans: str
    fire_safety: FireSafety | None
    reasons: tuple[str, ...]
    score: RiskScore | None
    due_on: date | None
    today: date


async def record_page(session: AsyncSession, premises_id: str, today: date) -> RecordPage:
    """Return a premises for its page, of which there is a record or which is listed; raises `NotFound` if neither."""
    record, known = await find_record(session, premises_id), await find_known(session, premises_id)
    premises = record.premises if record else known[0] if known else None
    if premises is None:
        raise NotFound("there is no such risk record")
    asks, _ = await list_asks(session, premises_id)
    version = await find_version(session, premises_id, record.version) if record else None
    rules = (await find_rules(session)).rules if known and known[1] else ()
    missing = next((rule for rule in rules if known and rule.code == known[1]), None)
    risks = [row_of(risk, premises, today) for risk in await list_open_at(session, premises_id)]
    facts = fact_sections(await told_by(session, version)) if version else ()
    actions = tuple(await list_actions_at(session, premises_id))
    answers = tuple(await list_answers_at(session, premises_id))
    plan = await find_plan(session, premises_id)
    building = building_of(version.risk_facts if version else None, premises.classification)
    fire_safety = record.fire_safety if record else await find_heard(session, premises_id)
    score = score_now(version, fire_safety)
    return RecordPage(
        premises=premises,
        record=record,
        version=version,
        facts=facts,
        asks=tuple(asks),
        missing=missing,
        temporary=tuple(risks),
        actions=actions,
        answers=answers,
        plan=plan,
        evacuation_plans=scope_words(plans_scope(building, today), building),
        fire_safety=fire_safety,
        reasons=reasons_likelier(fire_safety) if fire_safety else (),
        score=score,
        due_on=due_now(version, score),
        today=today,
    )
