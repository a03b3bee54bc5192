"""A telephone: no page is wider than its window, and none takes more of the line than it needs."""

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.browser.screenshots import PAGES, open_settled, overflow
from tests.browser.test_accessibility import grave

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

STATES = (*PAGES, "memorization?page=2&set=copycat", "data?look=small-train&page=2", "catalog?kind=metrics", "published?view=others")
MOST = {"": 1_300_000, "trade_offs": 2_250_000}
"""Bytes that a cold visit may take: the first one of a server, before it has compressed its scripts as well as can be."""


def test_no_page_scrolls_sideways_at_390_pixels_and_light_colours_can_be_told_apart(compared: str, browser_page: Page) -> None:
    """Every page by its address, in light; its colours as it stands in a large window, those of the list of pages on the first one."""
    page = browser_page
    page.emulate_media(color_scheme="light")
    open_settled(page, compared)
    assert grave(page) == []
    wide = {}
    for state in STATES:
        name, _, query = state.partition("?")
        page.set_viewport_size({"width": 390, "height": 844})
        open_settled(page, f"{compared}/{'' if name == 'overview' else name}?{query}")
        wide[state] = overflow(page)
        if state in PAGES:
            page.set_viewport_size({"width": 1440, "height": 900})
            assert grave(page, "color-contrast", "link-in-text-block") == [], name
    assert max(wide.values()) <= 0, wide


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
