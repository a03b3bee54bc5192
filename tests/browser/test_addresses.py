"""What only a browser can tell of addresses, of names, and of what travels."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screenshots import open_settled

pytestmark = pytest.mark.browser


def test_every_spelling_leads_to_the_page_and_nothing_is_asked_for_that_is_not_there(site: str, browser_page: Page) -> None:
    missing: list[str] = []
    browser_page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    for path, title, ends in (
        ("overview", "Overview", "/"),
        ("Data", "Data", "/data"),
        ("data/set/one", "Data", "/data"),
        ("nonsense", "Overview", "/"),
    ):
        open_settled(browser_page, f"{site}/{path}")
        expect(browser_page.locator("h1")).to_have_text(title)
        assert browser_page.url == f"{site}{ends}"
        said = browser_page.get_by_text("There is no page")
        expect(said).to_have_count(0 if path in ("overview", "Data") else 1)
    assert missing == []


def test_a_choice_replaces_its_entry_of_the_history_and_a_page_gets_one(site: str, browser_page: Page) -> None:
    open_settled(browser_page, f"{site}/catalog")
    before = browser_page.evaluate("history.length")
    browser_page.get_by_role("radio", name="Encoders").or_(browser_page.get_by_role("button", name="Encoders")).first.click()
    browser_page.wait_for_url(re.compile("kind=encoders"))
    assert browser_page.evaluate("history.length") == before
    browser_page.get_by_role("link", name="Methods").click()
    expect(browser_page.locator("h1")).to_have_text("Methods")
    assert browser_page.evaluate("history.length") == before + 1
    browser_page.go_back()
    expect(browser_page.locator("h1")).to_have_text("Catalog")
    assert "kind=encoders" in browser_page.url


def test_a_browser_keeps_its_name_and_another_one_has_its_own(site: str, browser_page: Page) -> None:
    name = lambda page: page.get_by_role("button", name=re.compile("guest-")).inner_text()
    open_settled(browser_page, f"{site}/queue")
    first = name(browser_page)
    open_settled(browser_page, f"{site}/queue?mine=1")
    assert name(browser_page) == first
    stranger = browser_page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    open_settled(stranger, f"{site}/queue")
    assert name(stranger) != first


def test_scripts_travel_compressed(site: str, browser_page: Page) -> None:
    plain: list[str] = []

    def look(answer) -> None:  # type: ignore[no-untyped-def]
        if answer.url.endswith((".js", ".css")) and answer.headers.get("content-encoding") not in ("br", "gzip"):
            plain.append(answer.url)

    browser_page.on("response", look)
    open_settled(browser_page, f"{site}/catalog")
    assert plain == []
