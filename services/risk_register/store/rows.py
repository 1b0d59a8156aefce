"""How plain values are read from rows and written to them: one column for each of their fields."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, inspect
from sqlmodel import SQLModel

from schemas.premises import LocatedPremises
from schemas.protection import FireSafety
from schemas.vocabulary import ReviewState
from services.domain.safety_critical import AdditionKind
from services.risk_register.rules.assessing import ReviewWarning
from services.risk_register.rules.dossiers import Record, Unverified, Version
from services.risk_register.rules.items import Findings, Item, Line
from services.risk_register.rules.showing import Resolution
from services.risk_register.tables.records import KeptVersion


def _names(of: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(of) if each.init and not each.name.startswith("_"))


OF_FINDINGS = tuple(name for name in _names(Findings) if name != "visit_id")
OF_ITEM = tuple(name for name in _names(Item) if name != "findings")
ITEM = (*OF_ITEM, *OF_FINDINGS)
RECORD, VERSION, ADDITION, LINE = _names(Record), _names(Version), _names(Unverified), _names(Line)
ITEM_READ = ", ".join("CAST(warnings AS text[]) AS warnings" if name == "warnings" else name for name in ITEM)


def columns_of(table: type[SQLModel]) -> list[ColumnElement[Any]]:
    """Return the columns of a table, to read plain rows: half as much work as objects that know how they changed."""
    return list(inspect(table).columns)


def record_of(row: Mapping[str, Any]) -> Record:
    """Return a record from the columns of its row."""
    said = row["fire_safety"]
    fire_safety = FireSafety.model_validate(said) if said else None
    return Record(**{**row, "premises": LocatedPremises.model_validate(row["premises"]), "fire_safety": fire_safety})


def version_of(row: Mapping[str, Any]) -> Version:
    """Return a publication from the columns of its row."""
    return Version(**row)


def item_of(row: Mapping[str, Any]) -> Item:
    """Return a visit in the queue from the columns of its row."""
    values = {name: row[name] for name in OF_ITEM}
    for name in ("authors_merged", "crew_merged"):
        values[name] = None if row[name] is None else tuple(row[name])
    values["state"], values["fields"] = ReviewState(row["state"]), tuple(row["fields"])
    values["warnings"] = tuple(map(ReviewWarning, row["warnings"]))
    findings = Findings(row["visit_id"], **{name: row[name] for name in OF_FINDINGS})
    return Item(**values, findings=findings)


def line_of(row: Mapping[str, Any]) -> Line:
    """Return a visit as it is listed from the columns of its row."""
    values = {name: row[name] for name in LINE}
    values["state"], values["warnings"] = ReviewState(row["state"]), tuple(map(ReviewWarning, row["warnings"]))
    return Line(**values)


def addition_of(row: Mapping[str, Any]) -> Unverified:
    """Return an unverified addition from the columns of its row."""
    resolution = Resolution(row["resolution"]) if row["resolution"] else None
    return Unverified(**{**row, "kind": AdditionKind(row["kind"]), "resolution": resolution})


def row_of_item(item: Item) -> dict[str, Any]:
    """Return the columns of a visit in the queue."""
    findings = item.findings
    return {name: getattr(item, name) for name in OF_ITEM} | {name: getattr(findings, name) for name in OF_FINDINGS}


def row_of_version(version: Version) -> KeptVersion:
    """Return the row of a publication."""
    return KeptVersion(**{name: getattr(version, name) for name in VERSION})
