"""What a reviewer may change of a report: each change is checked, and the answer says how to mend what does not fit."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.risk_register import RiskFacts
from services.domain.fact_keys import Facts
from services.risk_register.rules.leaning import texts_of
from services.shared.errors import FieldReason


def checked(facts: Mapping[str, Any], changes: Mapping[str, Any]) -> tuple[RiskFacts | None, tuple[FieldReason, ...]]:
    """Return the facts with a reviewer's changes; or None, and what to mend of each change that does not fit.

    Policy: docs/domain/4.1.md, the limits of each field; docs/domain/4.4.md, PUBLISHED_AMENDED.
    """
    try:
        return RiskFacts.model_validate({**facts, **changes}), ()
    except ValidationError as problem:
        return None, tuple(
            FieldReason("/facts/" + "/".join(str(step) for step in error["loc"]), how_to_mend(error))
            for error in problem.errors()
        )


def reasons_not_to_take_out(facts: Facts, taken_out: Collection[str]) -> tuple[FieldReason, ...]:
    """Return what is asked to be taken out of a record and is no text of it.

    Policy: docs/domain/4.4.md: only words that lean on a fault go by a tick; a danger goes by a report alone.
    """
    known = {text.key for text in texts_of(facts)}
    return tuple(
        FieldReason(f"/take_out/{place}", "this is no text of the record: load the page again")
        for place, key in enumerate(taken_out)
        if key not in known
    )


def how_to_mend(error: ErrorDetails) -> str:
    """Return what to do about a value that does not fit its field.

    Policy: docs/house.md: errors say what to do.
    """
    bounds = error.get("ctx", {})
    match error["type"]:
        case "string_too_long":
            return f"use at most {bounds['max_length']} characters"
        case "too_long":
            return f"give at most {bounds['max_length']}"
        case "greater_than_equal" | "greater_than":
            return f"give {bounds.get('ge', bounds.get('gt'))} or more"
        case "less_than_equal" | "less_than":
            return f"give {bounds.get('le', bounds.get('lt'))} or less"
        case "enum":
            return f"choose one of {bounds['expected']}"
        case "extra_forbidden":
            return "is no field of the record: leave it out"
        case "missing":
            return "is missing: give it"
        case "int_type" | "int_parsing" | "int_from_float" | "float_type" | "float_parsing":
            return "give a number"
        case _:
            return f"does not fit: {error['msg'][:1].lower()}{error['msg'][1:]}"
