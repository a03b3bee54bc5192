"""A telephone: no page is wider than its window, and none takes more of the line than it needs."""

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.browser.screenshots import open_settled, overflow
from tests.browser.test_accessibility import PHONE, grave

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

STATES = ("", "memorization?page=2&set=copycat", "data?look=small-train&page=2", "catalog?kind=metrics", "published?view=others")
MOST = {"": 900_000, "trade_offs": 2_160_000}
"""Bytes that a cold visit may take: the first one of a server, before it has compressed its scripts as well as can be."""


def test_no_page_scrolls_sideways_at_390_pixels_when_it_is_loaded_by_its_address(compared: str, browser_page: Page) -> None:
    """In light, with what axe says of the first page with its list of pages; `test_accessibility.py` looks at all pages, by the menu."""
    page = browser_page
    page.emulate_media(color_scheme="light")
    open_settled(page, compared)
    assert grave(page) == []
    page.set_viewport_size(PHONE)
    for state in STATES:
        open_settled(page, f"{compared}/{state}")
        assert overflow(page) <= 0, state


@pytest.mark.parametrize("name", MOST)
def test_a_cold_visit_is_light(compared: str, browser: Browser, name: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})  # that has loaded nothing yet
    context.set_default_timeout(PATIENCE)
    browser_page = context.new_page()
    line, taken, of = context.new_cdp_session(browser_page), Counter[str](), {}
    line.send("Network.enable")

    def answered(event: dict[str, Any]) -> None:
        of[event["requestId"]] = event["response"]["url"]

    def loaded(event: dict[str, Any]) -> None:
        taken[of.get(event["requestId"], "")] += int(event["encodedDataLength"])

    line.on("Network.responseReceived", answered)
    line.on("Network.loadingFinished", loaded)
    open_settled(browser_page, f"{compared}/{name}")
    assert sum(taken.values()) < MOST[name], taken.most_common(8)
    icons = [size for url, size in taken.items() if "MaterialSymbols" in url]
    assert icons and max(icons) < 40_000
    context.close()
