"""The crew's offline app as a browser fetches it: its one page, what it keeps for opening without a network, who asks.

The app itself is in static/device; docs/tablet.md says how it works (docs/decisions/0025).
"""

import base64
import hashlib
import json
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError

from schemas.vocabulary import Role
from services.shared.database import takes_no_change
from services.shared.event_log import Cause
from services.shared.identity import Person, anyone, may, sign_in_of
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.acting import acting
from services.shared.web.static_files import HashedFolder, static_files
from services.shared.web.templating import Pages
from services.visits.handlers.tablets import TabletLost, Use, note_emptied, note_use
from services.visits.pages.rendering import STATIC
from services.visits.rules.declaration import FORM
from services.visits.rules.rights import CREWS
from services.visits.rules.tablets import Tablet, is_tablet_id, seen
from services.visits.views import known_tablet

SHELL = "/device"
FORM_URL = "/device/form.json"
TabletId = Annotated[str, Header(alias="X-RAVI-Tablet", max_length=40)]
# What is shared with other pages; of our own folder the app has all that is in `device/`.
BORROWED = (
    "vendor/govuk-frontend@6.3.0/govuk-frontend.min.css",
    "vendor/idb@8.0.4/umd.js",
    "vendor/leaflet@1.9.4/leaflet.css",
    "vendor/leaflet@1.9.4/leaflet.js",
    "images/ravi.svg",
)


def device_app_pages(tools: Tools, pages: Pages) -> APIRouter:
    """Return the routes of the app: its page, its service worker, and who is signed in to the server."""
    router = APIRouter(prefix=SHELL, tags=["device"], include_in_schema=False)
    # Made when they are first asked for, not whenever a service is wired.
    page = cache(partial(_page, tools, pages))
    worker = cache(lambda: _worker(pages, page()))

    @router.get("")
    async def app_page(person: Person = may(*CREWS)) -> Response:
        """Return the page of the app: the same for everybody, with nothing in it of anybody."""
        return HTMLResponse(page(), headers={"Cache-Control": "no-store"})

    @router.get("/service-worker.js")
    async def service_worker(person: Person = may(*CREWS)) -> Response:
        """Return what lets the app open without a network; it changes whenever a file of the app does."""
        headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": SHELL}
        return Response(worker(), media_type="text/javascript", headers=headers)

    async def known(tablet_id: TabletId = "") -> Tablet | None:
        """Return what is known of the tablet that asks; a lost one is told so, whoever is signed in, or nobody."""
        if not is_tablet_id(tablet_id):
            return None
        async with tools.database.reading() as session:
            tablet = await known_tablet(tablet_id, session)
        if tablet is not None and tablet.lost_at is not None:
            raise TabletLost
        return tablet

    # Before it is asked who is signed in: of a lost tablet nobody is.
    @router.get("/session", dependencies=[Depends(known)])
    async def who_is_signed_in(
        request: Request,
        person: Person = may(*CREWS),
        tablet: Tablet | None = Depends(known),
        tablet_id: TabletId = "",
    ) -> Response:
        """Tell the app who is signed in to the server, and the token that what it sends has to carry."""
        sign_in = sign_in_of(request)
        if is_tablet_id(tablet_id) and seen(tablet, tablet_id, person.station, sign_in, tools.clock.now())[1]:
            await _keep(Use(tablet_id, person.station, sign_in), tools, person, request)
        who = {
            "name": person.name,
            "station": person.station,
            "watch": person.watch,
            "is_in_charge": person.has(Role.OFFICER_IN_CHARGE),
            "csrf_token": request.state.csrf_token,
        }
        return JSONResponse(who, headers={"Cache-Control": "no-store"})

    @router.post("/emptied", status_code=204, dependencies=[anyone()])
    async def is_emptied(request: Request, tablet_id: TabletId = "") -> Response:
        """Take a lost tablet's word that nothing is left on it; of any other nothing is kept."""
        if is_tablet_id(tablet_id):
            cause = Cause("visits", "the tablet", request.state.correlation_id)
            async with transaction(tools.database, tools.clock, cause) as work:
                await note_emptied(tablet_id, work)
        return Response(status_code=204)

    return router


async def _keep(use: Use, tools: Tools, person: Person, request: Request) -> None:
    """Keep that a tablet is in use; while the database takes no change the crew is answered all the same."""
    try:
        async with acting("visits", tools, person, request) as work:
            await note_use(use, work)
    except DBAPIError as failure:
        if not takes_no_change(failure):
            raise


def files_of_app() -> list[dict[str, str]]:
    """Return every file that the app needs: its address, and the hash by which a browser checks that it came whole."""
    own = sorted(path for path in (STATIC.folder / "device").rglob("*") if path.is_file())
    found = [_file(static_files, name) for name in BORROWED]
    return found + [_file(STATIC, path.relative_to(STATIC.folder).as_posix()) for path in own]


def _file(folder: HashedFolder, name: str) -> dict[str, str]:
    return {"url": folder.url(name), "integrity": _integrity((folder.folder / Path(name)).read_bytes())}


def _integrity(content: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"


def _page(tools: Tools, pages: Pages) -> str:
    template = pages.environment.get_template("visits/device_app.html")
    return template.render(app_version=version("ravi"), is_local=tools.settings.environment == "local")


def _worker(pages: Pages, page: str) -> str:
    kept = {"files": files_of_app(), "shell": SHELL, "form": FORM_URL}
    edition = hashlib.sha256(json.dumps([kept, page, FORM.document()["version"]]).encode()).hexdigest()[:16]
    template = pages.environment.get_template("visits/service_worker.js")
    return template.render(edition=edition, kept=Markup(json.dumps(kept, indent=2)))
