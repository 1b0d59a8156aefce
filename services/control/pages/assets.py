"""Control's templates, scripts and styles, and how a part of a page is given."""

from pathlib import Path

from fastapi.responses import HTMLResponse

from services.shared.web.static_files import HashedFolder
from services.shared.web.templating import Pages

HERE = Path(__file__).parent

assets = HashedFolder(HERE / "static", mount="/static/control")
pages = Pages(HERE / "templates", assets=assets)


def part(html: str) -> HTMLResponse:
    """Return a part of a page; like the whole, no cache may keep it."""
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})
