"""A tablet with the crew's app, in a real browser: what a firefighter does with it, step by step."""

import asyncio
import io
import os
import random
import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import BrowserContext, Error, Locator, Page, expect
from sqlalchemy import text

from schemas.vocabulary import Role
from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from tests.conftest import BROWSER, CHROMIUM, DRIVER
from tests.services.control_site import Site, running
from tests.system import a_system

PASSPHRASE = "three wet hoses"
WORKER_IS_READY = "navigator.serviceWorker.ready.then(({ active }) => active !== null)"
SECRETS = (
    "marmalade under the stairs",
    "Wexcombe Towers",
    "0799 555 0101",
    "oxygen beside the bed",
    "4471 then the bell",
)

Answers = tuple[tuple[str, str | tuple[str, ...]], ...]

SHORT: dict[str, Answers] = {
    "A": (
        ("Why did you go?", "Temporary risk"),
        ("How did you gather the facts?", "Physical"),
        ("How did it end?", "Completed"),
        ("Callsign", "S1P1"),
        ("Watch", "Red"),
    ),
    "B": (
        ("Address in one line", "Wexcombe Towers, Quay Street"),
        ("What sort of premises is it?", "Shop"),
        ("Is it in use?", "In use"),
    ),
    "G": (("None found", "We looked and found no hazards"),),
    "K": (("How likely is a fire?", "2 Unlikely"),),
    "N": (
        ("Signed off", "This is what we saw, as far as we could see it"),
        ("Is the officer who led certified to lead these visits?", "Yes"),
    ),
}


@asynccontextmanager
async def a_server(database: Database, folder: Path, services: tuple[str, ...] = ("visits",)) -> AsyncIterator[Site]:
    """Give the service of visits, others if named, by the clock of this machine: the browser has no other."""
    settings = Settings(data_dir=folder)
    alone = await a_system(Tools(settings, database, SystemClock(), Vault(settings.master_key)), services)
    async with running(alone) as site, asyncio.timeout(280):
        yield site
    await alone.close()


@asynccontextmanager
async def a_tablet(
    site: Site, folder: Path | None = None, width: int = 810, height: int = 1080, **more: Any
) -> AsyncIterator[BrowserContext]:
    """Give a tablet that knows nothing yet; with a folder it has a browser of its own, and what that keeps there
    outlives it, as on a real tablet."""
    more |= {"base_url": site.address, "viewport": {"width": width, "height": height}}
    if folder is None:
        context = await BROWSER[0].new_context(**more)
        await context.new_page()
    else:
        context = await DRIVER[0].chromium.launch_persistent_context(
            folder,
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-background-networking"],
            **more,
        )
    context.set_default_timeout(20_000)
    try:
        yield context
    finally:
        await context.close()


async def killed(context: BrowserContext) -> None:
    """Kill the browser as a flat battery does: nothing of the page is told, and nothing is put in order."""
    session = await context.new_cdp_session(context.pages[0])
    gone = asyncio.Event()
    context.on("close", lambda _: gone.set())
    with suppress(Error):  # it is gone before it can answer
        await session.send("Browser.crash")
    await asyncio.wait_for(gone.wait(), 20)


async def signed_in_to_server(
    context: BrowserContext, site: Site, role: Role = Role.FIREFIGHTER, watch: str | None = None
) -> None:
    """Sign somebody in to the server, as the page of sign-in does; not every sign-in says a watch."""
    cookie = await site.cookie(role, watch)
    kept = time.time() + 12 * 3600  # as the page gives it, so that it outlives the browser
    await context.add_cookies(
        [{"name": cookie["name"], "value": cookie["value"], "url": cookie["url"], "expires": kept}]
    )


async def sign_ins_end(site: Site) -> None:
    """End every sign-in at the server, as time or an administrator does."""
    async with site.system.tools.database.reading() as session:
        await session.execute(text("UPDATE platform.sign_ins SET ended_at = made_at"))
        await session.commit()
    site.system.tools.sign_ins.forget()


async def set_up(page: Page, passphrase: str = PASSPHRASE, *, with_worker: bool = True) -> None:
    """Open the app for the first time and choose a passphrase."""
    await page.goto("/device")
    heading = page.get_by_role("heading", name="Choose a passphrase")
    others = page.get_by_role("button", name="Choose a passphrase")
    await heading.or_(others).wait_for()
    if await others.count():
        await others.click()
    await expect(heading).to_be_visible()
    await page.get_by_label("Passphrase for this tablet").fill(passphrase)
    await page.get_by_label("The same again").fill(passphrase)
    await page.get_by_role("button", name="Keep this passphrase").click()
    await is_unlocked(page)
    if with_worker:
        assert await page.evaluate(WORKER_IS_READY)


async def unlock(page: Page, name: str = Role.FIREFIGHTER.value, passphrase: str = PASSPHRASE) -> None:
    """Open the app and unlock it."""
    await page.goto("/device")
    await page.get_by_label("Your name at sign-in").fill(name)
    await page.get_by_label("Your passphrase for this tablet").fill(passphrase)
    await page.get_by_role("button", name="Unlock").click()


async def is_unlocked(page: Page) -> None:
    await expect(page.get_by_role("heading", name="Your visits")).to_be_visible()


async def begin(page: Page) -> None:
    await page.get_by_role("button", name="Begin a visit").click()
    await expect(page.locator("h1")).to_have_text("A. Visit")


async def to_section(page: Page, letter: str) -> None:
    await page.get_by_role("navigation", name="Sections").get_by_role("button", name=re.compile(f"^{letter},")).click()
    await expect(page.locator("h1")).to_contain_text(f"{letter}. ")


async def answer(page: Page, label: str, value: str | tuple[str, ...]) -> None:
    """Answer one question, whatever it looks like."""
    chosen = (value,) if isinstance(value, str) else value
    group = page.get_by_role("group", name=label, exact=True)
    tick = page.get_by_role("checkbox", name=chosen[0], exact=True)
    control = page.get_by_label(label, exact=True)
    await group.or_(tick).or_(control).first.wait_for()
    if await group.count():
        for each in chosen:
            await group.get_by_label(each, exact=True).check()
        return
    if await tick.count():
        await tick.check()
        return
    if await control.evaluate("(element) => element.tagName") == "SELECT":
        await control.select_option(label=chosen[0])
    else:
        await control.fill(chosen[0])


async def fill(page: Page, answers: dict[str, Answers]) -> None:
    """Answer the questions of some sections."""
    for letter, questions in answers.items():
        await to_section(page, letter)
        for label, value in questions:
            await answer(page, label, value)


async def add(page: Page, button: str | re.Pattern[str], questions: Answers) -> None:
    """Add a line to a list of the section that is open."""
    await page.get_by_role("button", name=button).first.click()
    for label, value in questions:
        await answer(page, label, value)
    await page.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("button", name="Done")).to_have_count(0)


async def photograph(page: Page, content: bytes, caption: str, how: str = "take") -> None:
    """Take a photograph, or choose one, and say what it shows."""
    await to_section(page, "M")
    file = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content}
    await page.locator(f"#q-media-{how}").set_input_files(file)  # type: ignore[arg-type]
    await answer(page, "What does it show?", caption)
    await answer(page, "Can people be seen in it?", "No")
    await page.get_by_role("button", name="Done").click()
    await expect(page.locator(".app-thumbnail").last).to_be_visible()


async def is_kept(page: Page) -> None:
    """Wait until the app says that the last change is on the disk."""
    await expect(page.locator("body[data-kept=all] .app-kept")).to_contain_text("Kept on this tablet at")


async def send(page: Page) -> None:
    """Look a visit over and press "Send"."""
    await to_section(page, "N")
    await page.get_by_role("button", name="Look it over and send").click()
    await expect(page.locator("h1")).to_have_text("Look it over and send")
    await expect(page.locator("[data-summary]")).to_have_count(0)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator("h1")).to_have_text(re.compile("Your visit|Returned to you"))


def count_of(page: Page, title: str) -> Locator:
    """Return the number that stands over a list."""
    return (
        page.get_by_role("navigation", name="Lists of visits")
        .get_by_role("button", name=title)
        .locator(".app-tab__count")
    )


def a_photograph(width: int = 3000, height: int = 2000, seed: int = 1, orientation: int = 1) -> bytes:
    """Return a photograph as a camera makes it, hard to compress: some megabytes. 6 is one that was taken upright."""
    noise = random.Random(seed).randbytes(width * height // 16)
    picture = Image.frombytes("L", (width // 4, height // 4), noise).convert("RGB").resize((width, height))
    made, written = io.BytesIO(), Image.Exif()
    written[0x0112] = orientation
    picture.save(made, "JPEG", quality=92, exif=written)
    return made.getvalue()


def bytes_of_folder(folder: Path) -> Iterable[tuple[Path, bytes]]:
    """Give every file that a browser keeps, with its bytes."""
    kept = [path for path in folder.rglob("*") if path.is_file() and os.access(path, os.R_OK)]
    assert kept, f"no browser kept anything in {folder}"
    return ((path, path.read_bytes()) for path in kept)


def found_in(content: bytes, words: Iterable[str]) -> list[str]:
    """Return which of some words can be read in bytes, in either way in which browsers write text."""
    return [word for word in words if word.encode() in content or word.encode("utf-16-le") in content]


async def visits_of(site: Site, role: Role = Role.FIREFIGHTER) -> list[dict[str, Any]]:
    """Return the visits that the server has received of somebody."""
    client = await site.machine(role)
    async with client:
        answered = await client.get("/api/v1/visits?whose=mine")
        found: list[dict[str, Any]] = answered.json()["visits"]
        return found
