"""Dossiers: everything about the buildings of a batch, taken in hand and kept by one statement for each table."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import TextClause, text

from schemas.premises import LocatedPremises
from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.items import Item
from services.risk_register.rules.review_queue import UNDECIDED
from services.risk_register.rules.sources import unnamed
from services.risk_register.store.fire_safety import give_what_waited
from services.risk_register.store.review_dates import keep_review_dates
from services.risk_register.store.rows import (
    ADDITION,
    ITEM,
    ITEM_READ,
    RECORD,
    VERSION,
    addition_of,
    item_of,
    record_of,
    row_of_item,
    row_of_version,
    version_of,
)
from services.risk_register.store.tactical_plans import hold_plans, save_plans
from services.risk_register.store.temporary import hold_open, save_temporary
from services.shared.identifiers import new_id
from services.shared.rows import inserting, keep, updating
from services.shared.transactions import Work


def _inserting(table: str, columns: Sequence[str], more: str = "") -> TextClause:
    return inserting(f"risk_register.{table}", f"ORDER BY {columns[0]} {more}", columns)


NEW_RECORD = ("premises_id", "version", "revision", "premises", "changed_at")
BEGIN = _inserting("records", NEW_RECORD, "ON CONFLICT DO NOTHING RETURNING kept.premises_id")
RECORDS = text(f"""
    SELECT {", ".join(RECORD)} FROM risk_register.records WHERE premises_id = ANY(:ids) ORDER BY premises_id FOR UPDATE
""")
VERSIONS = text(f"""
    SELECT {", ".join(f"kept.{name}" for name in VERSION)}
    FROM risk_register.records JOIN risk_register.versions AS kept USING (premises_id, version)
    WHERE premises_id = ANY(:ids)
""")
ITEMS = text(f"""
    SELECT {ITEM_READ} FROM risk_register.review_items
    WHERE (premises_id = ANY(:ids) AND state = ANY(CAST(:undecided AS risk_register.review_state[])))
        OR visit_id = ANY(:visits)
    ORDER BY visit_id FOR UPDATE
""")
# Read as they are: what is only named is decided, and changes no more.
NAMED = text(f"SELECT {ITEM_READ} FROM risk_register.review_items WHERE visit_id = ANY(:visits)")
PLACES = text("SELECT premises_id FROM risk_register.review_items WHERE visit_id = ANY(:visits)")
ADDITIONS = text(f"""
    SELECT {", ".join(ADDITION)} FROM risk_register.unverified_additions
    WHERE premises_id = ANY(:ids) AND resolved_at IS NULL ORDER BY premises_id, reported_at, id
""")
KEEP_RECORDS = updating("risk_register.records", RECORD, "premises_id")
KEEP_NEW_ITEMS = _inserting("review_items", ITEM)
KEEP_ITEMS = updating("risk_register.review_items", ITEM, "visit_id")
KEEP_NEW_ADDITIONS = _inserting("unverified_additions", ("id", *(name for name in ADDITION if name != "id")))
# Not when it expired: that is marked by whoever looks for it, without the record in hand.
DECIDED = ("visit_id", "fact", "resolution", "resolved_at", "resolved_by")
KEEP_ADDITIONS = updating("risk_register.unverified_additions", DECIDED)
STATES = [state.value for state in UNDECIDED]


async def begin(work: Work, premises: Sequence[LocatedPremises], at: datetime) -> None:
    """Make a record of each building that has none yet."""
    new = {one.premises_id: one for one in reversed(premises)}
    empty = {"version": 0, "revision": 0, "changed_at": at}
    rows = await keep(work, BEGIN, [{"premises_id": place, "premises": one, **empty} for place, one in new.items()])
    await give_what_waited(work, [row.premises_id for row in rows])


async def hold(work: Work, premises_ids: Collection[str], visits: Collection[str] = ()) -> dict[str, Dossier]:
    """Return the dossiers of some buildings, nobody else's until the transaction ends, with some visits besides."""
    ids = {"ids": list(premises_ids)}
    dossiers = {row.premises_id: Dossier(record_of(row._mapping)) for row in await work.execute(RECORDS, ids)}
    if any(dossier.record.version for dossier in dossiers.values()):
        for row in await work.execute(VERSIONS, ids):
            dossiers[row.premises_id] = replace(dossiers[row.premises_id], version=version_of(row._mapping))
    for place, risks in (await hold_open(work, premises_ids)).items():
        dossiers[place] = replace(dossiers[place], temporary=risks)
    for place, plan in (await hold_plans(work, premises_ids)).items():
        dossiers[place] = replace(dossiers[place], plan=plan)
    for place, rows in groupby(await work.execute(ADDITIONS, ids), attrgetter("premises_id")):
        dossiers[place] = replace(dossiers[place], additions=tuple(addition_of(row._mapping) for row in rows))
    wanted = {**ids, "visits": list(visits), "undecided": STATES}
    dossiers = _with_items(dossiers, await work.execute(ITEMS, wanted))
    named = {name for dossier in dossiers.values() for name in _named(dossier) if dossier.visit(name) is None}
    return await _looked_up(work, dossiers, named)


async def hold_one(work: Work, premises_id: str, *visits: str) -> Dossier | None:
    """Return the dossier of one building, nobody else's until the transaction ends; None if it has none."""
    return (await hold(work, [premises_id], visits)).get(premises_id)


async def hold_visit(work: Work, visit_id: str) -> tuple[Dossier, Item] | None:
    """Return the dossier of the building that a visit stands beside, and the visit as it is now; None if it is none."""
    for dossier in (await hold(work, await places_of(work, [visit_id]), [visit_id])).values():
        if item := dossier.visit(visit_id):
            return dossier, item
    return None


async def places_of(work: Work, visits: Collection[str]) -> set[str]:
    """Return the buildings that some visits in the queue stand beside."""
    rows = await work.execute(PLACES, {"visits": list(visits)}) if visits else ()
    return {row.premises_id for row in rows}


async def looked_up(work: Work, dossier: Dossier, visits: Collection[str]) -> Dossier:
    """Return a dossier with some visits besides those that are in it."""
    place = dossier.record.premises_id
    missing = {visit_id for visit_id in visits if dossier.visit(visit_id) is None}
    return (await _looked_up(work, {place: dossier}, missing))[place]


async def save(work: Work, before: Mapping[str, Dossier], after: Mapping[str, Dossier]) -> None:
    """Keep what is changed of some dossiers; `before` is how they were when they were taken in hand."""
    pairs = [(before[place], dossier) for place, dossier in after.items() if dossier is not before[place]]
    records = [now.record for was, now in pairs if now.record is not was.record]
    versions = [now.version for was, now in pairs if now.version is not None and now.version is not was.version]
    known = {visit_id for was in before.values() for visit_id in (*was.items, *was.others)}
    items = [item for was, now in pairs for item in now.items.values() if item is not was.items.get(item.visit_id)]
    as_they_were = {id(one) for was in before.values() for one in was.additions}
    additions = [one for _, now in pairs for one in now.additions if id(one) not in as_they_were]
    held = {id(risk) for was in before.values() for risk in was.temporary}
    await save_temporary(work, [risk for _, now in pairs for risk in now.temporary if id(risk) not in held])
    work.add_all(row_of_version(version) for version in versions)
    await keep(work, KEEP_RECORDS, records)
    await keep(work, KEEP_ITEMS, [row_of_item(item) for item in items if item.visit_id in known])
    await keep(work, KEEP_NEW_ITEMS, [row_of_item(item) for item in items if item.visit_id not in known])
    await keep(work, KEEP_ADDITIONS, [one for one in additions if one.id is not None])
    new = [replace(one, id=new_id(work.now)) for one in additions if one.id is None]
    await keep(work, KEEP_NEW_ADDITIONS, new)
    await keep_review_dates(work, pairs)
    await save_plans(work, [(was.plan, now.plan) for was, now in pairs if now.plan and now.plan is not was.plan])


async def _looked_up(work: Work, dossiers: dict[str, Dossier], visits: Collection[str]) -> dict[str, Dossier]:
    return _with_items(dossiers, await work.execute(NAMED, {"visits": list(visits)})) if visits else dossiers


def _named(dossier: Dossier) -> Iterator[str]:
    """Return the visits that a sighting in a dossier names, so that each can be told under its crew."""
    for item in dossier.items.values():
        yield from (one["visit_id"] for one in (item.findings.seen or {}).values())
    if dossier.version:
        yield from unnamed(dossier.version.sightings.values())


def _with_items(dossiers: Mapping[str, Dossier], rows: Iterable[Any]) -> dict[str, Dossier]:
    at: dict[str, dict[str, Item]] = {}
    for row in rows:
        at.setdefault(row.premises_id, {})[row.visit_id] = item_of(row._mapping)
    elsewhere = {name: item for place, items in at.items() if place not in dossiers for name, item in items.items()}
    return {
        place: replace(dossier, items={**dossier.items, **at.get(place, {})}, others={**dossier.others, **elsewhere})
        for place, dossier in dossiers.items()
    }
