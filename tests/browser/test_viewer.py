"""The viewer in a real browser: mouse, keys and fingers, and its pixels against a rendering in numpy that shares no line with it."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Playwright, expect

from pages.components.viewer.serving import address_of_scripts
from tests.browser.conftest import CHROMIUM, PATIENCE, run_verbs
from tests.browser.screenshots import open_settled
from tests.browser.test_accessibility import FOCUSED, grave
from tests.browser.viewing import VIEWER, Screen, agree, shown_by_area, windowed
from tests.intake.miniatures import dicom

pytestmark = pytest.mark.browser

UNITS = Path(__file__).parents[1] / "pages" / "components" / "viewer" / "units.mjs"
RNG = np.random.default_rng(4)
EIGHT = RNG.integers(0, 256, (180, 240), np.uint8)
TWELVE = (np.add.outer(np.arange(700), np.arange(900)) * 2 + RNG.integers(0, 800, (700, 900))).clip(0, 4095).astype(np.uint16)
LINES = np.full((3000, 3000), 9_000, np.uint16)
LINES[:, ::9] = 60_000
SPACED = {"ImagerPixelSpacing": [0.2, 0.2], "BitsStored": 12, "HighBit": 11}


@pytest.fixture(scope="module")
def films(site: str, folder: Path, environment: dict[str, str]) -> str:
    """The id of a set: a film of 8 bits, a DICOM one of 12, a large one of 16, one with a useless window, and one that will be gone."""
    home = folder / "viewed"
    home.mkdir()
    Image.fromarray(EIGHT).save(home / "a-eight.png")
    dicom(
        home / "b-deep.dcm", TWELVE, PhotometricInterpretation="MONOCHROME1", WindowCenter=2000, WindowWidth=2400, PatientID="q7", **SPACED
    )
    Image.fromarray(LINES).save(home / "c-large.png")
    dicom(home / "d-useless.dcm", TWELVE, WindowCenter=100, WindowWidth=0, PatientID="q8", **SPACED)
    Image.fromarray(EIGHT[::-1].copy()).save(home / "e-gone.png")
    run_verbs(environment, ("import", "--name", "viewed", "--images", home, "--kind", "synthetic"))
    return next(p.parent for p in (folder / "home" / "sets").glob("*/images/*.film")).parent.name


def measured(page: Page, screen: Screen) -> None:
    """A ruler over 300 pixels of 0.2 mm."""
    page.keyboard.press("l")
    box = screen.stage().bounding_box()
    assert box is not None
    for x in (200, 500):
        page.mouse.click(box["x"] + x, box["y"] + 200)
    expect(screen.dialog.locator("svg text")).to_have_text("60.0 mm at the detector")
    page.keyboard.press("d")


def seen_and_saved(page: Page, screen: Screen) -> None:
    """The value under the pointer, a film that is flipped says so, and the view as a PNG has the pixels of the screen and the measure."""
    box = screen.stage().bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2 + 30.5, box["y"] + box["height"] / 2 - 20.5)
    probe = re.fullmatch(r"\((\d+), (\d+)\) ([\d.]+)", screen.panes.first.locator(".probe").inner_text())
    assert probe and float(probe[3]) == TWELVE[int(probe[2]), int(probe[1])]
    assert abs(int(probe[1]) - 480) <= 1 and abs(int(probe[2]) - 329) <= 1
    page.keyboard.press("h")
    expect(screen.panes.first.locator(".grey b")).to_have_text("flipped")
    with page.expect_download() as saving:
        page.keyboard.press("y")
    assert saving.value.suggested_filename == "view-viewed-b-deep.png"
    saved = np.asarray(Image.open(saving.value.path()).convert("RGB"), float)
    panes = screen.dialog.locator(".panes").bounding_box()
    assert panes is not None
    assert saved.shape[:2] == (round(panes["height"]), round(panes["width"]))
    top, left = round(box["y"] - panes["y"]), round(box["x"] - panes["x"])
    part = saved[top : top + int(box["height"]), left : left + int(box["width"])]
    below = slice(int(box["height"]) // 2, None)  # no measure there
    agree(part[below].mean(-1), screen.pixels()[below][: len(part[below]), : part.shape[1]], 2)
    assert (np.ptp(part, -1) > 100).sum() > 200, "the ruler is yellow"
    page.keyboard.press("h")


def test_the_mouse_and_the_pixels_of_films_of_8_12_and_16_bits(site: str, films: str, browser_page: Page) -> None:
    page, screen = browser_page, Screen(browser_page)
    open_settled(page, f"{site}/data?look=viewed")
    tile = page.locator(".st-key-set-images button").first
    tile.click()

    screen.ready("a-eight")  # 8 bits, enlarged: pixels stay squares
    found = screen.pixels()
    agree(found, windowed(shown_by_area(EIGHT, *found.shape, screen.scale()), 127.5, 255, exact=True), 1)

    page.keyboard.press("n")
    screen.ready("b-deep")  # 12 bits, white is lowest, shrunk
    found = screen.pixels()
    assert screen.grey()[:2] == (2400, 2000)
    agree(found, windowed(shown_by_area(TWELVE, *found.shape, screen.scale()), 2000, 2400, inverted=True), 2)
    page.keyboard.press("z")
    found = screen.pixels()
    assert screen.scale() == pytest.approx(1)
    agree(found, windowed(shown_by_area(TWELVE, *found.shape, 1), 2000, 2400, inverted=True), 1)

    screen.drag(80, 60)
    width, centre, _ = screen.grey()
    assert (width, centre) == (pytest.approx(2400 * 2**0.5, abs=1), pytest.approx(2000 + 0.15 * 2400, abs=1))
    found = screen.pixels()
    agree(found, windowed(shown_by_area(TWELVE, *found.shape, 1), centre, width, inverted=True), 1)
    expect(page).to_have_url(re.compile(rf"window={centre:.0f},{width:.0f}"))
    page.keyboard.press("i")
    found = screen.pixels()
    agree(found, windowed(shown_by_area(TWELVE, *found.shape, 1), centre, width), 1)

    screen.drag(40, 0, button="middle")
    assert page.evaluate(f"{VIEWER}.view.x") == pytest.approx(0.5 - 40 / 900, abs=1e-3)
    screen.drag(0, -120, button="right")
    assert screen.scale() == pytest.approx(2, rel=0.01)
    page.mouse.wheel(0, 100)
    screen.settle()
    assert screen.scale() == pytest.approx(2 / 2**0.25, rel=0.01)
    screen.stage().dblclick()
    page.wait_for_function(f"{VIEWER}.view.zoom === 1")
    screen.settle()
    assert screen.grey()[:2] == (2400, 2000)
    assert page.evaluate(f"[{VIEWER}.view.zoom, {VIEWER}.view.invert]") == [1, False]

    page.keyboard.press("z")
    measured(page, screen)
    seen_and_saved(page, screen)

    page.keyboard.press("n")
    screen.ready("c-large")  # 3,000 x 3,000: lines of one pixel are dimmer, and none is gone
    page.keyboard.press("0")
    found = screen.pixels()
    agree(found, windowed(shown_by_area(LINES, *found.shape, screen.scale()), 65535 / 2, 65535, exact=True), 2)

    page.keyboard.press("Escape")
    expect(screen.dialog).to_have_count(0)
    page.wait_for_function(f"({FOCUSED})()[2] === {tile.get_attribute('data-id')!r}")
    assert "open=" not in page.url and "window=" not in page.url


def test_the_keyboard_alone_and_a_link(site: str, films: str, browser_page: Page) -> None:
    page, screen = browser_page, Screen(browser_page)
    open_settled(page, f"{site}/catalog?open={films}.b-deep&panes=self,n2,difference&window=1500,3000")
    screen.ready("b-deep")
    expect(screen.panes).to_have_count(3)
    assert screen.grey()[:2] == (3000, 1500)
    expect(screen.panes.nth(2).locator("canvas").first).to_have_attribute("aria-label", re.compile("^Difference of: Synthetic chest X-ray"))
    runs = page.evaluate("document.querySelector('[data-testid=stApp]').dataset.testScriptState")
    for key in "rc":  # Streamlit's: rerun, and a dialog that clears the cache
        page.keyboard.press(key)
    assert page.evaluate("document.querySelector('[data-testid=stApp]').dataset.testScriptState") == runs
    expect(page.get_by_text("Clear caches")).to_have_count(0)
    page.keyboard.press("?")
    expect(screen.dialog.locator(".card")).to_contain_text("Cardiothoracic ratio")
    page.keyboard.press("?")
    expect(screen.dialog.locator(".card")).to_be_hidden()
    for key, name in zip("23456", ("lung", "bone", "soft", "full", "region"), strict=True):
        page.keyboard.press(key)
        assert page.evaluate(f"{VIEWER}.view.preset") == name
    page.keyboard.press("5")
    screen.settle()
    assert screen.grey()[:2] == (float(np.ptp(TWELVE)), pytest.approx((int(TWELVE.min()) + int(TWELVE.max())) / 2, abs=1))
    for key, field, value in (("t", "turn", 1), ("h", "flip", True), ("i", "invert", True)):
        page.keyboard.press(key)
        assert page.evaluate(f"{VIEWER}.view.{field}") == value
    page.keyboard.press("u")
    page.keyboard.press("k")
    for move in ([], ["Shift+ArrowRight"] * 6, ["Shift+ArrowRight"] * 4):
        for key in [*move, "Enter"]:
            page.keyboard.press(key)
    expect(screen.dialog.locator(".status")).to_have_text(
        re.compile(r"CTR \d\.\d\d · [\d.]+ / [\d.]+ mm at the detector · other side mirrored")
    )
    page.keyboard.press("q")
    for move in ([], ["Shift+ArrowRight", "Shift+ArrowDown"] * 6):
        for key in [*move, "Enter"]:
            page.keyboard.press(key)
    expect(screen.dialog.locator(".status")).to_have_text(re.compile(r"mean \d+ · SD [\d.]+ · [\d.]+ mm² at the detector"))
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Digit4")
    expect(screen.panes).to_have_count(4)
    expect(page).to_have_url(re.compile("panes=self,n2,difference,"))
    assert grave(page) == []
    page.keyboard.press("Escape")
    expect(screen.dialog).to_have_count(0)


def test_what_cannot_be_shown_is_said_in_the_pane(site: str, films: str, folder: Path, browser_page: Page) -> None:
    page, screen = browser_page, Screen(browser_page)
    gone = folder / "home" / "sets" / films / "images" / "000004.png"
    gone.rename(gone.with_suffix(".away"))
    open_settled(page, f"{site}/catalog?open={films}.d-useless&window=100,0&painter=2d")
    screen.ready("d-useless")
    expect(screen.panes.first.locator(".message")).to_contain_text("a window of width 0, in which nothing can be seen")
    expect(screen.dialog.locator(".panel")).to_contain_text("Drawn without WebGL2")
    page.keyboard.press("p")
    screen.ready("c-large")
    page.keyboard.press("n")
    screen.ready("d-useless")
    expect(screen.panes.first.locator(".message")).to_contain_text("The file says a window of width 0")
    page.keyboard.press("n")
    expect(screen.panes.first.locator(".message")).to_contain_text("is gone")
    gone.with_suffix(".away").rename(gone)


def test_fingers_on_a_small_screen(site: str, films: str, browser_page: Page) -> None:
    assert browser_page.context.browser is not None
    context = browser_page.context.browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    screen = Screen(page)
    open_settled(page, f"{site}/catalog?open={films}.b-deep")
    screen.ready("b-deep")
    box = screen.stage().bounding_box()
    assert box is not None
    assert box["width"] > 340
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    send = context.new_cdp_session(page).send

    def touch(kind: str, *points: tuple[float, float]) -> None:
        found = [{"x": px, "y": py, "id": i} for i, (px, py) in enumerate(points)]
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})

    touch("touchStart", (x, y))
    touch("touchMove", (x + 40, y))
    touch("touchMove", (x + 80, y))
    touch("touchEnd")
    screen.settle()
    assert screen.grey()[0] == pytest.approx(2400 * 2**0.5, abs=1)
    touch("touchStart", (x - 40, y))
    touch("touchStart", (x - 40, y), (x + 40, y))
    touch("touchMove", (x - 80, y), (x + 80, y))
    touch("touchEnd")
    screen.settle()
    assert page.evaluate(f"{VIEWER}.view.zoom") == pytest.approx(2, rel=0.02)
    context.close()


@pytest.fixture
def page_with_webgl(playwright: Playwright) -> Iterator[Page]:
    more = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*CHROMIUM, *more])
    page = browser.new_page(viewport={"width": 900, "height": 600})
    page.set_default_timeout(PATIENCE)
    yield page
    browser.close()


def test_both_painters_draw_the_same(site: str, films: str, page_with_webgl: Page) -> None:
    page, screen = page_with_webgl, Screen(page_with_webgl)
    drawn = {}
    for painter in ("webgl2", "2d"):
        open_settled(page, f"{site}/catalog?open={films}.b-deep&panes=self,difference,blend&painter={painter}")
        screen.ready("b-deep")
        assert page.evaluate(f"{VIEWER}.painter.name").lower() == painter
        page.evaluate(f"Object.assign({VIEWER}.view, {{ turn: 1, flip: true, zoom: 1.3, invert: true, shift: 0.1 }})")
        drawn[painter] = [screen.pixels(pane) for pane in range(3)]
    for one, other in zip(*drawn.values(), strict=True):
        assert other.std() > 5
        agree(one, other, 2)


def test_the_units_hold_in_a_browser(site: str, browser_page: Page) -> None:
    """The same checks that Node runs, on the scripts as the server sends them."""
    browser_page.goto(f"{site}/film")  # any answer of the site will do
    source, base = json.dumps(UNITS.read_text(encoding="utf-8")), json.dumps(f"{site}{address_of_scripts()}/")
    failed = browser_page.evaluate(
        f"""async () => {{
          const {{ checks }} = await import(URL.createObjectURL(new Blob([{source}], {{ type: "text/javascript" }})))
          const failed = []
          for (const [name, check] of Object.entries(await checks((file) => import({base} + file))))
            try {{ await check() }} catch (error) {{ failed.push(name + ": " + error.message) }}
          return failed
        }}"""
    )
    assert failed == []
