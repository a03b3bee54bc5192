"""A telephone: no page is wider than its window, and none takes more of the line than it needs."""

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.screenshots import PAGES, open_settled, overflow

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

STATES = (*PAGES, "memorization?page=2&set=copycat", "data?look=small-train&page=2", "catalog?kind=metrics", "published?view=others")
MOST = {"": 1_300_000, "trade_offs": 2_500_000}
"""Bytes that a cold visit may take: the first one of a server, before it has compressed its scripts as well as can be."""


def test_no_page_scrolls_sideways_at_390_pixels(compared: str, browser_page: Page) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 844})
    wide = {}
    for state in STATES:
        page, _, query = state.partition("?")
        open_settled(browser_page, f"{compared}/{'' if page == 'overview' else page}?{query}")
        wide[state] = overflow(browser_page)
    assert max(wide.values()) <= 0, wide


@pytest.mark.parametrize("name", MOST)
def test_a_cold_visit_is_light(compared: str, browser_page: Page, name: str) -> None:
    line, taken, of = browser_page.context.new_cdp_session(browser_page), Counter[str](), {}
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
