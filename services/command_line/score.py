"""`ravi score`: RIS-1 for inputs on stdin, so that anyone can check a level by hand."""

import json
import sys
from typing import Annotated, Any

import typer

from services.domain.ris1.score_sheet import score_inputs


def score(as_json: Annotated[bool, typer.Option("--json", help="the only form there is")] = True) -> None:
    """Read RIS-1 inputs as JSON on stdin (one, or a list) and print the levels."""
    try:
        asked = json.load(sys.stdin)
    except ValueError:
        raise ValueError("stdin is not JSON: give one object, or a list of them") from None
    many = isinstance(asked, list)
    answers = [score_inputs(each) for each in (asked if many else [asked])]
    refused = [(number, answer["errors"]) for number, answer in enumerate(answers, 1) if "errors" in answer]
    if refused:
        raise ValueError("; ".join(_in_words(number, errors) for number, errors in refused))
    typer.echo(json.dumps(answers if many else answers[0]))


def _in_words(number: int, errors: Any) -> str:
    return ", ".join(f"input {number} {error['pointer']}: {error['reason']}" for error in errors)
