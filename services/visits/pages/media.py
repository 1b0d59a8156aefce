"""A photograph, plan or scan of a visit, for everybody who reads records: whole, or small beside others."""

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Hash, Id
from services.visits.gateways.media_folder import Form, MediaFolder
from services.visits.rules.media import ENDINGS, Medium, is_a_picture
from services.visits.rules.rights import MEDIA_READERS
from services.visits.views import read_medium

# What somebody sent is looked at, never run: no script, no style, no other file, whatever it holds.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}


def media_pages(tools: Tools, folder: MediaFolder) -> APIRouter:
    """Return the routes of photographs, plans and scans."""
    router = APIRouter(prefix="/media/{visit_id}/{sha256}", tags=["media"], include_in_schema=False)

    async def medium_for(visit_id: str, sha256: str, *, small: bool = False) -> Medium:
        async with tools.database.reading() as session:
            return await read_medium(visit_id.lower(), sha256, session, small=small)

    @router.get("")
    async def show_medium(visit_id: Id, sha256: Hash, person: Person = may(*MEDIA_READERS)) -> Response:
        """Give a file as it is shown: a picture to look at, anything else to keep."""
        medium = await medium_for(visit_id, sha256)
        name = f"{sha256[:12]}.{ENDINGS[medium.mime]}"
        return FileResponse(
            folder.shown(medium.visit_id, sha256, Form.SHOWN),
            media_type=medium.mime,
            headers=HEADERS,
            filename=name,
            content_disposition_type="inline" if is_a_picture(medium.mime) else "attachment",
        )

    @router.get("/small")
    async def show_small(visit_id: Id, sha256: Hash, person: Person = may(*MEDIA_READERS)) -> Response:
        """Give a photograph, small."""
        medium = await medium_for(visit_id, sha256, small=True)
        return FileResponse(folder.shown(medium.visit_id, sha256, Form.SMALL), media_type="image/jpeg", headers=HEADERS)

    return router
