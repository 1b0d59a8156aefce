"""The crew's app by keyboard alone: Tab, arrows, Space, Enter and typing, with the focus watched all the while."""

import itertools
from dataclasses import dataclass
from datetime import datetime

from playwright.async_api import FilePayload, Page, expect

# What has the focus: its own name, the name of its group, what it is, and whether anybody could see that it has it. A
# heading has it when its page has just come; nothing is pressed there, so that no ring is needed. Null if nothing has.
AT = """(hasFocus) => {
  if (!document.querySelector(hasFocus)) return null;
  const at = document.activeElement;
  const shown = at.matches(".govuk-radios__input, .govuk-checkboxes__input") ? [at.nextElementSibling, "::before"]
    : at.matches(".app-file__input") ? [at.nextElementSibling, null] : [at, null];
  const { outlineStyle, outlineWidth, boxShadow, backgroundColor } = getComputedStyle(...shown);
  const ring = (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || backgroundColor === "rgb(255, 221, 0)";
  const { top, bottom, left, right } = shown[0].getBoundingClientRect();
  const inView = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  const own = at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.innerText;
  const all = [...document.querySelectorAll("*")];
  return {
    name: own.trim().replace(/\\s+/g, " "),
    group: at.closest("fieldset")?.querySelector("legend")?.textContent.trim() ?? "",
    tag: at.tagName, type: at.type ?? "", id: at.id, value: at.value ?? "",
    seen: at.tagName === "H1" || (ring && inView), how: `${outlineStyle} ${outlineWidth} ${boxShadow}`,
    place: all.findIndex((each) => each === at || (at.type === "radio" && each.name === at.name)),
    row: Math.round((top + scrollY) / 24), left,
  };
}"""
# From now on note where the focus is on nothing for longer than it takes to draw a page.
WATCH = """() => {
  window.lost = [];
  let last = "", since = 0, frames = 0;
  const look = (now) => {
    const at = document.activeElement;
    if (at && at !== document.body) {
      since = frames = 0;
      last = at.getAttribute("aria-label") || at.id || at.textContent.trim().slice(0, 40);
    }
    else if (document.body.inert) since = frames = 0;
    else if (!since) since = now;
    // By time and by frames: a browser that stood still itself is not blamed.
    else if (++frames > 18 && now - since > 600 && last) { window.lost.push(last); last = ""; }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
HAS_FOCUS = "body:not([inert]) :is(header, main) :focus-within"
PRESSED = "header :is(button, a), main :is(button, input, select, textarea, a, summary)"
STOPS = """(pressed) => new Set([...document.querySelectorAll(pressed)]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled)
  .map((each) => (each.type === "radio" ? each.name : each))).size"""
MOST_TABS = 140


@dataclass(frozen=True)
class Focus:
    """What has the focus."""

    name: str
    group: str
    tag: str
    type: str
    id: str
    value: str
    seen: bool
    how: str
    place: int
    row: int
    left: float

    def is_called(self, label: str) -> bool:
        return label in (self.name, self.group)


@dataclass(frozen=True)
class Keys:
    """Somebody who has a keyboard and nothing else."""

    page: Page

    async def begins(self) -> None:
        """Watch the focus from now on, until the page of the browser is loaded anew."""
        await self.page.evaluate(WATCH)
        self.page.on("filechooser", lambda _: None)  # the browser hands its dialog over from now on

    async def has_lost_nothing(self) -> None:
        assert await self.page.evaluate("window.lost") == [], "the focus was on nothing after these were pressed"

    async def focus(self) -> Focus:
        """Return what has the focus, once something has: it must be seen."""
        await expect(self.page.locator(HAS_FOCUS).first).to_be_attached()
        at = await self.now()
        assert at is not None
        return at

    async def now(self) -> Focus | None:
        """Return what has the focus, which must be seen; None while nothing has, as between two pages."""
        found = await self.page.evaluate(AT, HAS_FOCUS)
        if found is None:
            return None
        at = Focus(**found)
        assert at.seen, f"nobody sees that “{at.name}” has the focus: {at.how}"
        return at

    async def press(self, *keys: str) -> Focus:
        for key in keys:
            await self.page.keyboard.press(key)
        return await self.focus()

    async def reach(self, label: str, key: str = "Tab") -> Focus:
        """Press Tab until what has this label, or is of the group that has it, has the focus."""
        passed = []
        for _ in range(MOST_TABS):
            await self.page.keyboard.press(key)
            at = await self.now()
            if at is None:
                continue  # past the last of the page, before the first of it
            if at.is_called(label):
                return at
            passed.append(at.name or at.group)
        raise AssertionError(f"the keyboard does not reach “{label}”, but {passed}")

    async def use(self, button: str, heading: str | None = None, key: str = "Enter") -> Focus:
        """Reach a button and press it; wait for the page that it opens."""
        await self.reach(button)
        await self.page.keyboard.press(key)
        if heading:
            await expect(self.page.locator("h1")).to_have_text(heading)
        return await self.focus()

    async def answer(self, label: str, value: str | tuple[str, ...]) -> None:
        """Answer one question, whatever it looks like."""
        at = await self.reach(label)
        chosen = (value,) if isinstance(value, str) else value
        if at.type == "checkbox":
            for each in chosen:
                if (await self.focus()).name != each:
                    await self.reach(each)
                await self.press("Space")
            return
        if at.type == "radio":
            words = self.page.get_by_role("group", name=label, exact=True).locator("label")
            await self.press("Space", *["ArrowDown"] * (await words.all_inner_texts()).index(chosen[0]))
        elif at.tag == "SELECT":
            words = self.page.locator(f"#{at.id} option")
            await self.press(*["ArrowDown"] * (await words.all_inner_texts()).index(chosen[0]))
        elif at.type in ("date", "datetime-local"):
            await self.write_a_date(chosen[0])
        else:
            await self.page.keyboard.press("Control+A")
            await self.page.keyboard.type(chosen[0])
        at = await self.focus()
        assert at.is_called(label), f"the focus went from “{label}” to “{at.name}”"
        if at.type == "radio" or at.tag == "SELECT":
            said = await self.page.locator(f"#{at.id}").evaluate(
                "(at) => (at.selectedOptions?.[0] ?? at.labels[0]).textContent"
            )
            assert said == chosen[0]
        else:
            assert (label, at.value) == (label, chosen[0])

    async def write_a_date(self, value: str) -> None:
        """Write a date into the browser's own field: Chromium's shell knows the American order only, and AM and PM."""
        at = datetime.fromisoformat(value)
        await self.page.keyboard.type(f"{at:%m%d%Y}")
        if "T" in value:
            await self.page.keyboard.press("ArrowRight")
            await self.page.keyboard.type(f"{at:%I%M%p}")

    async def takes(self, label: str, file: FilePayload) -> Focus:
        """Open the dialog of files by the keyboard, and choose a file in it, which is the system's own."""
        await self.reach(label)
        async with self.page.expect_file_chooser() as opened:
            await self.page.keyboard.press("Enter")
        await (await opened.value).set_files(file)
        await expect(self.page.get_by_role("button", name="Done")).to_be_visible()
        return await self.focus()

    async def goes_over_the_page(self, key: str) -> list[Focus]:
        """Press Tab or Shift+Tab from outside the page until it is outside again; return each stop once, in order."""
        stops: list[Focus] = []
        times_out = 0
        for _ in range(MOST_TABS):
            await self.page.keyboard.press(key)
            at = await self.now()
            if at is None:
                times_out += 1
                if times_out == 2:
                    return stops
            elif times_out and (not stops or stops[-1].place != at.place):  # a date is several stops in one
                stops.append(at)
        raise AssertionError(f"{key} never leaves the page: {[each.name for each in stops]}")


def out_of_order(stops: list[Focus]) -> list[tuple[str, str]]:
    """Return the stops that stand above, or in their line before, the one that comes before them."""
    pairs = itertools.pairwise(stops)
    return [
        (one.name, other.name)
        for one, other in pairs
        if other.place < one.place or (other.row, other.left) < (one.row, one.left)
    ]
