"""A whole running system with the invented sample played through it, to be looked at with a real browser."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext

from schemas.vocabulary import Role
from services.command_line.play import Officers, post
from services.command_line.sample import invented_sample
from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from tests.conftest import fresh_database
from tests.journeys.live import Live, all_rest, live_system


@pytest.fixture(scope="session")
async def site(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """Return a running system into which the forty visits have been sent."""
    folder = tmp_path_factory.mktemp("site")
    with fresh_database(postgres) as address:
        database = Database(address.replace("postgresql://", "postgresql+psycopg://", 1))
        settings = Settings(data_dir=folder)
        tools = replace(Tools(settings, database, SystemClock(), Vault(settings.master_key)))
        async with live_system(tools) as live:
            officers = Officers(tools)
            async with httpx.AsyncClient(base_url=live.address, timeout=30) as device:
                sent = [await post(device, visit, officers) for visit in invented_sample(folder / "sample").visits]
            await all_rest(live.address, sent)
            yield live


async def signed_in(browser: Browser, site: Live, role: Role) -> BrowserContext:
    """Return a browser window in which a person of a role has signed in by the page."""
    context = await browser.new_context(base_url=site.address)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.get_by_label("Name", exact=True).fill(role.value)
    await page.get_by_label("Password", exact=True).fill(role.value)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/")
    await page.close()
    return context
