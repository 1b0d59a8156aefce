"""Make a page: the shared layout, filled with who is signed in, the time, and what a service wants to show."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextvars import copy_context
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import (
    BaseLoader,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup, escape

from services.shared.clock import Clock, SystemClock
from services.shared.web.filters import FILTERS, page_time, unknown
from services.shared.web.notices import forget_notices, notices_for
from services.shared.web.static_files import HashedFolder, static_files

GOVUK = "govuk_frontend_jinja"
SHARED_TEMPLATES = Path(__file__).parent / "templates"

# Every name that GOV.UK's page template or our layout may read and a page may set with {% set %}.
LAYOUT_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("htmlClasses", "pageTitleLang", "opengraphImageUrl", "assetUrl", "cspNonce"), ""),
    **dict.fromkeys(("headerClasses", "containerClasses", "mainClasses", "mainLang", "footerClasses"), ""),
    **{name: {} for name in ("headerAttributes", "containerAttributes", "mainAttributes", "footerAttributes")},
    "layout": "narrow",
    "errors": (),
}


class PageEnvironment(Environment):
    """Jinja, strict about a missing name in our templates, lenient in GOV.UK's, which are written that way."""

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # or each part of a page asks for its file's age: 1,800 times for the crew's form
        )
        self._lenient: Environment | None = None

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template finds without being given it, as one plain dictionary.

        Jinja chains two, and looks through both name by name whenever a template imports another: a fifth of the time
        of a page of many components. What is added to the globals after a template was loaded is not seen by it.
        """
        return {**self.globals, **(d or {})}

    def get_template(
        self, name: str | Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """Return the template, a GOV.UK one from the lenient side."""
        ours = isinstance(name, Template) or not name.startswith(f"{GOVUK}/")
        if ours or self.undefined is ChainableUndefined:
            return super().get_template(name, parent, globals)
        if self._lenient is None:
            self._lenient = self.overlay(undefined=ChainableUndefined)
        return self._lenient.get_template(name, parent, globals)


@pass_context
def _csrf_field(context: Context) -> Markup:
    """Return the hidden field that every form which changes something has to carry."""
    return Markup(f'<input type="hidden" name="csrf_token" value="{escape(context.get("csrf_token", ""))}">')


def _version() -> str:
    try:
        return version("ravi")
    except PackageNotFoundError:
        return "unreleased"


def make_environment(folders: Iterable[Path] = (), assets: HashedFolder | None = None) -> Environment:
    """Return Jinja with our layout, GOV.UK's components, and a service's own folders of templates.

    In templates: `static("js/x.js")` is the address of a shared file, `asset("x.js")` of the service's own.
    """
    environment = PageEnvironment(
        ChoiceLoader(
            [
                PrefixLoader({GOVUK: PackageLoader(GOVUK)}),
                FileSystemLoader(SHARED_TEMPLATES),
                *(FileSystemLoader(folder) for folder in folders),
            ]
        )
    )
    environment.filters.update(cast(dict[str, Callable[..., Any]], FILTERS))
    environment.filters["static"] = static_files.url
    environment.globals.update(
        LAYOUT_DEFAULTS,
        static=static_files.url,
        asset=assets.url if assets else static_files.url,
        csrf_field=_csrf_field,
        UNKNOWN=unknown(),
        version=_version(),
    )
    return environment


def from_app(request: Request, name: str) -> Any:
    """Return the app's clock, settings or the like, whether it was given alone or among its tools; None if neither."""
    state = request.app.state
    return getattr(state, name, None) or getattr(getattr(state, "tools", None), name, None)


def _navigation(request: Request) -> list[dict[str, Any]]:
    """Return the main menu with the item marked that this page is under: of several the nearest."""
    path, items = request.scope["path"], getattr(request.state, "navigation", None) or ()
    above = [item["href"] for item in items if path == item["href"] or path.startswith(f"{item['href']}/")]
    nearest = max(above, key=len, default=None)
    return [{**item, "active": item.get("active", item["href"] == nearest)} for item in items]


def _from_request(request: Request) -> dict[str, Any]:
    """Return what the layout needs to know of this request; signed out and local where nobody has said otherwise."""
    signed_in = getattr(request.state, "signed_in", None)
    settings = from_app(request, "settings")
    return {
        "request_path": request.scope["path"],
        "person": getattr(request.state, "person", None) or getattr(signed_in, "person", None),
        "csrf_token": getattr(request.state, "csrf_token", None) or getattr(signed_in, "csrf_token", ""),
        "navigation": _navigation(request),
        "banners": getattr(request.state, "banners", None) or (),
        "environment": settings.environment if settings else "local",
        "theme": theme if (theme := request.cookies.get("ravi_theme")) in ("dark", "light") else "auto",
        "notices": notices_for(request),
    }


def _now(request: Request) -> datetime:
    clock: Clock = from_app(request, "clock") or SystemClock()
    return clock.now()


def _fill(template: Template, now: datetime, context: Mapping[str, Any]) -> str:
    def fill() -> str:
        page_time.set(now)
        return template.render(**context)

    return copy_context().run(fill)


class Pages:
    """A service's pages: `pages = Pages(Path(__file__).parent / "templates")`, then `pages.render(request, …)`."""

    def __init__(self, *folders: Path, assets: HashedFolder | None = None) -> None:
        self.environment = make_environment(folders, assets)

    def render(
        self,
        request: Request,
        template: str,
        *,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """Return a whole page. Pages hold what is true now, about real people: no cache may keep them."""
        now = _now(request)
        known = {"now": now, **_from_request(request), **context}
        response = HTMLResponse(
            _fill(self.environment.get_template(template), now, known),
            status_code=status_code,
            headers={"Cache-Control": "no-store", **(headers or {})},
        )
        forget_notices(request, response)
        return response

    def fragment(self, template: str, *, now: datetime, **context: Any) -> str:
        """Return a part of a page, for the live stream or for htmx: no layout, nobody signed in."""
        return _fill(self.environment.get_template(template), now, {"now": now, "csrf_token": "", **context})


shared_pages = Pages()
render = shared_pages.render
