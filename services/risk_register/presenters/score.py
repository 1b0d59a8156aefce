"""The risk score as a reviewer checks it: each category with its anchor, and how the level came about."""

from dataclasses import dataclass

from schemas.risk_register import RiskScore
from schemas.vocabulary import HarmCategory
from services.domain.fire_safety import is_prohibited, reasons_likelier
from services.domain.ris1.judging import severities
from services.domain.words import words_for
from services.risk_register.rules.anchors import STATEMENT, anchor
from services.risk_register.rules.assessing import Assessment


@dataclass(frozen=True)
class CategoryLine:
    """One category of harm: severity with what it means, score (likelihood × severity) and band."""

    words: str
    severity: int
    anchor: str
    score: int
    band: int


@dataclass(frozen=True)
class ScorePanel:
    """The score that publishing would give, beside the present one."""

    statement: str
    likelihood: int | None
    categories: tuple[CategoryLine, ...]
    base_level: int | None
    effective_level: int | None
    rank: int | None
    present_base: int | None
    present_effective: int | None
    steps: tuple[str, ...]


def score_panel(assessment: Assessment, present: RiskScore | None) -> ScorePanel:
    """Return the score in words; where nobody has scored the premises, the levels are None."""
    inputs, sheet, score = assessment.inputs, assessment.sheet, assessment.score
    categories: tuple[CategoryLine, ...] = ()
    if inputs is not None and sheet is not None:
        given = severities(inputs)
        categories = tuple(
            CategoryLine(
                words_for(category),
                given[category],
                anchor(category, given[category]),
                sheet.categories[category].score,
                sheet.categories[category].band,
            )
            for category in HarmCategory
        )
    return ScorePanel(
        statement=STATEMENT,
        likelihood=inputs.likelihood if inputs else None,
        categories=categories,
        base_level=score.base_level if score else None,
        effective_level=score.effective_level if score else None,
        rank=score.rank if score else None,
        present_base=present.base_level if present else None,
        present_effective=present.effective_level if present else None,
        steps=_steps(assessment),
    )


def _steps(assessment: Assessment) -> tuple[str, ...]:
    sheet, override, inputs = assessment.sheet, assessment.override, assessment.inputs
    if sheet is None or inputs is None:
        return ("Nobody has scored this premises: return the visit for likelihood and severity.",)
    steps = [f"Level {sheet.base_level} from the score" + (" and its flags" if sheet.floors else "") + "."]
    steps += [f"Flag: {words_for(flag)} keeps it at {sheet.flag_floor} or above." for flag in sheet.floors]
    if override is not None and inputs.override is not None:
        wanted = f"Override to level {inputs.override.level}: {inputs.override.reason}"
        refused = "; ".join(override.reasons_to_refuse)
        steps.append(f"{wanted}. Not allowed: {refused}." if refused else f"{wanted}.")
    if assessment.fire_safety is not None and assessment.score is not None:
        steps += [f"Likelihood 1 more: {reason}." for reason in reasons_likelier(assessment.fire_safety)]
        if is_prohibited(assessment.fire_safety):
            steps.append("Prohibition notice in force: level 3 or above.")
        if steps_up := assessment.score.base_level - (assessment.given or assessment.score).base_level:
            steps.append(f"Level {assessment.score.base_level} with what Protection says: {steps_up} more.")
    if sheet.open_defects:
        count = "1 key system is" if sheet.open_defects == 1 else f"{sheet.open_defects} key systems are"
        steps.append(f"{count} out of order: one level up until repaired.")
    return tuple(steps)
