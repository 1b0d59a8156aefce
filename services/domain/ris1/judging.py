"""What an assessor's judgement and the facts come to: level, score, and whether the one fits the other."""

from collections.abc import Mapping
from enum import StrEnum

from schemas.protection import FireSafety
from schemas.risk_register import RiskFacts, RiskScore
from schemas.visits import VisitForm
from schemas.vocabulary import HarmCategory
from services.domain.fact_keys import ScoreInputs
from services.domain.fire_safety import likelihood_steps
from services.domain.ris1.flags import flags_of, open_key_defects
from services.domain.ris1.override import OverrideAnswer, answer_override
from services.domain.ris1.scoring import Score, effective_level, likelihood_of, reasons_to_doubt_likelihood, score_risk


class ScoreDoubt(StrEnum):
    """Why an assessor's own score should be looked at again."""

    LEVEL_DIFFERS = "LEVEL_DIFFERS"
    OVERRIDE_REFUSED = "OVERRIDE_REFUSED"
    LIKELIHOOD_DOUBTED = "LIKELIHOOD_DOUBTED"


def inputs_of(visit: VisitForm) -> ScoreInputs | None:
    """Return what the crew put into the score; None if a part of it is missing.

    Policy: docs/domain/4.1.md (K).
    """
    if visit.likelihood is None or visit.severity is None:
        return None
    return ScoreInputs(likelihood=visit.likelihood, severity=visit.severity, override=visit.override)


def severities(inputs: ScoreInputs) -> Mapping[HarmCategory, int]:
    """Return the severity 0 to 5 of each category.

    Policy: docs/domain/4.3.md.
    """
    return {category: getattr(inputs.severity, category.value) for category in HarmCategory}


def sheet_of(facts: RiskFacts, inputs: ScoreInputs, fire_safety: FireSafety | None = None) -> Score:
    """Return the score that follows from facts and inputs by RIS-1, before any override.

    An assessor judges the likelihood by the class of premises; what Protection says of fires, notices and audits comes
    on top.

    Policy: docs/domain/4.3.md, step 1.
    """
    likelihood = inputs.likelihood + (likelihood_steps(fire_safety) if fire_safety else 0)
    return score_risk(likelihood, severities(inputs), flags_of(facts, fire_safety), open_key_defects(facts.systems))


def override_of(sheet: Score, inputs: ScoreInputs) -> OverrideAnswer | None:
    """Return what becomes of the override among the inputs; None where there is none.

    Policy: docs/domain/4.3.md, step 8.
    """
    wanted = inputs.override
    return answer_override(sheet, wanted.level, wanted.reason) if wanted else None


def score_of(facts: RiskFacts, sheet: Score, override: OverrideAnswer | None = None) -> RiskScore:
    """Return the score as it is shown, after an override that was allowed.

    Policy: docs/domain/4.3.md, step 8.
    """
    levels = override or sheet
    return RiskScore(
        base_level=levels.base_level,
        effective_level=levels.effective_level,
        rank=sheet.rank,
        open_defects=sheet.open_defects,
        flags=flags_of(facts),
    )


def raised_score(
    facts: RiskFacts, inputs: ScoreInputs | None, given: RiskScore | None, fire_safety: FireSafety | None
) -> RiskScore | None:
    """Return a score that was given for facts and judgement alone with what Protection says on top of it.

    A level that was raised by hand is not raised again for the same; one that was lowered stays lower by as much, and
    never below the floor of a flag.

    Policy: docs/domain/4.3.md, steps 1, 5 and 8.
    """
    if given is None or inputs is None or fire_safety is None:
        return given
    alone, sheet = sheet_of(facts, inputs), sheet_of(facts, inputs, fire_safety)
    lowered_by = max(0, alone.base_level - given.base_level)
    base = max(given.base_level, sheet.base_level - lowered_by, sheet.flag_floor)
    return RiskScore(
        base_level=base,
        effective_level=effective_level(base, sheet.open_defects),
        rank=sheet.rank,
        open_defects=sheet.open_defects,
        flags=flags_of(facts, fire_safety),
    )


def doubts_of(visit: VisitForm, inputs: ScoreInputs | None, sheet: Score | None) -> tuple[ScoreDoubt, ...]:
    """Return why a crew's score should be looked at again: the inputs that count, and the sheet they come to.

    Policy: docs/domain/4.1.md (K) (the server recomputes; a difference is a warning) and docs/domain/4.3.md.
    """
    if inputs is None or sheet is None:
        return ()
    override = override_of(sheet, inputs)
    reason = visit.override.reason if visit.override else None
    expected = likelihood_of(visit.premises_class)
    holds = {
        ScoreDoubt.LEVEL_DIFFERS: visit.override is not None and visit.override.level != sheet.base_level,
        ScoreDoubt.OVERRIDE_REFUSED: override is not None and bool(override.reasons_to_refuse),
        ScoreDoubt.LIKELIHOOD_DOUBTED: bool(reasons_to_doubt_likelihood(inputs.likelihood, expected, reason)),
    }
    return tuple(doubt for doubt in ScoreDoubt if holds[doubt])
