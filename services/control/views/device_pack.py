"""The pack of a station's ground as one tablet may have it: whole, or what is new since it asked last."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.presenters.device_pack import packed
from services.control.rules.device_pack import may_have_pack_of
from services.control.store.device_pack import GroundRecord, Packed, list_ground
from services.shared.errors import FieldReason, Refused
from services.shared.identity import NotAllowed, Person

EDITION = 4  # one higher when the same record is packed otherwise
NAME_A_STATION = "say whose ground it is: `station`"
OWN_STATION = "you are given the pack of your own station: ask your administrator to change it if you have moved"


@dataclass(frozen=True)
class NewOfGround:
    """What is new of a ground: which premises belong to it, and the records that a tablet has not got."""

    station: str
    cursor: str
    whole: bool
    total: int
    premises_ids: tuple[str, ...]
    changed: Sequence[GroundRecord]


def station_asked_for(asked: str | None, reader: Person) -> str:
    """Return whose ground somebody asks for, their own unless they name one; raises if they may not have it."""
    station = asked or reader.station
    if not station:
        raise Refused(NAME_A_STATION, (FieldReason("/station", NAME_A_STATION),))
    if not may_have_pack_of(station, reader.station, reader.roles):
        raise NotAllowed(OWN_STATION)
    return station


async def new_of_ground(station: str, since: str | None, today: date, session: AsyncSession) -> NewOfGround:
    """Return what is new since a cursor, everything from the day after: by then facts may have aged."""
    day, _, position = (since or "").partition(".")
    is_of_today = day == f"{today:%Y%m%d}"
    ground = await list_ground(session, station, position if is_of_today else None, EDITION, today)
    return NewOfGround(
        station=station,
        cursor=f"{today:%Y%m%d}.{ground.cursor}",
        whole=not is_of_today,
        total=ground.total,
        premises_ids=tuple(each.premises_id for each in ground.records),
        changed=[each for each in ground.records if each.is_new],
    )


async def packed_now(changed: Sequence[GroundRecord], today: date) -> list[Packed]:
    """Return those records packed that are not yet; whoever asks something else meanwhile is answered in between."""
    found: list[Packed] = []
    for each in changed:
        if each.told is not None:
            told, holds_until = packed(each.record, today)
            found.append(Packed(each.premises_id, each.revision, EDITION, holds_until, told.model_dump_json()))
            await asyncio.sleep(0)
    return found
