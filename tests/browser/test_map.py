"""The map in a real browser: a card beside the pointer, a click that opens the image, a lasso that says what it holds."""

import math
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import run_verbs
from tests.browser.screenshots import open_settled

PLACE = """([curve, point]) => {
  const chart = document.querySelector(".st-key-map .js-plotly-plot"), box = chart.getBoundingClientRect()
  const {xaxis, yaxis} = chart._fullLayout
  const trace = chart._fullData[curve]
  return [box.x + xaxis._offset + xaxis.d2p(trace.x[point]), box.y + yaxis._offset + yaxis.d2p(trace.y[point])]
}"""
SYNTHETIC = 3


def test_a_point_shows_and_opens_its_image_and_a_lasso_lives_beside_the_ring(
    compared: str, folder: Path, environment: dict[str, str], browser_page: Page
) -> None:
    page, sets = browser_page, "small-train,small-real,phantom-oracle,noisy,copycat"
    run_verbs(environment, ("project", "--sets", sets, "--encoder", "phantom-eye", "--out", folder / "map.parquet"))
    open_settled(page, f"{compared}/embeddings")
    chart = page.locator(".st-key-map .js-plotly-plot")
    x, y = page.evaluate(PLACE, [SYNTHETIC, 0])
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    card = page.locator(".card")
    expect(card).to_be_visible()
    expect(card).to_contain_text(re.compile(r"(Synthetic|Real|Training) · "))
    named = card.locator("b").inner_text().split(" · ")[1]
    page.mouse.click(x, y)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(named)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("ring="))
    expect(page.get_by_text(f"Ringed: {named}")).to_be_visible()

    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2 + 250, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(1, 25):
        turn = step / 24 * 2 * math.pi
        page.mouse.move(
            box["x"] + box["width"] / 2 + 250 * math.cos(turn), box["y"] + box["height"] / 2 + 200 * math.sin(turn)
        )  # fmt: skip
    page.mouse.up()
    expect(page).to_have_url(re.compile("area="))
    expect(page.get_by_text("of the set")).to_be_visible()
    held = page.get_by_text(re.compile(r"^[\d,]+ images: ")).inner_text()
    address = page.url
    assert "ring=" in address
    open_settled(page, address)
    expect(page.get_by_text(held)).to_be_visible()
    expect(page.get_by_text(f"Ringed: {named}")).to_be_visible()
    assert page.evaluate("document.querySelector('.st-key-map .js-plotly-plot').layout.selections.length") == 1
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("of the set")).to_have_count(0)
    assert "area=" not in page.url and "ring=" not in page.url
