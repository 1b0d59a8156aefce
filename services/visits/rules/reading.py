"""Read what a tablet sent: is it JSON, is it the form we know, and if not, which field has to be mended and how."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from schemas.visits import VisitSubmission
from services.shared.errors import FieldReason

LONGEST_STEP = 64
MOST_REASONS = 50

STAFF_ALLEGATION = "STAFF_ALLEGATION"
STAFF_ALLEGATION_WORDS = (
    "An allegation about a member of staff is not sent through this system, so that nobody here can read it. "
    "Use the service's own restricted route: tell Control that you need the duty strategic commander, and say no more."
)

# What to do, where the plain word for the kind of mistake would not be enough; by the name of the field.
_BY_FIELD: Mapping[str, str] = {
    "submission_id": "must be a UUID of version 7 made on the device",
    "uprn": "must be a property number of 1 to 12 digits; leave it out if you do not know it",
    "unit_uprn": "must be a property number of 1 to 12 digits; leave it out if you do not know it",
    "un_no": "must be the four digits of the UN number",
    "sha256": "must be the SHA-256 of the file: 64 characters 0 to 9 and a to f",
    "photo": "must be the SHA-256 of a file in the list of media",
    "mime": "must be image/jpeg, image/png, application/pdf or model/gltf-binary",
    "bytes": "must be the size of the file in bytes: at most 15 MB",
}
# Questions whose answer decides what else is asked: until they are answered, not everything that is missing is known.
_DECIDES = frozenset({"visit_kind", "outcome", "premises_class"})
_BY_KIND: Mapping[str, str] = {
    "missing": "give an answer",
    "extra_forbidden": "this is not a field of the form; check how it is written",
    "enum": "must be {expected}",
    "string_type": "must be text",
    "string_unicode": "must be text",
    "string_too_short": "this is empty; fill it in or leave it out",
    "string_too_long": "use at most {max_length} characters",
    "string_pattern_mismatch": "this holds a character that cannot be kept; write it again",
    "too_long": "give at most {max_length}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "finite_number": "must be an ordinary number",
    "int_from_float": "must be a whole number",
    "timezone_aware": "must be a time with its time zone, such as 2026-11-22T14:02:00Z",
}
_BY_FAMILY: Mapping[str, str] = {
    "int": "must be a whole number",
    "float": "must be a number, without its unit",
    "bool": "must be true or false",
    "datetime": "must be a time with its time zone, such as 2026-11-22T14:02:00Z",
    "date": "must be a date, such as 2026-11-22",
    "model": "must be a group of fields",
    "tuple": "must be a list",
}


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
    return FieldReason(pointer, _words(error, steps[-1] if steps else ""))


def _words(error: Mapping[str, Any], field: str) -> str:
    kind = str(error["type"])
    if field == "kind" and error.get("input") == STAFF_ALLEGATION:
        return STAFF_ALLEGATION_WORDS
    if kind not in ("missing", "extra_forbidden") and field in _BY_FIELD:
        return _BY_FIELD[field]
    if kind == "missing" and field in _DECIDES:
        return "give an answer; what else is asked depends on it"
    known = _BY_KIND.get(kind) or _BY_FAMILY.get(kind.partition("_")[0])
    return known.format(**error.get("ctx", {})) if known else "this is not what the form asks for here"
