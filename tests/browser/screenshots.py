"""Pictures of every page in both themes and two sizes: `python -m tests.browser.screenshots http://127.0.0.1:8501 docs/screenshots`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM

PAGES = (
    "overview", "generate", "queue", "trade_offs", "findings", "agreement", "memorization", "embeddings", "published", "data", "catalog",
    "methods",
)  # fmt: skip
SIZES = {"1440": (1440, 900), "1024": (1024, 768)}
SETTLED = "document.querySelector('h1') && !document.querySelector('[data-testid=stStatusWidget], [data-testid=stSkeleton]')"


def open_settled(page: Page, address: str, patience: float = 60_000) -> None:
    """Opens a page and waits until nothing is being drawn any more."""
    page.goto(address)
    page.wait_for_selector("h1", timeout=patience)
    page.wait_for_function(SETTLED, timeout=patience)
    page.wait_for_timeout(1_500)


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    main = "document.querySelector('[data-testid=stMain]')"
    return int(page.evaluate(f"{main}.scrollWidth - {main}.clientWidth"))


def main(address: str, folder: Path) -> None:
    """Writes `<page>_<theme>_<width>.png` files."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        for theme in ("dark", "light"):
            for name, (width, height) in SIZES.items():
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)  # type: ignore[arg-type]
                for which in PAGES:
                    open_settled(page, f"{address.rstrip('/')}/{'' if which == 'overview' else which}")
                    page.screenshot(path=folder / f"{which}_{theme}_{name}.png", timeout=120_000)
                    print(f"{which} {theme} {name}: {overflow(page)} pixels too wide")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
