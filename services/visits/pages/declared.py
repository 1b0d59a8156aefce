"""The form as data, for the tablet: what it asks, shows and refuses without a network."""

import json
from functools import cache

from fastapi import APIRouter, Request, Response

from services.shared.identity import Person, may
from services.visits.rules.declaration import FORM
from services.visits.rules.rights import CREWS


def declared_pages() -> APIRouter:
    """Return the route of the form's document."""
    router = APIRouter(prefix="/device", tags=["device"], include_in_schema=False)
    body, headers = _answer()

    @router.get("/form.json")
    async def form_as_data(request: Request, _: Person = may(*CREWS)) -> Response:
        """Return the whole form; nothing but its mark if the device has it already."""
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    return router


@cache
def _answer() -> tuple[bytes, dict[str, str]]:
    """Return the document as it is sent, and its headers: made once a process, and before the first device asks."""
    document = FORM.document()
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return body, {"ETag": f'"{document["version"]}"', "Cache-Control": "no-cache"}
