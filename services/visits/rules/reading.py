"""Read what a tablet sent: is it JSON, is it the form we know, and if not, which field has to be mended and how."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from schemas.visits import VisitSubmission
from services.shared.errors import FieldReason
from services.visits.rules.declaration import FORM
from services.visits.rules.order import place_of, starred

LONGEST_STEP = 64
MOST_REASONS = 50


@dataclass(frozen=True)
class Reading:
    """What a body turned out to be: a submission with the hash of its content, or why it cannot be read.

    `unreadable` is why the body is no JSON at all; `reasons` name the fields that do not fit the form. `content` is
    kept out of sight: it holds all that was sent.
    """

    submission: VisitSubmission | None = None
    content_sha256: str = ""
    unreadable: str = ""
    reasons: tuple[FieldReason, ...] = ()
    content: object = field(default=None, repr=False)


def read_body(body: bytes) -> Reading:
    """Return what the body of a request turned out to be.

    The hash is of the content, not of its spelling: order of fields and white space do not change it.

    Policy: docs/domain/4.1.md; a misspelt field is refused, so that nothing is silently lost.
    """
    try:
        content = json.loads(
            body.decode("utf-8"), parse_constant=_not_a_number, object_pairs_hook=_without_repeated_fields
        )
        digest = content_sha256(content)
    except RecursionError:
        return Reading(unreadable="the body is nested too deeply to be a visit")
    except ValueError:
        return Reading(unreadable="the body is not JSON in UTF-8: check that it was sent whole")
    return read_content(content, digest)


def read_content(content: object, digest: str = "") -> Reading:
    """Return what the content of a form turned out to be.

    Policy: docs/domain/4.1.md.
    """
    if not isinstance(content, dict):
        return Reading(reasons=(FieldReason("", "must be one visit: a group of fields"),))
    version = content.get("schema_version")
    if version is not None and not _is_known_version(version):
        words = (
            "this system reads version 1 of the form: if the device has a newer one, this system has to be brought "
            "up to date first; keep the visit on the device until then"
        )
        return Reading(reasons=(FieldReason("/schema_version", words),))
    try:
        submission = VisitSubmission.model_validate(content)
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_context=True, include_input=True)
        return Reading(reasons=tuple(_reason(error) for error in errors[:MOST_REASONS]), content=content)
    return Reading(submission, digest or content_sha256(content))


def content_sha256(content: object) -> str:
    """Return the SHA-256 of a body's content; raises `ValueError` for text that is not Unicode.

    Policy: docs/domain/3.md (the same submission sent twice is one record).
    """
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _not_a_number(_constant: str) -> float:
    raise ValueError("NaN and Infinity are not JSON")


def _without_repeated_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is given twice")
    return fields


def _is_known_version(version: object) -> bool:
    return isinstance(version, str) and (version == "1" or (version.startswith("1.") and version[2:].isdigit()))


def _reason(error: Mapping[str, Any]) -> FieldReason:
    """Return where and why in plain words; never what was sent, and of a strange field only the start of its name."""
    steps = [str(step)[:LONGEST_STEP] for step in error["loc"]]
    pointer = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
    return FieldReason(pointer, _words(error, "/".join(steps)))


def _words(error: Mapping[str, Any], path: str) -> str:
    """Return what to do: in the field's own words where it has some, or in those for the kind of mistake."""
    kind, place = str(error["type"]), place_of(path)
    field = place.field if place is not None and place.path == starred(path) else None
    if field is not None and kind == "missing":
        return field.unanswered or FORM.words[kind]
    for choice in (field.choices if field is not None else None) or ():
        if choice.refused and error.get("input") == choice.code:
            return choice.refused
    if field is not None and field.wrong and kind != "extra_forbidden":
        return field.wrong
    known = FORM.words.get(kind) or FORM.words.get(kind.partition("_")[0])
    limits = {name: _plain(limit) for name, limit in error.get("ctx", {}).items()}
    return known.format(**limits) if known else "this is not what the form asks for here"


def _plain(limit: object) -> object:
    """Return a limit as it is written: a whole number without its ".0"."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit
