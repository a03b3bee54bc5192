"""What only a browser can tell of a filter: the slider moves, counts and address follow, and the set is made."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screenshots import open_settled

pytestmark = pytest.mark.browser


def test_a_threshold_is_moved_and_counts_and_address_follow(compared: str, browser_page: Page) -> None:
    open_settled(browser_page, f"{compared}/what_if?set=noisy&at=0")
    expect(browser_page.get_by_text("No image would go.")).to_be_visible()
    slider = browser_page.get_by_role("slider")
    slider.press("End")
    expect(browser_page.get_by_text(re.compile(r"^[1-9]\d* images of \d+ would go$"))).to_be_visible()
    browser_page.wait_for_url(lambda url: "at=0" not in url.split("&") and re.search(r"at=\d", url) is not None)
