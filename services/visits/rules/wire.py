"""What the wire model says of each field of the form: its kind, its limits, and the codes it may hold."""

from collections.abc import Mapping
from typing import Any

from schemas import vocabulary
from schemas.visit_parts import NO_NUL
from schemas.visits import VisitSubmission
from services.domain.words import words_for

SCHEMA: Mapping[str, Any] = VisitSubmission.model_json_schema()
LONGEST_LINE = 120


def wire_of(path: str, group: Mapping[str, Any] = SCHEMA) -> dict[str, Any]:
    """Return what the wire model says of the field at a path within a group; raises `KeyError` for one it has not.

    Limits are those of the answer: of each text or code of a list, and `most` of how many there may be.
    """
    steps = path.split("/")
    for step in steps[:-1]:
        group = _plain(group["properties"][step])
    part = _plain(group["properties"][steps[-1]])
    item = _plain(part["items"]) if part.get("type") == "array" and "items" in part else part
    pattern = item.get("pattern")
    return {
        "kind": _kind(part, item),
        "required": steps[-1] in group.get("required", ()),
        "codes": item.get("enum"),
        "vocabulary": item.get("title", "") if "enum" in item else "",
        "fields": item if "properties" in item else None,
        "min": item.get("minimum"),
        "max": item.get("maximum"),
        "above": item.get("exclusiveMinimum"),
        "min_length": item.get("minLength"),
        "max_length": item.get("maxLength"),
        "pattern": None if pattern == NO_NUL else pattern,
        "most": part.get("maxItems"),
    }


def words_of(code: str, name: str) -> str:
    """Return the words of a code of a vocabulary, by the name of the vocabulary."""
    enum = getattr(vocabulary, name, None)
    return words_for(enum(code)) if enum is not None else code


def _plain(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a part of the model without "or nothing", and what it refers to in its place."""
    part = next((one for one in part.get("anyOf", ()) if one.get("type") != "null"), part)
    name = part.get("$ref", "").rpartition("/")[2]
    return SCHEMA["$defs"][name] if name else part


def _kind(part: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    if part.get("type") == "array":
        return "choices" if "enum" in item else "list" if "properties" in item else "texts"
    if part.get("type") == "string" and "enum" not in part:
        if "format" in part:
            return {"date-time": "time", "date": "date"}[part["format"]]
        return "long_text" if part.get("maxLength", 0) > LONGEST_LINE else "text"
    return "choice" if "enum" in part else {"boolean": "yes_no"}.get(part["type"], str(part["type"]))
