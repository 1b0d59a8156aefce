"""A tablet with the crew's app, in a real browser: what a firefighter does with it, step by step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, async_playwright, expect

from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.conftest import CHROMIUM
from tests.services.control_site import Site

PASSPHRASE = "three wet hoses"
READY = "navigator.serviceWorker.ready.then((worker) => worker.active?.state === 'activated')"

expect.set_options(timeout=15_000)


@asynccontextmanager
async def a_tablet(site: Site, folder: Path, width: int = 810, height: int = 1080, **more: Any) -> AsyncIterator[BrowserContext]:
    """Give a browser with a profile of its own on the disk: what it keeps outlives it, as on a real tablet."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder,
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-background-networking"],
            base_url=site.address,
            viewport={"width": width, "height": height},
            **more,
        )
        context.set_default_timeout(20_000)
        try:
            yield context
        finally:
            await context.close()
