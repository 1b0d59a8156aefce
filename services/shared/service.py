"""What a service is to the plumbing: its name, what it does when it hears something, and its pages."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial, wraps
from typing import Any

from fastapi import APIRouter

from services.shared.clock import Clock
from services.shared.database import Database
from services.shared.deadlines import Deadline
from services.shared.evidence import Evidence
from services.shared.limits import Limiter
from services.shared.messaging.bell import Bell
from services.shared.secrets import Vault
from services.shared.settings import Settings
from services.shared.sign_in_memory import SignInMemory
from services.shared.sign_ins import SignedIn, who_hold
from services.shared.stamps import Stamps
from services.shared.tables import HistoryRow
from services.shared.together import Together
from services.shared.transactions import Heard, Work
from services.shared.turns import Door
from services.shared.web.static_files import HashedFolder

# What a service does about what it hears: all that a batch holds for it, in order.
Handler = Callable[[Sequence[Heard[Any]], Work], Awaitable[None]]


def one_by_one(handle: Callable[[Any, Work], Awaitable[None]]) -> Handler:
    """Return a handler that deals with each event by itself: for what is rare."""

    @wraps(handle.func if isinstance(handle, partial) else handle)
    async def handle_each(heard: Sequence[Heard[Any]], work: Work) -> None:
        for each in work.in_turn(heard):
            await handle(each.event, work)
            await work.flush()

    return handle_each


@dataclass(frozen=True)
class Tools:
    """What every service is handed when it is wired: settings, database, clock, vault.

    `web` is the connection by which people are signed in, where it is another than the service's own.
    """

    settings: Settings
    database: Database
    clock: Clock
    vault: Vault
    web: Database | None = None

    @property
    def people(self) -> Database:
        """The database as the web side's user sees it: who is signed in, and what waits for a person."""
        return self.web or self.database

    @cached_property
    def limits(self) -> Limiter:
        """What this process remembers of how often each did what."""
        return Limiter(self.clock)

    @cached_property
    def stamps(self) -> Stamps:
        """What marks users and sign-ins as made by this system."""
        return Stamps(self.settings.master_key, self.settings.environment)

    @cached_property
    def sign_ins(self) -> SignInMemory:
        """What this process remembers of who is signed in."""
        return SignInMemory(self.bell)

    @cached_property
    def looking_up(self) -> Together[tuple[str, str], SignedIn | None]:
        """Who holds a secret, given its hash and kind: all that is asked at one moment is one question."""

        async def look_up(held: Sequence[tuple[str, str]]) -> list[SignedIn | Exception | None]:
            async with self.people.reading() as session:
                return [*await who_hold(session, held, self.clock.now(), self.stamps)]

        return Together(look_up)

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
    A page asks for it every `every_s` seconds and says that it is lost when nothing was answered for `lost_after_s`.
    """

    url: str
    roles: tuple[str, ...]
    name: str
    when_lost: str
    every_s: float = 5.0
    lost_after_s: float = 12.0


@dataclass(frozen=True)
class Stream:
    """Addresses whose bodies are not read beforehand: their route takes each in as it comes (web/bodies.py).

    They begin with `before` and hold `within`, such as /api/v1/visits/ and /media/.
    """

    method: str
    before: str
    within: str

    def takes(self, method: str, path: str) -> bool:
        """Return whether a request is to such an address."""
        return method == self.method and path.startswith(self.before) and self.within in path


@dataclass(frozen=True)
class Service:
    """One service, wired: topic → handler, its routes, its place in the navigation, its files, what runs beside them.

    `starting` is awaited once before anything is heard or answered; each of `running` runs beside the pages for as long
    as they are served, each of `beside_readers` for as long as anything is heard (`ravi run` has a process for each;
    what both need is named in both).
    `histories` are those it keeps apart from the one that all services read; `evidence` holds what it keeps, by the
    name of the table, against the event log.
    `deadlines` are what is looked at again and again by one process at a time.
    `doors` are the addresses at which many may send at once, `streams` those that take large bodies. `troubles` answers
    what it cannot do at the moment.
    `gathers_s` is how long, in embedded delivery, what it hears may wait for more: a batch costs little more than one
    event, and whoever is on the way from a visit to control has the processor meanwhile.
    """

    name: str
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    routers: Sequence[APIRouter] = ()
    navigation: Sequence[NavigationItem] = ()
    banners: Sequence[Banner] = ()
    static: Sequence[HashedFolder] = ()
    deadlines: Sequence[Deadline] = ()
    starting: Sequence[Callable[[], Awaitable[None]]] = ()
    doors: Sequence[Door] = ()
    streams: Sequence[Stream] = ()
    running: Sequence[Callable[[], Awaitable[None]]] = ()
    beside_readers: Sequence[Callable[[], Awaitable[None]]] = ()
    histories: Sequence[type[HistoryRow]] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    gathers_s: float = 0.0
    troubles: Callable[[], Awaitable[list[Trouble]]] = no_troubles
