"""What the tests of the crew's app begin with, unless a module has its own: a server, and a tablet signed in to it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from services.shared.database import Database
from tests.services.control_site import Site

if TYPE_CHECKING:  # most tests here need no browser, and it takes long to import
    from playwright.async_api import BrowserContext


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """Return a server of the service of visits alone."""
    from tests.services.device_tablet import a_server

    async with a_server(database, tmp_path) as site:
        yield site


@pytest.fixture
async def tablet(site: Site) -> AsyncIterator["BrowserContext"]:
    """Return a tablet on which a firefighter is signed in to the server."""
    from tests.services.device_tablet import a_tablet, signed_in_to_server

    async with a_tablet(site) as tablet:
        await signed_in_to_server(tablet, site)
        yield tablet
