"""What axe finds on every page, alternative texts, and the keyboard's way through a dialog.

axe looks at our own part: the list of pages is Streamlit's, which puts headings between the entries of a list.
"""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.screenshots import TITLES, open_settled, overflow, settle

NOT_OURS = {"exclude": [["[data-testid=stSidebarNav]"]]}
WITHOUT_WORDS = """() => {
  const found = []
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.tagName === "IMG" && !(element.getAttribute("alt") || "").trim()) found.push(element.outerHTML.slice(0, 200))
      if (element.shadowRoot) walk(element.shadowRoot)
    }
  }
  walk(document)
  return found
}"""
FOCUSED = """() => {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  return [element?.tagName, element?.className || "", element?.dataset?.id || ""]
}"""


STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }"


def grave(page: Page, *rules: str) -> list[str]:
    """What axe calls serious or critical, by all of its rules or by these, one line for each element.

    Colours are judged as they are in the end: what is fading in would be measured half way.
    """
    page.add_style_tag(content=STILL)
    settle(page)
    asked = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found: list[dict[str, Any]] = Axe().run(page, context=NOT_OURS, options=asked).response["violations"]
    bad = [v for v in found if v["impact"] in ("serious", "critical")]
    return [f"{v['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}" for v in bad for node in v["nodes"]]


WHITE = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor === 'rgb(255, 255, 255)'"
COLOURS = ("color-contrast", "link-in-text-block")
WIDE, NARROW, PHONE = ({"width": 1440, "height": 900}, {"width": 1024, "height": 768}, {"width": 390, "height": 844})


def test_every_page_by_the_menu_in_dark_and_light_and_at_three_widths(compared: str, browser_page: Page) -> None:
    """axe finds nothing serious, every image has words, no page is wider than its window.

    All rules in dark; those of colours in light too, on the page as it is drawn anew on a telephone and then shown in a large window. Each
    page is come to from the one before, which takes half of what loading it takes; `test_small_devices.py` loads some by their address.
    """
    page = browser_page
    open_settled(page, compared)
    for name, title in TITLES.items():
        page.emulate_media(color_scheme="dark")
        page.wait_for_function(f"!({WHITE})")
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
        page.mouse.move(1439, 899)  # else the menu says what the page is
        expect(page.locator("h1")).to_have_text(title)
        expect(page.get_by_role("tooltip")).to_have_count(0)
        assert grave(page) == [], name
        assert page.evaluate(WITHOUT_WORDS) == [], name
        page.set_viewport_size(NARROW)
        page.wait_for_timeout(300)
        assert overflow(page) <= 0, name
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="light")
        page.wait_for_function(WHITE)
        page.evaluate("window.idleSince = 0")
        page.keyboard.press("r")  # what the server draws has the colours of the theme that it last heard of
        settle(page)
        assert overflow(page) <= 0, name
        page.set_viewport_size(WIDE)
        assert grave(page, *COLOURS) == [], name
        expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_keyboard_enlarges_a_pair_turns_and_comes_back(compared: str, browser_page: Page) -> None:
    page = browser_page
    open_settled(page, f"{compared}/memorization?set=copycat")
    panes, count, window = page.locator(".pane"), page.locator(".shell .count"), page.get_by_role("combobox", name="Window")
    expect(panes).to_have_count(3)
    panes.first.focus()
    page.keyboard.press("e")
    expect(page.locator(".shell.large")).to_be_visible()
    expect(count).to_have_text(re.compile(r"^1 / \d+$"))
    assert grave(page) == []
    page.keyboard.press("n")
    expect(count).to_have_text(re.compile(r"^2 / \d+$"))
    page.get_by_role("button", name="Image before").click()
    expect(count).to_have_text(re.compile(r"^1 / \d+$"))
    window.focus()
    page.keyboard.press("ArrowDown")  # belongs to the list: the image stays
    expect(count).to_have_text(re.compile(r"^1 / \d+$"))
    panes.first.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".shell.large")).to_have_count(0)
    page.wait_for_function(f"({FOCUSED})()[1].includes('pane')")
    expect(page).not_to_have_url(re.compile("big=|panes="))
    page.evaluate("history.replaceState(history.state, '', location.href + '&big=1')")  # as a run does that began before it was closed
    panes.first.focus()
    page.keyboard.press("n")
    expect(page).not_to_have_url(re.compile("big="))


def test_a_tile_has_the_focus_again_after_its_image_was_closed(compared: str, browser_page: Page) -> None:
    page = browser_page
    open_settled(page, f"{compared}/data?look=copycat")
    tile = page.locator(".st-key-set-images button").nth(2)
    tile.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_function(f"({FOCUSED})()[2] === {tile.get_attribute('data-id')!r}")


def test_tools_of_a_figure_have_names_and_can_be_reached(compared: str, browser_page: Page) -> None:
    open_settled(browser_page, f"{compared}/trade_offs")
    tools = browser_page.locator(".modebar-btn")
    expect(tools.first).to_be_attached()
    for tool in tools.all():
        assert tool.get_attribute("aria-label")
        assert tool.evaluate("tool => tool.tabIndex") == 0
