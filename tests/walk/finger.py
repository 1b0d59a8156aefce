"""A finger on the tablet: its taps and letters are counted, the app is measured, each step is photographed."""

import math
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from playwright.async_api import Locator, Page, expect

# Assumed. A tap: find a large target, move to it and touch it. A swipe: one sweep, and the eye finds its place again.
# Typing: 36 words of five letters a minute is what people reach on telephones (Palin and others, MobileHCI 2019).
# Reading: 238 words a minute, silently, in English (Brysbaert, Journal of Memory and Language, 2019).
TAP_S = 1.2
SWIPE_S = 1.0
CHARACTERS_A_SECOND = 3.0
WORDS_A_SECOND = 238 / 60
LONG_LIST = 12
OF_A_SWIPE = 0.7
# Each piece of text that is seen on the page, but for what a list holds that nobody has opened.
TEXTS = """() => {
  const texts = [], walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!node.parentElement.closest("option") && node.parentElement.checkVisibility()) texts.push(node.data.trim());
  }
  return texts.filter(Boolean);
}"""
PLACE = "(at) => { const { top, bottom } = at.getBoundingClientRect(); return [top, bottom, innerHeight]; }"


@dataclass
class Step:
    """One step of a walk, and what it cost."""

    name: str
    taps: int = 0
    swipes: int = 0
    characters: int = 0
    new_words: int = 0
    app_s: float = 0.0

    @property
    def hand_s(self) -> float:
        """How long the hand is at work, and how long the app makes it wait."""
        return self.taps * TAP_S + self.swipes * SWIPE_S + self.characters / CHARACTERS_A_SECOND + self.app_s

    @property
    def newcomer_s(self) -> float:
        """The same for somebody who reads every word that they have not read before."""
        return self.hand_s + self.new_words / WORDS_A_SECOND


@dataclass
class Walk:
    """A whole walk."""

    name: str
    steps: list[Step] = field(default_factory=list)

    @property
    def total(self) -> Step:
        return Step(
            "Together",
            sum(each.taps for each in self.steps),
            sum(each.swipes for each in self.steps),
            sum(each.characters for each in self.steps),
            sum(each.new_words for each in self.steps),
            sum(each.app_s for each in self.steps),
        )

    def table(self) -> str:
        """Return the walk as a table of Markdown."""
        rows = [
            f"| {n or ''} | {each.name} | {each.taps} | {each.swipes} | {each.characters} | {each.app_s:.1f} | "
            f"{each.hand_s:.0f} | {each.newcomer_s:.0f} |"
            for n, each in [*enumerate(self.steps, 1), (0, self.total)]
        ]
        head = "| step | what | taps | swipes | characters | the app, s | together, s | and reading all, s |"
        return "\n".join([f"## {self.name}", "", head, "|---|---|---|---|---|---|---|---|", *rows, ""])


@dataclass
class Finger:
    """A finger that goes over one page of the browser."""

    page: Page
    walk: Walk
    folder: Path
    read: set[str] = field(default_factory=set)

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[None]:
        """Count what is done in here as one step, and photograph what is seen at its end."""
        self.walk.steps.append(Step(name))
        await self.reads()
        yield
        await self.reads()
        self.folder.mkdir(parents=True, exist_ok=True)
        number = len(self.walk.steps)
        file = f"{number:02}-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}.png"
        await self.page.screenshot(path=self.folder / file)

    def writes_table(self) -> None:
        """Write the table of the walk beside its pictures."""
        (self.folder / "steps.md").write_text(self.walk.table(), encoding="utf-8")

    async def reads(self) -> None:
        """Read what of the page was not read yet; what stands there again is not read again."""
        unread = set(await self.page.evaluate(TEXTS)) - self.read
        self.read |= unread
        self.now.new_words += sum(len(text.split()) for text in unread)

    @property
    def now(self) -> Step:
        return self.walk.steps[-1]

    async def taps(self, target: Locator, heading: str | None = None) -> None:
        """Tap something; swipe to it first where it is out of sight; wait for the page with this heading."""
        await expect(self.page.locator("body:not([inert])")).to_be_attached()
        await target.wait_for()
        await self.swipes_to(target)
        self.now.taps += 1
        began = monotonic()
        await target.click()
        if heading:
            await expect(self.page.locator("h1")).to_have_text(heading)
        await expect(self.page.locator("body:not([inert])")).to_be_attached()
        self.now.app_s += monotonic() - began

    async def swipes_to(self, target: Locator) -> None:
        top, bottom, height = await target.evaluate(PLACE)
        out_of_sight = max(-top, bottom - height, 0)
        self.now.swipes += math.ceil(out_of_sight / (height * OF_A_SWIPE))
        await target.scroll_into_view_if_needed()

    async def presses(self, name: str | re.Pattern[str], heading: str | None = None) -> None:
        await self.taps(self.page.get_by_role("button", name=name).first, heading)

    async def goes_to(self, letter: str) -> None:
        """Tap the letter of a section."""
        sections = self.page.get_by_role("navigation", name="Sections")
        await self.taps(sections.get_by_role("button", name=re.compile(f"^{letter},")))
        await expect(self.page.locator("h1")).to_contain_text(f"{letter}. ")

    async def answers(self, label: str, *values: str) -> None:
        """Answer a question, as a finger does: one tap for a choice, two for a list that opens, letters for a text."""
        group = self.page.get_by_role("group", name=label, exact=True)
        control = self.page.get_by_label(label, exact=True)
        await group.or_(control).first.wait_for()
        if await group.count() and await group.locator("input[type=radio], input[type=checkbox]").count():
            for value in values:
                await self.taps(group.locator("label", has_text=re.compile(f"^{re.escape(value)}$")))
            return
        kind = await control.first.evaluate("(at) => at.type")
        if kind == "checkbox":
            await self.taps(self.page.locator("label", has_text=label).last)
        elif kind == "select-one":
            await self.taps(control)
            options = await control.locator("option").all_inner_texts()
            self.now.taps += 1
            self.now.swipes += options.index(values[0]) // LONG_LIST
            await control.select_option(label=values[0])
        else:
            await self.taps(control.first)
            self.now.characters += len(values[0])
            await control.first.fill(values[0])
