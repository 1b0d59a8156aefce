"""What a crew's tablet begins a visit from, without a signal: the premises and records of its station's ground."""

import asyncio
import gzip
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic_core import to_json

from schemas.visit_parts import Identifier
from services.control.handlers.keeping import Readings
from services.control.handlers.packing import keep_packed
from services.control.presenters.device_pack import DevicePack
from services.control.rules.pace import PACKS
from services.control.rules.reading import Channel
from services.control.rules.rights import PACK_READERS
from services.control.views.device_pack import EDITION, NewOfGround, new_of_ground, packed_now, station_asked_for
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import cause_of
from services.shared.web.editions import NOT_MODIFIED, edition_of, unchanged
from services.shared.web.limited import at_most
from services.shared.web.words import as_date

QUICK = 3
Since = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{8}\.(0|[1-9][0-9]{0,18})$", description="the `cursor` of the answer that the tablet holds"),
]


def device_pack_router(tools: Tools, readings: Readings) -> APIRouter:
    """Return the route of the pack."""
    router = APIRouter(prefix="/api/v1/control", tags=["control"])

    @router.get(
        "/device-pack",
        response_model=DevicePack,
        responses=NOT_MODIFIED,
        dependencies=[at_most("device packs", PACKS)],
    )
    async def get_pack(
        request: Request,
        station: Annotated[Identifier | None, Query(description="one's own if none is named")] = None,
        since: Since = None,
        person: Person = may(*PACK_READERS),
    ) -> Response:
        """Return the premises of a station's ground with their published records, and the facts to ask about.

        One's own station; the risk team any. With `since` only what is new comes; the day after, everything.
        """
        now = tools.clock.now()
        today, wanted = as_date(now), station_asked_for(station, person)
        async with readings.kept(person, cause_of("control", person, request), Channel.DEVICE) as access:
            new = await new_of_ground(wanted, since, today, access.work)
            edition = _edition(new, today.isoformat())
            same = unchanged(request, edition)
            if same is None and new.changed:
                access.note(f"station/{wanted}", len(new.changed), "device pack")
        if same is not None:
            return same
        made = await packed_now(new.changed, today)
        await keep_packed(tools, made)
        bodies = {each.premises_id: each.body for each in made}
        premises = [each.body or bodies[each.premises_id] for each in new.changed]
        return await _compressed(request, _body(new, now.isoformat(), premises), edition)

    return router


def _edition(new: NewOfGround, today: str) -> str:
    changed = [(each.premises_id, each.revision) for each in new.changed]
    return edition_of(EDITION, new.station, new.whole, new.total, new.premises_ids, changed, today)


def _body(new: NewOfGround, made_at: str, premises: Sequence[str]) -> bytes:
    head = {
        "station": new.station,
        "cursor": new.cursor,
        "whole": new.whole,
        "made_at": made_at,
        "total": new.total,
        "premises_ids": new.premises_ids,
    }
    return to_json(head)[:-1] + b',"premises":[' + ",".join(premises).encode() + b"]}"


async def _compressed(request: Request, body: bytes, edition: str) -> Response:
    """Return the pack, compressed beside the others' work: it may be some megabytes."""
    headers = {"ETag": edition, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = await asyncio.to_thread(gzip.compress, body, QUICK)
    return Response(body, media_type="application/json", headers=headers)
