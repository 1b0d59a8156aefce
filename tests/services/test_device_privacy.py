"""In a real browser: what one crew writes on a shared tablet, nobody else can read on it, nor in its bytes."""

import asyncio
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page, Route, expect

from schemas.vocabulary import Role
from services.shared.database import Database
from tests.services.browsing import browser_only
from tests.services.control_site import Site
from tests.services.device_tablet import (
    PASSPHRASE,
    SECRETS,
    SHORT,
    a_server,
    a_tablet,
    add,
    answer,
    begin,
    bytes_of_folder,
    count_of,
    fill,
    found_in,
    is_unlocked,
    send,
    set_up,
    signed_in_to_server,
    to_section,
    unlock,
    visits_of,
)
from tests.services.test_device_pages import is_good

expect.set_options(timeout=15_000)
pytestmark = browser_only

WHERE, PREMISES, PHONE, HELP, CODE = SECRETS


async def write_what_nobody_may_read(page: Page) -> None:
    """Write an address, a telephone, an entry code, and something about a person who needs help."""
    await begin(page)
    await fill(page, {"B": (("Address in one line", PREMISES),), "C": (("Entry code", CODE),)})
    await to_section(page, "B")
    await add(page, "Add: person to ring", (("Name", "Ash"), ("Telephone", PHONE)))
    await to_section(page, "J")
    await add(page, "Add: person", (("Which room do they sleep in?", HELP),))
    await to_section(page, "L")
    await add(
        page,
        "Add: referral",
        (("What is it about?", "Adult with care needs at risk of abuse or neglect"), ("What did you see?", WHERE)),
    )
    await page.get_by_role("button", name="Your visits").click()
    await is_unlocked(page)


async def test_nothing_that_was_written_can_be_read_in_the_bytes_of_the_browser(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    async with a_tablet(site, folder) as tablet:
        await signed_in_to_server(tablet, site)
        await set_up(tablet.pages[0])
        await write_what_nobody_may_read(tablet.pages[0])
        own = tablet.pages[0].get_by_role("heading", name=PREMISES)
        await expect(own, "it is there for its writer").to_be_visible()
    kept = list(bytes_of_folder(folder))
    readable = {str(path.relative_to(folder)): found_in(content, (*SECRETS, PASSPHRASE)) for path, content in kept}
    assert {name: words for name, words in readable.items() if words} == {}
    assert any(found_in(content, ["ravi-device"]) for _, content in kept), "the bytes of its database were looked at"
    assert any(b"Why did you go?" in content for _, content in kept), "and those of its cache"


async def test_another_crew_on_the_tablet_sees_nothing_and_the_writer_finds_it_again(site: Site) -> None:
    async with a_tablet(site) as tablet:
        page = tablet.pages[0]
        await signed_in_to_server(tablet, site)
        await set_up(page)
        await write_what_nobody_may_read(page)
        await expect(page).to_have_title("Visits – RAVI")
        await page.get_by_role("button", name="Lock").click()
        await expect(page.get_by_role("heading", name="Unlock your visits")).to_be_visible()
        await tablet.clear_cookies()
        await signed_in_to_server(tablet, site, Role.OFFICER_IN_CHARGE)
        await set_up(page, "another crew's words")
        await expect(count_of(page, "Drafts")).to_have_text("0")
        assert found_in((await page.content()).encode(), SECRETS) == []
        await page.go_back()
        assert found_in((await page.content()).encode(), SECRETS) == []
        await tablet.set_offline(True)
        await unlock(page, "firefighter", "another crew's words")
        await expect(page.get_by_text("The name or the passphrase is wrong.")).to_be_visible()
        await unlock(page)
        await expect(count_of(page, "Drafts")).to_have_text("1")
        await expect(page.get_by_role("heading", name=PREMISES)).to_be_visible()


async def test_a_name_that_somebody_is_typing_is_left_to_them(tablet: BrowserContext) -> None:
    page = tablet.pages[0]
    await set_up(page)
    answered = asyncio.Event()

    async def hold(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await page.route("**/device/session", hold)
    await page.goto("/device")
    name = page.get_by_label("Your name at sign-in")
    await name.focus()
    answered.set()
    await expect(page.get_by_role("button", name="I have forgotten my passphrase")).to_be_visible()
    await page.keyboard.type("firefighter")
    await expect(name).to_have_value("firefighter")


async def test_where_the_questions_cannot_be_fetched_the_crew_is_told_and_may_try_again(site: Site) -> None:
    async with a_tablet(site, service_workers="block") as tablet:
        await signed_in_to_server(tablet, site)
        page = tablet.pages[0]
        await set_up(page, with_worker=False)
        await page.route("**/device/form.json", lambda route: route.abort())
        await unlock(page)
        problem = page.get_by_text("The questions of the form are not on this tablet yet")
        await expect(problem).to_be_visible()
        await page.unroute("**/device/form.json")
        await page.get_by_label("Your passphrase for this tablet").fill(PASSPHRASE)
        await page.get_by_role("button", name="Unlock", exact=True).click()
        await is_unlocked(page)


async def test_no_list_address_or_title_tells_that_there_is_a_concern(site: Site) -> None:
    async with a_tablet(site) as tablet:
        page = tablet.pages[0]
        await signed_in_to_server(tablet, site)
        await set_up(page)
        await begin(page)
        await fill(page, {"B": (("Address in one line", PREMISES),)})
        await page.get_by_role("button", name="Your visits").click()
        without = await page.locator(".app-card__words").inner_text()
        await page.get_by_role("button", name=f"Go on: {PREMISES}").click()
        seen = set()
        for letter, button, questions in (
            ("J", "Add: person", (("Which room do they sleep in?", HELP),)),
            ("L", "Add: referral", (("What is it about?", "Adult with care needs at risk of abuse or neglect"),)),
        ):
            await to_section(page, letter)
            seen.add((page.url, await page.title(), str(await page.evaluate("Object.keys(history.state)"))))
            await add(page, button, questions)
        await page.get_by_role("button", name="Your visits").click()
        assert seen == {(f"{site.address}/device", "Visits – RAVI", "['page']")}
        told = await page.locator(".app-card__words").inner_text()
        assert told.split("Not finished")[0] == without.split("Not finished")[0]


async def test_all_that_is_unsent_goes_into_a_file_that_nobody_can_read_and_opens_on_another_tablet(
    site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "unsent.json"
    async with a_tablet(site, tmp_path / "one", accept_downloads=True) as tablet:
        page = tablet.pages[0]
        await signed_in_to_server(tablet, site)
        await set_up(page)
        await write_what_nobody_may_read(page)
        await page.get_by_role("button", name="Menu").click()
        async with page.expect_download() as downloading:
            await page.get_by_role("button", name="Save everything unsent to a file").click()
        await (await downloading.value).save_as(file)
        await expect(page.get_by_text("1 visit saved to a file.")).to_be_visible()
    assert found_in(file.read_bytes(), (*SECRETS, PASSPHRASE, "firefighter", "SG3")) == []
    async with a_tablet(site, tmp_path / "other") as tablet:
        page = tablet.pages[0]
        await signed_in_to_server(tablet, site, Role.OFFICER_IN_CHARGE)
        await set_up(page, "another crew's words")
        await page.get_by_role("button", name="Lock").click()
        await page.get_by_text("Visits from another tablet").click()
        await page.locator("#bring-in").set_input_files(file)
        await expect(page.get_by_text("1 visit brought in.")).to_be_visible()
        await unlock(page)
        await page.get_by_role("button", name=f"Go on: {PREMISES}").click()
        await to_section(page, "C")
        await expect(page.get_by_label("Entry code")).to_have_value(CODE)
        await answer(page, "Entry code", "changed here")
        await page.get_by_role("button", name="Your visits").click()
        await page.get_by_role("button", name="Menu").click()
        await page.locator("#bring-in").set_input_files(file)
        await expect(page.get_by_text("Everything in this file was on this tablet already.")).to_be_visible()
        strange = {"name": "x.json", "mimeType": "application/json", "buffer": b'{"what": "else"}'}
        await page.locator("#bring-in").set_input_files(strange)  # type: ignore[arg-type]
        await expect(page.get_by_text("This is no file of unsent visits.")).to_be_visible()


async def test_how_far_a_referral_is_stands_on_the_page_of_its_visit_alone_and_is_asked_for_every_visit_alike(
    database: Database, tmp_path: Path
) -> None:
    asked: list[str] = []
    async with (
        a_server(database, tmp_path, ("visits", "referrals")) as site,
        a_tablet(site, tmp_path / "profile") as tablet,
    ):
        await signed_in_to_server(tablet, site)
        tablet.on("request", lambda request: asked.append(urlsplit(request.url).path))
        page = tablet.pages[0]
        await set_up(page)
        answers = {letter: SHORT[letter] for letter in SHORT if letter != "N"}
        for concerns in ((), ("Adult with care needs at risk of abuse or neglect", "Minor deficiency, advice wanted")):
            await begin(page)
            await fill(page, answers)
            await to_section(page, "L")
            for concern in concerns:
                await add(
                    page, re.compile("^Add.*referral"), (("What is it about?", concern), ("What did you see?", WHERE))
                )
            if concerns:
                await page.get_by_role("button", name="Change").first.click()
                await answer(page, "What did the person answer?", "They agreed")
                await page.get_by_role("button", name="Done").click()
            await fill(page, {"N": SHORT["N"]})
            await send(page)
            await expect(page.get_by_text("✓ Received in full.")).to_be_visible()
            await site.system.settle()
            await page.get_by_role("button", name="Back to your visits").click()
            await page.get_by_role("navigation", name="Lists of visits").get_by_role("button", name="Sent").click()
            await expect(page.locator("main")).not_to_contain_text("referral")
            await page.get_by_role("button", name="See: Wexcombe Towers").first.click()
            states = page.locator("details", has_text="What became of your referrals")
            await expect(states).to_contain_text("You raised no referral" if not concerns else "not acknowledged yet")
            await expect(states.locator("li")).to_have_count(len(concerns))
            await expect(states.get_by_text("Which is which, on the server")).to_be_hidden()
            await states.locator("summary").click()
            await is_good(page, "what became of a referral")
            for word in (*concerns, WHERE):
                assert word not in await page.content()
            await page.get_by_role("button", name="Your visits", exact=True).click()
            await is_unlocked(page)
        sent = {each["submission_id"] for each in await visits_of(site)}
    of_referrals = [path.rpartition("/")[2] for path in asked if "referrals" in path]
    assert len(sent) == 2
    assert {each: of_referrals.count(each) for each in sent} == dict.fromkeys(sent, 2), "once as it went, once again"
    for path, content in bytes_of_folder(tmp_path / "profile"):
        assert found_in(content, ("acknowledged yet",)) == [], path
