"""One's own images in a real browser: import, evaluate at once without a training set, and find them on every page."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import noisy
from tests.browser.screenshots import IDLE, open_settled, overflow

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

SLOW = 420_000
"""Milliseconds that an evaluation may take on a busy machine with two cores."""
FAULTS = "[data-testid=stException], [data-testid=stAlertContentError]"


def films_of(folder: Path, count: int = 52) -> bytes:
    """A ZIP of mirrored films with noise."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, path in enumerate(sorted(folder.rglob("*.png"))[:count]):
            buffer = io.BytesIO()
            noisy(path).save(buffer, "PNG", compress_level=1)
            archive.writestr(f"{number:03d}.png", buffer.getvalue())
    return packed.getvalue()


@pytest.fixture(scope="module")
def films(folder: Path, compared: str) -> bytes:
    """Made beside sets that were evaluated against a training set: they have numbers that one's own images lack."""
    return films_of(folder / "real" / "images")


def test_own_images_are_imported_evaluated_and_found_on_every_page(site: str, films: bytes, browser_page: Page) -> None:
    page = browser_page
    open_settled(page, f"{site}/data")
    page.get_by_role("tab", name="Import").click()
    name = page.get_by_role("textbox", name="Name of the set")
    name.fill("brought")
    name.press("Enter")
    page.get_by_role("radio", name="synthetic").or_(page.get_by_role("button", name="synthetic", exact=True)).first.click()
    page.locator("input[type=file]").first.set_input_files({"name": "films.zip", "mimeType": "application/zip", "buffer": films})
    page.get_by_role("button", name=re.compile("Import$")).last.click()

    expect(page.get_by_text("is here: 52 synthetic images.")).to_be_visible()
    page.get_by_role("combobox", name=re.compile("Training set, if known")).click()
    page.get_by_role("option", name="none").click()
    page.wait_for_timeout(1_500)  # the form is drawn anew; a click before that is lost
    page.wait_for_function(IDLE)
    page.get_by_role("button", name=re.compile("Evaluate brought · about")).click()
    expect(page.get_by_text("Evaluated.", exact=False).first).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name=re.compile("Trade-offs$")).click()

    expect(page.get_by_role("heading", name="Trade-offs")).to_be_visible()
    expect(page.locator(".js-plotly-plot .scatterlayer .points path")).not_to_have_count(0)
    expect(page.locator(FAULTS)).to_have_count(0)
    against = "reference=Own+choice&real=small-real&train=none&set=brought"
    for which in ("", "generate", "trade_offs", "findings", "agreement", "memorization", "embeddings", "data"):  # that show a set
        page.set_viewport_size({"width": 1440, "height": 900})
        open_settled(page, f"{site}/{which}?{against}")
        expect(page.locator(FAULTS)).to_have_count(0)
        for width in (1024, 390) if which in ("", "trade_offs", "data") else ():
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(400)
            expect(page.locator(FAULTS)).to_have_count(0)
            assert overflow(page) <= 0, (which, width)


def test_a_row_of_the_overview_opens_its_set_and_an_image_opens_large(site: str, browser_page: Page) -> None:
    page = browser_page
    open_settled(page, f"{site}/?reference=Own+choice&real=small-real&train=none")
    row = page.locator("tr[data-set=brought]")
    row.locator("button[data-image]").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("brought")
    page.keyboard.press("Escape")
    row.locator("b").first.click()
    expect(page.get_by_role("heading", name="Trade-offs")).to_be_visible()
    expect(page.get_by_role("heading", name="Overview")).to_have_count(0)
