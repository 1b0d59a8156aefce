"""One web application from any set of services: theirs are the routes, ours is what every route shares."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from services.shared import problems
from services.shared.health import health_router
from services.shared.service import Banner, NavigationItem, Service, Tools
from services.shared.watchdog import Watchdog
from services.shared.web.contracts import contracts_router
from services.shared.web.middleware import Gate
from services.shared.web.pages import style_guide_router
from services.shared.web.quarantine_page import quarantine_router
from services.shared.web.sign_in import sign_in_router
from services.shared.web.static_files import HashedFolder, static_files

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
QUARANTINE_ROLES = ("risk-team-manager", "administrator", "information-governance")


def create_app(
    tools: Tools,
    services: Sequence[Service],
    navigation: Sequence[NavigationItem],
    lifespan: Lifespan,
    stopped: Callable[[], list[str]],
    banners: Sequence[Banner] = (),
    folders: Sequence[HashedFolder] = (),
) -> FastAPI:
    """Return the application of some services, with the menu, the live banners and the styles of the whole system.

    Every process serves the `folders` of all services, so that a proxy may send /static to any of them.

    `stopped` names the consumers that stopped themselves.
    """

    @asynccontextmanager
    async def watched(app: FastAPI) -> AsyncIterator[None]:
        async with Watchdog().watching(), lifespan(app):
            yield

    app = FastAPI(
        title="RAVI",
        summary="Operational risk information",
        version=version("ravi"),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=watched,
    )
    app.state.tools = tools
    app.state.clock = tools.clock
    app.state.settings = tools.settings
    problems.install(app)
    navigation = [*navigation, NavigationItem("Quarantine", "/quarantine", QUARANTINE_ROLES)]
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    doors = [door for service in services for door in service.doors]
    streams = [stream for service in services for stream in service.streams]
    app.add_middleware(Gate, navigation=navigation, banners=banners, doors=doors, streams=streams)
    # The services' own folders first: theirs lie below /static, as ours does.
    for folder in [*folders, static_files]:
        app.mount(folder.mount, folder)
    own = [
        health_router(tools, services, stopped),
        sign_in_router(tools, navigation, banners),
        quarantine_router(tools),
        contracts_router(),
        style_guide_router,
    ]
    # Not by `include_router`: it would work out each route a second time, at the first request that meets it.
    for router in [*own, *(router for service in services for router in service.routers)]:
        app.router.routes.extend(router.routes)
    return app
