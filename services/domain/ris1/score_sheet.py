"""A risk score asked for by hand: what was typed is checked, and the answer says what is wrong or what the level is."""

from collections.abc import Mapping

from schemas.vocabulary import HarmCategory, RiskFlag
from services.domain.ris1.policy import DEFAULT_POLICY, Ris1Policy
from services.domain.ris1.scoring import Score, score_risk

KNOWN_FIELDS = ("likelihood", "severity", "flags", "open_defects")
# The names by which docs/domain/4.3.md itself writes two of the flags.
OTHER_NAMES_OF_FLAGS = {"BESS_≥1MWh": RiskFlag.BESS, "SLEEPING_DEP": RiskFlag.SLEEPING_DEPENDENT}

Answer = dict[str, object]


def score_inputs(inputs: object, policy: Ris1Policy = DEFAULT_POLICY) -> Answer:
    """Return `base_level`, `effective_level`, `rank` and `categories`; or `errors`, each a pointer and a reason.

    A missing category is an error and not a zero, and so is an unknown field: either would lower a level unseen.

    Policy: docs/domain/4.3.md.
    """
    errors: list[tuple[str, str]] = []
    if not isinstance(inputs, Mapping):
        return _refused([("", "the inputs must be an object with likelihood and severity")])
    errors += [(f"/{name}", "is not a field of the score") for name in inputs if name not in KNOWN_FIELDS]
    likelihood = _whole_number(inputs.get("likelihood"), "/likelihood", 1, 5, errors)
    severity = _severity(inputs.get("severity"), errors)
    flags = _flags(inputs.get("flags", []), errors)
    defects = _whole_number(inputs.get("open_defects", 0), "/open_defects", 0, None, errors)
    if errors:
        return _refused(errors)
    return as_answer(score_risk(likelihood, severity, flags, defects, policy))


def as_answer(score: Score) -> Answer:
    """Return a score in the shape that the command line prints.

    Policy: contract of the command line, `ravi score --json`.
    """
    return {
        "base_level": score.base_level,
        "effective_level": score.effective_level,
        "rank": score.rank,
        "categories": {
            str(category): {"score": found.score, "band": found.band} for category, found in score.categories.items()
        },
    }


def _refused(errors: list[tuple[str, str]]) -> Answer:
    return {"errors": [{"pointer": pointer, "reason": reason} for pointer, reason in errors]}


def _whole_number(value: object, pointer: str, lowest: int, highest: int | None, errors: list[tuple[str, str]]) -> int:
    bounds = f"{lowest} to {highest}" if highest is not None else f"{lowest} or more"
    if isinstance(value, bool) or not isinstance(value, int):
        errors.append((pointer, "is missing" if value is None else f"must be a whole number, {bounds}"))
        return lowest
    if value < lowest or (highest is not None and value > highest):
        errors.append((pointer, f"must be {bounds}, not {value}"))
        return lowest
    return value


def _severity(value: object, errors: list[tuple[str, str]]) -> dict[HarmCategory, int]:
    if not isinstance(value, Mapping):
        errors.append(("/severity", "must give a severity 0 to 5 for each of " + ", ".join(HarmCategory)))
        return {}
    names = set(HarmCategory)
    errors += [(f"/severity/{name}", "is not a category of harm") for name in value if name not in names]
    return {
        category: _whole_number(value.get(category.value), f"/severity/{category}", 0, 5, errors)
        for category in HarmCategory
    }


def _flags(value: object, errors: list[tuple[str, str]]) -> frozenset[RiskFlag]:
    if not isinstance(value, list | tuple):
        errors.append(("/flags", "must be a list of flags"))
        return frozenset()
    known = {flag.value: flag for flag in RiskFlag} | OTHER_NAMES_OF_FLAGS
    found = set()
    for place, name in enumerate(value):
        if isinstance(name, str) and name in known:
            found.add(known[name])
        else:
            errors.append((f"/flags/{place}", f"is not a flag; flags are {', '.join(RiskFlag)}"))
    return frozenset(found)
