"""Control's templates, scripts and styles, and how a part of a page is given."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.shared.identity import anyone
from services.shared.web.static_files import HashedFolder
from services.shared.web.templating import Pages

HERE = Path(__file__).parent

assets = HashedFolder(HERE / "static", mount="/control/assets")
pages = Pages(HERE / "templates", assets=assets)


def part(html: str) -> HTMLResponse:
    """Return a part of a page; like the whole, no cache may keep it."""
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def assets_router() -> APIRouter:
    """Return the route of our own scripts and styles."""
    router = APIRouter(prefix=assets.mount, include_in_schema=False)

    @router.get("/{path:path}", dependencies=[anyone()])
    async def asset(request: Request, path: str) -> Response:
        """Give one script or style; they hold nothing about anybody."""
        return await assets.get_response(path, request.scope)

    return router
