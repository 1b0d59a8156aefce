"""How high the risk of a premises is: the risk score RIS-1, from likelihood and severity to level and rank."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from schemas.vocabulary import HarmCategory, PremisesClass, RiskFlag
from services.domain.ris1.policy import DEFAULT_POLICY, HIGHEST_LEVEL, LOWEST_LEVEL, METHOD, Ris1Policy

LIFE = (HarmCategory.FF, HarmCategory.PUB)
NON_LIFE = (HarmCategory.ENV, HarmCategory.COM, HarmCategory.HER, HarmCategory.ECO)
# The largest likelihood × severity, so that the rank ends at 100.
LARGEST_SCORE = 25


@dataclass(frozen=True)
class CategoryScore:
    """The score (0 to 25) and band (0 to 5) of one category of harm."""

    score: int
    band: int


@dataclass(frozen=True)
class Score:
    """What RIS-1 says of a premises; `floors` are the flags that set the base level by themselves."""

    base_level: int
    effective_level: int
    rank: int
    categories: Mapping[HarmCategory, CategoryScore]
    flag_floor: int
    floors: tuple[RiskFlag, ...]
    open_defects: int
    method: str = METHOD


def likelihood_of(premises_class: PremisesClass, policy: Ris1Policy = DEFAULT_POLICY) -> int:
    """Return the likelihood 1 to 5 that a class of premises gives, before the assessor's own change.

    Policy: docs/domain/4.3.md, step 1, and the base likelihoods of section 4.1.
    """
    return _clamped(policy.base_likelihood[premises_class])


def reasons_to_doubt_likelihood(
    assessed: int, expected: int, reason: str | None, policy: Ris1Policy = DEFAULT_POLICY
) -> tuple[str, ...]:
    """Return why a reviewer should look at the assessor's likelihood; empty if it follows or is a reasoned step.

    Policy: docs/domain/4.3.md, step 1: the assessor may change it by 1, with a reason.
    """
    change = assessed - expected
    if change == 0:
        return ()
    if abs(change) > policy.assessor_may_change_likelihood_by:
        return (f"likelihood {assessed} is more than 1 away from the {expected} that the class of premises gives",)
    if not (reason or "").strip():
        return (f"likelihood {assessed} differs from the {expected} that the class gives, without a reason",)
    return ()


def band_of(score: int, policy: Ris1Policy = DEFAULT_POLICY) -> int:
    """Return the band 0 to 5 of a category score 0 to 25.

    Policy: docs/domain/4.3.md, step 2.
    """
    return bisect_right(policy.band_starts, score)


def category_score(
    category: HarmCategory, likelihood: int, severity: int, policy: Ris1Policy = DEFAULT_POLICY
) -> CategoryScore:
    """Return the score and band of one category, with the floors that a very severe outcome sets.

    Policy: docs/domain/4.3.md, steps 2 and 3.
    """
    score = likelihood * severity
    band = band_of(score, policy)
    if severity >= policy.extreme_severity:
        band = max(band, policy.extreme_severity_band)
    if category is HarmCategory.FF and severity >= policy.firefighter_severity:
        band = max(band, policy.firefighter_severity_band)
    return CategoryScore(score, band)


def score_risk(
    likelihood: int,
    severity: Mapping[HarmCategory, int],
    flags: Collection[RiskFlag] = (),
    open_defects: int = 0,
    policy: Ris1Policy = DEFAULT_POLICY,
) -> Score:
    """Return level, rank and category scores for a likelihood 1 to 5 and a severity 0 to 5 for every category.

    Policy: docs/domain/4.3.md, steps 2 to 7.
    """
    likelihood = _clamped(likelihood)
    categories = {
        category: category_score(category, likelihood, severity[category], policy) for category in HarmCategory
    }
    life = max(categories[category].band for category in LIFE)
    non_life = max(categories[category].band for category in NON_LIFE)
    if policy.nonlife_discount and non_life > 1:
        non_life -= 1
    floor = max((policy.flag_floors[flag] for flag in flags), default=LOWEST_LEVEL)
    base = max(life, non_life, LOWEST_LEVEL, floor)
    return Score(
        base_level=base,
        effective_level=effective_level(base, open_defects),
        rank=_rank(categories, policy),
        categories=categories,
        flag_floor=floor,
        floors=tuple(flag for flag in RiskFlag if flag in flags and policy.flag_floors[flag] == base),
        open_defects=open_defects,
    )


def effective_level(base_level: int, open_defects: int) -> int:
    """Return the level shown while a key system is out of order: one above the base, at most 5.

    Policy: docs/domain/4.3.md, step 6; the review interval keeps to the base level.
    """
    return min(HIGHEST_LEVEL, base_level + (open_defects > 0))


def _rank(categories: Mapping[HarmCategory, CategoryScore], policy: Ris1Policy) -> int:
    weighted = sum(policy.rank_weights[category] * found.score for category, found in categories.items())
    return round(weighted / LARGEST_SCORE)


def _clamped(likelihood: int) -> int:
    return max(1, min(5, likelihood))
