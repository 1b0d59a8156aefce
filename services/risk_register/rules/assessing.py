"""What a risk record would become if a report were published: its facts, its level, and what a reviewer must notice."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from schemas.protection import FireSafety
from schemas.risk_register import RiskFacts, RiskScore
from schemas.visits import OpenVisit
from schemas.vocabulary import VisitOutcome
from services.domain.fact_keys import SCORE, ScoreInputs, put_together
from services.domain.ris1.judging import ScoreDoubt, doubts_of, override_of, raised_score, score_of, sheet_of
from services.domain.ris1.override import OverrideAnswer
from services.domain.ris1.scoring import Score
from services.domain.safety_critical import Addition, safety_critical_additions
from services.risk_register.rules.leaning import without_texts
from services.risk_register.rules.merging import Known, Merged, Report, merge

SENT_LATE_AFTER = timedelta(days=7)
CRITICAL_FACTS_FROM_LEVEL = 3
FULL_OUTCOMES = frozenset({VisitOutcome.COMPLETED, VisitOutcome.PARTIAL})


class ReviewWarning(StrEnum):
    """What a reviewer must notice before deciding."""

    SCORE_MISSING = "SCORE_MISSING"
    LEVEL_DIFFERS = "LEVEL_DIFFERS"
    OVERRIDE_REFUSED = "OVERRIDE_REFUSED"
    LIKELIHOOD_DOUBTED = "LIKELIHOOD_DOUBTED"
    CRITICAL_FACTS_MISSING = "CRITICAL_FACTS_MISSING"
    LEVEL_LOWERED = "LEVEL_LOWERED"
    OLDER_THAN_RECORD = "OLDER_THAN_RECORD"
    NOT_COMPLETED = "NOT_COMPLETED"
    NOT_COMPETENT = "NOT_COMPETENT"
    SENT_LATE = "SENT_LATE"
    ABOUT_A_UNIT = "ABOUT_A_UNIT"
    PLACE_UNSURE = "PLACE_UNSURE"
    AMENDS_ELSEWHERE = "AMENDS_ELSEWHERE"


# What a crew may put right: it is told as soon as its visit is scored. The rest is for the reviewer.
SHOWN_TO_CREW = frozenset(
    {
        ReviewWarning.LEVEL_DIFFERS,
        ReviewWarning.OVERRIDE_REFUSED,
        ReviewWarning.LIKELIHOOD_DOUBTED,
        ReviewWarning.CRITICAL_FACTS_MISSING,
    }
)


@dataclass(frozen=True)
class Assessment:
    """The record as it would be: facts, score (None where nobody has scored it), and how each came about.

    `given` is the score of facts and judgement alone, `score` that with what Protection says on top of it.
    """

    merged: Merged
    facts: RiskFacts
    inputs: ScoreInputs | None
    score: RiskScore | None
    sheet: Score | None
    override: OverrideAnswer | None
    given: RiskScore | None = None
    fire_safety: FireSafety | None = None

    @property
    def level(self) -> int | None:
        """Return the base level, None where nobody has scored it."""
        return self.score.base_level if self.score else None

    @property
    def allowed_inputs(self) -> ScoreInputs | None:
        """Return the inputs to keep: without an override that was refused, so that it can never come true later."""
        if self.inputs is None or self.override is None or not self.override.reasons_to_refuse:
            return self.inputs
        return self.inputs.model_copy(update={"override": None})

    @property
    def lowered_by_hand(self) -> bool:
        """Return whether an override lowers the computed level."""
        return self.override is not None and self.override.needs_second_approver


def assess(
    known: Known, report: Report, leave_out: Collection[str] = (), taken_out: Collection[str] = ()
) -> Assessment:
    """Return the record as it would be with a report, its level worked out again from the facts.

    Of the report `leave_out` is not taken over; of the record `taken_out` goes: texts that lean on a closed fault.

    Policy: docs/domain/4.1.md (K) (the server recomputes) and 4.3.
    """
    merged = merge(known, report, leave_out)
    kept = without_texts(merged.facts, taken_out)
    gone = {key: report.sighting(key) for key in merged.facts.keys() - kept.keys()}
    merged = replace(merged, facts=kept, seen=merged.seen | gone)
    facts = put_together(merged.facts)
    inputs: ScoreInputs | None = merged.facts.get(SCORE)
    if inputs is None:
        return Assessment(merged, facts, None, None, None, None)
    sheet = sheet_of(facts, inputs)
    override = override_of(sheet, inputs)
    given = score_of(facts, sheet, override)
    score = raised_score(facts, inputs, given, known.fire_safety)
    return Assessment(merged, facts, inputs, score, sheet, override, given, known.fire_safety)


@dataclass(frozen=True)
class Appraisal:
    """What a report would make of a record, and what of it is safety-critical: to be shown at once, and not in it."""

    assessment: Assessment
    additions: tuple[Addition, ...]
    missing: tuple[Addition, ...]


def appraise(known: Known, report: Report) -> Appraisal:
    """Return a report beside the record: what it adds is shown at once, save what a newer sighting has overtaken.

    Policy: docs/domain/4.4.md, two-speed publication.
    """
    assessment, present = assess(known, report), put_together(known.facts)
    missing = not_in_record(present, report)
    overtaken = assessment.merged.kept_newer
    if not overtaken:
        return Appraisal(assessment, missing, missing)
    kept = {key: value for key, value in report.facts.items() if key not in overtaken}
    return Appraisal(assessment, safety_critical_additions(put_together(kept), present), missing)


def not_in_record(facts: RiskFacts, report: Report) -> tuple[Addition, ...]:
    """Return what a report holds that is safety-critical and that a record does not say, whoever saw it last.

    What is shown already leaves the screen for no newer report that says otherwise, but only by a decision on it.

    Policy: docs/domain/4.4.md: lowering is never provisional.
    """
    return safety_critical_additions(put_together(report.facts), facts)


def warnings_of(
    visit: OpenVisit,
    assessment: Assessment,
    present_level: int | None,
    *,
    is_unit: bool,
    is_exact: bool,
    is_apart: bool,
) -> tuple[ReviewWarning, ...]:
    """Return what a reviewer must notice about a visit, in the order of the vocabulary.

    `is_unit` means that the visit was to a flat of the premises, `is_exact` that the very premises was found,
    `is_apart` that the visit which it amends did not wait beside it.

    Policy: docs/domain/1.1.md, docs/domain/4.1.md and docs/domain/4.3.md.
    """
    doubts = doubts_of(visit, assessment.inputs, assessment.sheet)
    holds = {
        ReviewWarning.SCORE_MISSING: assessment.inputs is None,
        ReviewWarning.LEVEL_DIFFERS: ScoreDoubt.LEVEL_DIFFERS in doubts,
        ReviewWarning.OVERRIDE_REFUSED: ScoreDoubt.OVERRIDE_REFUSED in doubts,
        ReviewWarning.LIKELIHOOD_DOUBTED: ScoreDoubt.LIKELIHOOD_DOUBTED in doubts,
        ReviewWarning.CRITICAL_FACTS_MISSING: visit.outcome is VisitOutcome.COMPLETED
        and (assessment.level or 0) >= CRITICAL_FACTS_FROM_LEVEL
        and not any(assessment.facts.critical_facts),
        ReviewWarning.LEVEL_LOWERED: present_level is not None and (assessment.level or 0) < present_level,
        ReviewWarning.OLDER_THAN_RECORD: bool(assessment.merged.kept_newer),
        ReviewWarning.NOT_COMPLETED: visit.outcome not in FULL_OUTCOMES,
        ReviewWarning.NOT_COMPETENT: visit.sign_off is not None and visit.sign_off.lead_competent is False,
        ReviewWarning.SENT_LATE: visit.submitted_at - visit.ended_at > SENT_LATE_AFTER,
        ReviewWarning.ABOUT_A_UNIT: is_unit,
        ReviewWarning.PLACE_UNSURE: not is_exact,
        ReviewWarning.AMENDS_ELSEWHERE: is_apart,
    }
    return tuple(warning for warning in ReviewWarning if holds[warning])
