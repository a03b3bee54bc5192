"""The whole main job in a real browser: open, generate, watch, evaluate, see the point, click it, open its nearest neighbours."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screenshots import open_settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

GENERATOR = "phantom-ldm"
SLOW = 420_000
"""Milliseconds that a run may take on a busy machine with two cores."""


def test_generate_evaluate_and_explore(site: str, browser_page: Page) -> None:
    page = browser_page
    page.goto(site)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.get_by_role("link", name="Generate").click()

    expect(page.get_by_role("heading", name="Generate")).to_be_visible()
    expect(page.get_by_test_id("stMultiSelect")).to_contain_text(GENERATOR)
    prompt = page.get_by_role("textbox", name="Prompt", exact=True)
    prompt.fill("Large left pleural effusion.")
    prompt.press("Control+Enter")
    page.get_by_role("button", name=re.compile(r"^(auto_awesome )?Generate ?(·|$)")).click()

    expect(page.get_by_text(re.compile(r"waiting for the worker|image \d of 4|running|queued")).first).to_be_visible()
    images = page.locator("button[data-id] img")
    expect(images).to_have_count(4, timeout=SLOW)
    for _ in range(120):  # the grid is drawn anew when the run ends: asked in one go, until it stands
        drawn = images.evaluate_all("all => all.filter(i => i.complete && i.naturalWidth > 0).map(i => i.src)")
        if len(set(drawn)) == 4:
            break
        page.wait_for_timeout(500)
    assert len(drawn) == len(set(drawn)) == 4

    page.get_by_role("button", name=re.compile("Evaluate this set · about")).click(timeout=SLOW)
    page.get_by_role("button", name="Trade-off plot").click(timeout=SLOW)

    expect(page.get_by_role("heading", name="Trade-offs")).to_be_visible()
    point = page.locator(".js-plotly-plot .scatterlayer .points path").first
    expect(point).to_be_visible()
    box = point.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("button", name=re.compile("Open its closest copies"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Open its closest copies")).click()

    expect(page.get_by_role("heading", name="Memorization")).to_be_visible()
    expect(page.get_by_text("of 4", exact=False).first).to_be_visible()
    neighbour = page.locator(".st-key-neighbours .strip button[data-id]")
    expect(neighbour).to_have_count(5)
    training = page.locator(".pane").nth(1)
    expect(training.locator("canvas").first).to_have_attribute("aria-label", re.compile("^Training chest X-ray"))
    before = training.locator("canvas").first.get_attribute("aria-label")
    neighbour.nth(2).click()
    expect(training.locator(".choice")).to_have_value("b2")
    expect(training.locator("canvas").first).not_to_have_attribute("aria-label", str(before))
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def test_a_cold_link_opens_its_page_in_its_frame(site: str, browser_page: Page) -> None:
    browser_page.goto(f"{site}/catalog?kind=metrics")
    expect(browser_page.get_by_role("heading", name="Catalog")).to_be_visible()
    expect(browser_page.get_by_text("frechet_distance").first).to_be_visible()
    expect(browser_page.get_by_test_id("stSidebarNav")).to_contain_text("Set up")


def test_a_finding_is_asked_for_and_a_metric_leads_to_its_methods(site: str, browser_page: Page) -> None:
    """After the main job there is one evaluated set: Findings offers to judge each finding, and its number has an entry on Methods."""
    browser_page.goto(f"{site}/findings")
    browser_page.get_by_role("button", name=re.compile(r"Evaluate .* by finding|^(download )?CSV$")).first.wait_for()
    browser_page.goto(f"{site}/trade_offs")
    browser_page.locator("a.entry").first.wait_for()
    target = browser_page.locator("a.entry").first.get_attribute("href")
    browser_page.goto(f"{site}/{target}")
    expect(browser_page.get_by_role("heading", name="Methods")).to_be_visible()
    expect(browser_page.locator(".katex").first).to_be_visible()


def test_generators_are_compared(compared: str, browser_page: Page) -> None:
    """By finding, by how metrics agree, by the chance of being on the Pareto front, and beside what papers printed."""
    page = browser_page
    figures = page.locator(".js-plotly-plot")

    open_settled(page, f"{compared}/findings?metric=precision")
    expect(figures.locator(".heatmaplayer").first).to_be_visible()
    expect(page.get_by_test_id("stMain")).to_contain_text("phantom-oracle")

    open_settled(page, f"{compared}/agreement")
    expect(figures.locator(".heatmaplayer").first).to_be_visible()
    expect(page.get_by_test_id("stMain")).to_contain_text(re.compile(r"n = \d|\d sets"))

    open_settled(page, f"{compared}/trade_offs?x=precision&y=closer_to_train")
    expect(page.get_by_text("The fainter a point, the less likely")).to_be_visible()
    expect(figures.locator(".scatterlayer .points path")).not_to_have_count(0)

    open_settled(page, f"{compared}/published")
    expect(figures.first).to_be_visible()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_pages_ask_no_other_server(site: str, browser_page: Page) -> None:
    asked: set[str] = set()
    browser_page.on("request", lambda request: asked.add(request.url))
    for name in ("trade_offs", "catalog"):
        open_settled(browser_page, f"{site}/{name}")
    assert {url for url in asked if not url.startswith((site, site.replace("http", "ws"), "data:", "blob:"))} == set()


def test_two_browsers_see_one_queue(site: str, browser_page: Page) -> None:
    """What one asks for, the other sees without reloading, with the name of who asked; one that is held waits until it is let go on."""
    ann = browser_page
    assert ann.context.browser is not None
    elsewhere = ann.context.browser.new_context()
    bob = elsewhere.new_page()
    try:
        open_settled(ann, f"{site}/queue")
        ann.get_by_role("button", name=re.compile("guest-")).click()
        ann.get_by_role("textbox", name="Your name").fill("Ann")
        ann.get_by_role("textbox", name="Your name").press("Enter")
        expect(ann.get_by_role("button", name=re.compile("Ann$"))).to_be_visible()
        ann.keyboard.press("Escape")
        looks_on = elsewhere.new_page()
        open_settled(looks_on, f"{site}/queue")
        open_settled(bob, f"{site}/queue")
        bob.get_by_role("button", name="Hold the queue").click()
        for page in (bob, looks_on):
            expect(page.get_by_text(re.compile("holds the queue"))).to_be_visible()
        ann.get_by_role("link", name="Generate").click()
        ann.get_by_role("button", name=re.compile(r"^(auto_awesome )?Generate ?(·|$)")).click()
        expect(ann.get_by_text(re.compile("the queue is held by guest-")).first).to_be_visible()

        expect(bob.get_by_text(re.compile(r"Generate · Ann ·")).first).to_be_visible()
        bob.get_by_role("button", name="Let the queue go on").click()
        expect(ann.locator("button[data-id] img")).to_have_count(4, timeout=SLOW)
        for page in (bob, looks_on):
            expect(page.get_by_text(re.compile("holds the queue"))).to_have_count(0)
        expect(bob.get_by_test_id("stException")).to_have_count(0)
    finally:
        elsewhere.close()
