"""A report as people open it: from a file, without a network, by mouse."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from bench_core.handover.report.page import report_html
from tests.handover.report.reports import a_report

pytestmark = pytest.mark.browser


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (32, 32), 90).save(buffer, format="WEBP")
    return buffer.getvalue()


def test_a_report_opens_offline_zooms_and_shows_images_large(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "r.html").write_text(
        report_html(a_report("</script><b>", command="<i>again"), dict.fromkeys(("synthetic/s1", "train/t1"), picture()))
    )
    context = browser.new_context(viewport={"width": 390, "height": 800}, offline=True)
    page, faults, asked = context.new_page(), [], []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "r.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "nothing is wider than a phone"
    plot = page.locator("#plane")
    ticks = lambda: plot.locator(".tick text").all_text_contents()
    whole = ticks()
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"], steps=3)
    page.mouse.up()
    near = ticks()
    assert near != whole and len(near) >= 4
    page.locator(".zoomed:has(#plane) button[data-zoom=all]").click()
    assert sorted(ticks()) == sorted(whole), "the script makes the ticks that were drawn without it"
    page.locator(".pair .open").first.click()
    expect(page.locator("#shown img")).to_have_count(2)
    page.locator("#close").click()
    expect(page.locator("#large")).to_be_hidden()
    with page.expect_download() as download:
        page.locator("#save").click()
    assert download.value.suggested_filename == "report.json"
    assert faults == [] and [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    context.close()
