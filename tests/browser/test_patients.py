"""Patients in a real browser: copies are counted, a click shows another image beside its training image, both in the viewer."""

import re

from playwright.sync_api import Page, expect

from tests.browser.screenshots import open_settled


def test_a_copy_stands_beside_the_patient_whom_it_shows(compared: str, browser_page: Page) -> None:
    page = browser_page
    open_settled(page, f"{compared}/patients?set=copycat&rate=0.05")
    count = page.get_by_test_id("stMetricValue").first
    expect(count).to_have_text(re.compile(r"^[1-9]\d* of \d+$"))
    said = page.get_by_text(re.compile("^Its best match among all training images is"))
    first = said.inner_text()
    page.locator(".st-key-matches button").nth(1).click()
    expect(page).to_have_url(re.compile("image="))
    expect(said).not_to_have_text(first)
    expect(page.locator(".place canvas").first).to_be_visible()
    address = page.url
    second = said.inner_text()
    open_settled(page, address)
    expect(said).to_have_text(second)
