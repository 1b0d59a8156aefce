"""What a service is to the plumbing: its name, what it does when it hears something, and its pages."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from fastapi import APIRouter
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.clock import Clock
from services.shared.database import Database
from services.shared.messaging.bell import Bell
from services.shared.secrets import Vault
from services.shared.settings import Settings
from services.shared.turns import Door
from services.shared.web.static_files import HashedFolder

Handler = Callable[[Any, AsyncSession], Awaitable[None]]


@dataclass(frozen=True)
class Tools:
    """What every service is handed when it is wired: settings, database, clock, vault."""

    settings: Settings
    database: Database
    clock: Clock
    vault: Vault

    @cached_property
    def bell(self) -> Bell:
        """The one bell of this process: it rings whenever the log grows. The process runs it."""
        return Bell(self.database.plain_address)


@dataclass(frozen=True)
class Trouble:
    """What a service cannot do at the moment, and since when, while it goes on with the rest of its work."""

    part: str
    words: str
    since: datetime


async def no_troubles() -> list[Trouble]:
    """Return no troubles: of a service that either works or does not."""
    return []


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the navigation, for those roles whose work it is."""

    text: str
    href: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Banner:
    """What a service shows live at the head of every page, whoever serves it, that is opened by one of these roles.

    `url` gives it as a fragment of HTML (services/shared/web/static/js/banner.js says how it is marked). `name` is
    what it is called, `when_lost` what its reader does while it cannot be asked for: silence is never shown as quiet.
    """

    url: str
    roles: tuple[str, ...]
    name: str
    when_lost: str


@dataclass(frozen=True)
class Service:
    """One service, wired: topic → handler, its routes, its place in the navigation, its files, what runs beside them.

    `starting` is awaited once before anything is heard; each of `running` runs for as long as the service does.
    `doors` are the addresses at which many may send at once. `troubles` answers what it cannot do at the moment.
    """

    name: str
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    routers: Sequence[APIRouter] = ()
    navigation: Sequence[NavigationItem] = ()
    banners: Sequence[Banner] = ()
    static: Sequence[HashedFolder] = ()
    starting: Sequence[Callable[[], Awaitable[None]]] = ()
    doors: Sequence[Door] = ()
    running: Sequence[Callable[[], Awaitable[None]]] = ()
    troubles: Callable[[], Awaitable[list[Trouble]]] = no_troubles
