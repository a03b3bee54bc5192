"""Pictures of every page in both themes: `python -m tests.browser.screenshots http://127.0.0.1:8501 docs/screenshots`.

Names of pages behind the folder: only those.
They are taken at 1440 x 900, in 256 colours so that they stay small; a window of 1024 x 768 is only looked at for overflow.
"""

import io
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from pages.components.frame.menu import MENU
from tests.browser.conftest import CHROMIUM

TITLES = {name: title for pages in MENU.values() for name, title, *_ in pages}
PAGES = tuple(TITLES)
IDLE = (
    "(document.querySelector('[data-testid=stApp]')?.dataset.testScriptState ?? 'notRunning') === 'notRunning'"  # or no page of Streamlit's
)
SETTLED = f"""(() => {{
  const drawing = document.querySelector("[data-testid=stStatusWidget], [data-testid=stSkeleton], [data-stale=true]")
  const busy = !document.querySelector("h1") || drawing || !({IDLE})
  window.idleSince = busy ? 0 : window.idleSince || performance.now()
  return !busy && performance.now() - window.idleSince > 250
}})()"""
"""Nothing was being drawn for a quarter of a second: a run may begin a moment after the one before it ended."""


def open_settled(page: Page, address: str, patience: float = 60_000) -> None:
    """Opens a page and waits until nothing is being drawn any more."""
    page.goto(address)
    settle(page, patience)


def settle(page: Page, patience: float = 60_000) -> None:
    """Waits until nothing is being drawn any more."""
    page.wait_for_function(SETTLED, timeout=patience, polling=50)  # asked at every frame, it costs a sixth of what a page does
    page.wait_for_load_state("networkidle", timeout=patience)  # parts of the pages' code come only when they are drawn
    page.wait_for_function(SETTLED, timeout=patience, polling=50)


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    main = "document.querySelector('[data-testid=stMain]')"
    return int(page.evaluate(f"{main}.scrollWidth - {main}.clientWidth"))


def main(address: str, folder: Path, pages: Sequence[str] = PAGES) -> None:
    """Writes `<page>.png` (dark) and `<page>_light.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        for theme, ending in (("dark", ""), ("light", "_light")):
            page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
            for which in pages:
                page.set_viewport_size({"width": 1440, "height": 900})
                open_settled(page, f"{address.rstrip('/')}/{'' if which == 'overview' else which}")
                picture = Image.open(io.BytesIO(page.screenshot(timeout=120_000))).convert("RGB")
                picture.quantize(256, dither=Image.Dither.NONE).save(folder / f"{which}{ending}.png", optimize=True)
                page.set_viewport_size({"width": 1024, "height": 768})
                page.wait_for_timeout(500)
                print(f"{which} {theme}: {overflow(page)} pixels too wide at 1024", flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or PAGES)
