"""A photograph, plan or scan of a visit, for everybody who reads records: whole, or small beside others."""

from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from services.shared.errors import NotFound
from services.shared.identity import Person, may
from services.shared.kept_files import FilesAway, KeptFile, beside
from services.shared.service import Tools
from services.shared.web.asked import Hash, Id
from services.visits.gateways.media_folder import Form, MediaFolder
from services.visits.rules.media import ENDINGS, Medium, is_a_picture
from services.visits.rules.rights import MEDIA_READERS
from services.visits.views import read_medium

# What somebody sent is looked at, never run: no script, no style, no other file, whatever it holds.
HEADERS = {
    # A browser lays a picture out by a style of its own.
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}
NO_LONGER_KEPT = "this file is no longer where it was kept"


def media_pages(tools: Tools, folder: MediaFolder, note_away: Callable[[FilesAway], None]) -> APIRouter:
    """Return the routes of photographs, plans and scans; that they are out of reach is for `note_away`, too."""
    router = APIRouter(prefix="/media/{visit_id}/{sha256}", tags=["media"], include_in_schema=False)

    async def medium_for(visit_id: str, sha256: str, *, small: bool = False) -> Medium:
        async with tools.database.reading() as session:
            return await read_medium(visit_id.lower(), sha256, session, small=small)

    async def kept(medium: Medium, form: Form) -> KeptFile:
        try:
            return await beside(folder.shown, medium.visit_id, medium.sha256, form)
        except FileNotFoundError:
            raise NotFound(NO_LONGER_KEPT) from None
        except FilesAway as away:
            note_away(away)
            raise

    @router.get("")
    async def show_medium(visit_id: Id, sha256: Hash, person: Person = may(*MEDIA_READERS)) -> Response:
        """Give a file as it is shown: a picture to look at, anything else to keep."""
        medium = await medium_for(visit_id, sha256)
        name = f"{sha256[:12]}.{ENDINGS[medium.mime]}"
        how = "inline" if is_a_picture(medium.mime) else "attachment"
        file = await kept(medium, Form.SHOWN)
        return _given(file, medium.mime, {"Content-Disposition": f'{how}; filename="{name}"'})

    @router.get("/small")
    async def show_small(visit_id: Id, sha256: Hash, person: Person = may(*MEDIA_READERS)) -> Response:
        """Give a photograph, small."""
        medium = await medium_for(visit_id, sha256, small=True)
        return _given(await kept(medium, Form.SMALL), "image/jpeg", {})

    return router


def _given(file: KeptFile, mime: str, headers: dict[str, str]) -> Response:
    """Return the answer that gives a file piece by piece."""
    return StreamingResponse(
        _piece_by_piece(file), media_type=mime, headers={**HEADERS, **headers, "Content-Length": str(file.size)}
    )


async def _piece_by_piece(file: KeptFile) -> AsyncIterator[bytes]:
    while piece := await beside(next, file.pieces, b""):
        yield piece
