"""What a publication does to the tactical plan of a record, and the version that follows when the plan is changed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from schemas.vocabulary import ReviewMethod
from services.domain.fact_keys import taken_apart
from services.domain.working_time import local_date
from services.risk_register.rules.dossiers import Version
from services.risk_register.rules.merging import Seen, seen_to_keep
from services.risk_register.rules.tactical_plans import PLAN_FIELDS, TacticalPlan, plan_due_on, plan_words

# Who is named as the source of what the risk team wrote itself: no visit.
WRITTEN_AT_DESK = "tactical-plan"
RISK_TEAM = "Risk team"


def plan_after(plan: TacticalPlan | None, version: Version, author: str) -> TacticalPlan | None:
    """Return the plan of a record after a publication: the same, with its own dates, unless its words are others.

    Policy: docs/domain/4.4.md, tactical plan: a visit to the premises reviews its facts, not its plan.
    """
    words = plan_words(version.risk_facts)
    level = version.risk_score.base_level if version.risk_score else None
    if plan is not None and (dict(plan.words) == words or not words):
        if plan.base_level == level and plan.is_held == bool(words):
            return plan
        due = plan_due_on(plan.reviewed_on, level)
        proposal = plan.proposal if words else None
        again = replace(plan, base_level=level, review_due_on=due, is_held=bool(words), proposal=proposal)
        return replace(again, version=plan.version + 1)
    if not words:
        return None
    day = local_date(version.at)
    return TacticalPlan(
        premises_id=version.premises_id,
        words=words,
        author=author,
        approved_by=version.published_by,
        second_approved_by=version.first_approved_by if version.first_approved_by != author else None,
        written_at=version.at,
        reviewed_on=day,
        reviewed_by=version.published_by,
        review_due_on=plan_due_on(day, level),
        base_level=level,
        version=plan.version + 1 if plan else 1,
    )


def version_with(
    version: Version, words: Mapping[str, str], author: str, by: str, reason: str, at: datetime
) -> Version:
    """Return what follows a version because its plan reads otherwise; all else, and every date of it, stays.

    Policy: docs/domain/4.4.md: a version is never changed; docs/domain/1.6.md: no visit, so no date moves.
    """
    changed = {name: words.get(name) for name in PLAN_FIELDS}
    facts = version.risk_facts.model_copy(update=changed)
    written = Seen(WRITTEN_AT_DESK, at, RISK_TEAM, ReviewMethod.DESKTOP)
    others = plan_words(version.risk_facts)
    seen = {**version.sightings}
    seen |= {name: written for name in PLAN_FIELDS if words.get(name, "") != others.get(name, "")}
    told = taken_apart(facts)
    return replace(
        version,
        version=version.version + 1,
        facts=facts.model_dump(mode="json"),
        seen=seen_to_keep({key: one for key, one in seen.items() if key in told or key not in PLAN_FIELDS}),
        visit_id=None,
        restored_from=None,
        published_by=by,
        first_approved_by=author,
        reason=reason,
        at=at,
    )
