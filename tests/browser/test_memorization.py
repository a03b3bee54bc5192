"""What only a browser can tell of pairs: the map over an image arrives, a mark is there for others."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screenshots import open_settled

pytestmark = pytest.mark.browser


def test_a_mark_is_seen_by_others_and_the_map_of_a_pair_arrives(compared: str, browser_page: Page) -> None:
    open_settled(browser_page, f"{compared}/memorization?set=copycat")
    expect(browser_page.get_by_text("expected of a perfect generator").first).to_be_visible()
    with browser_page.expect_response(lambda answer: "layer=alike" in answer.url) as told:
        browser_page.get_by_label("Overlay", exact=True).first.select_option("alike")
    assert told.value.status == 200
    expect(browser_page.get_by_text("Blue over the film: the same as in the second one").first).to_be_visible()
    browser_page.get_by_role("radio", name="Same patient").click()
    words = re.compile("same patient, guest-")
    expect(browser_page.get_by_text(words).first).to_be_visible()
    stranger = browser_page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    open_settled(stranger, f"{compared}/memorization?set=copycat&show=same-patient")
    expect(stranger.get_by_text(words).first).to_be_visible()
    browser_page.get_by_role("radio", name="Same patient").click()
    expect(browser_page.get_by_text(re.compile("taken back, guest-")).first).to_be_visible()
