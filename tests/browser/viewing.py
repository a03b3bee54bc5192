"""Looking at a viewer from outside: what is on its screen, and a rendering in numpy that shares no line with it."""

import io
import re
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

VIEWER = """(() => { const walk = (root) => { for (const e of root.querySelectorAll("*")) {
  if (e.viewer?.modal) return e.viewer
  const found = e.shadowRoot && walk(e.shadowRoot); if (found) return found } }; return walk(document) })()"""


def shown_by_area(film: np.ndarray, height: int, width: int, scale: float) -> np.ndarray:
    """The film around its middle: exact means of what each pixel of the screen covers, NaN beside it; the nearest where it is enlarged."""

    def axis(length: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        middle = length / 2 + (np.arange(count) + 0.5 - count / 2) / scale
        half = max(1 / scale, 1e-9) / 2
        return middle, np.clip(middle - half, 0, length), np.clip(middle + half, 0, length)

    (y, top, bottom), (x, left, right) = axis(film.shape[0], height), axis(film.shape[1], width)
    inside = np.outer((y >= 0) & (y < film.shape[0]), (x >= 0) & (x < film.shape[1]))
    if scale >= 1:
        at = np.ix_(np.clip(np.floor(y), 0, film.shape[0] - 1).astype(int), np.clip(np.floor(x), 0, film.shape[1] - 1).astype(int))
        return np.where(inside, film.astype(np.float64)[at], np.nan)
    sums = np.pad(film.astype(np.float64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))

    def integral(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        i, j = np.minimum(rows.astype(int), film.shape[0] - 1), np.minimum(columns.astype(int), film.shape[1] - 1)
        u, v = (rows - i)[:, None], (columns - j)[None]
        a, b, c, d = sums[np.ix_(i, j)], sums[np.ix_(i + 1, j)], sums[np.ix_(i, j + 1)], sums[np.ix_(i + 1, j + 1)]
        return (1 - u) * (1 - v) * a + u * (1 - v) * b + (1 - u) * v * c + u * v * d

    whole = integral(bottom, right) - integral(top, right) - integral(bottom, left) + integral(top, left)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(inside, whole / np.outer(bottom - top, right - left), np.nan)


def windowed(values: np.ndarray, centre: float, width: float, *, inverted: bool = False, exact: bool = False) -> np.ndarray:
    """Greys by DICOM's formulas; black beside the film."""
    share = (values - centre) / width + 0.5 if exact else (values - (centre - 0.5)) / (width - 1) + 0.5
    share = np.clip(share, 0, 1)
    return np.nan_to_num(255 * (1 - share if inverted else share))


class Screen:
    """What is on the screen of a viewer that lies over the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panes = page.locator(".shell.large .pane")

    @property
    def dialog(self) -> Locator:
        return self.page.locator(".shell.large")

    def stage(self, pane: int = 0) -> Locator:
        return self.panes.nth(pane).locator(".stage")

    def ready(self, words: str) -> None:
        """Waits until the first pane's panel has these words and all is drawn."""
        expect(self.page.locator(".shell.large .panel")).to_contain_text(words)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_function(f"!{VIEWER}.moving")  # while something moves, drafts are drawn
        self.page.evaluate(f"new Promise((done) => {{ {VIEWER}.draw(); requestAnimationFrame(() => requestAnimationFrame(done)) }})")

    def grey(self, pane: int = 0) -> tuple[float, float, float]:
        """Width, centre, zoom in percent, as they stand in the pane."""
        text = self.panes.nth(pane).locator(".grey").inner_text()
        found = re.search(r"W (-?[\d.]+)\s+L (-?[\d.]+).*?(\d+) %", text)
        assert found, text
        return float(found[1]), float(found[2]), float(found[3])

    def pixels(self, pane: int = 0) -> np.ndarray:
        """The stage as it is on the screen."""
        self.settle()
        return np.asarray(Image.open(io.BytesIO(self.stage(pane).screenshot())).convert("L"), float)

    def scale(self) -> float:
        """Screen pixels of a pixel of the film, which the pane says in whole percent only."""
        js = "v.view.zoom * Math.min(p.size.width / p.film.width, p.size.height / p.film.height)"
        return float(self.page.evaluate(f"(() => {{ const v = {VIEWER}, p = v.panes[0]; return {js} }})()"))

    def drag(self, dx: float, dy: float, **how: Any) -> None:
        box = self.stage().bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down(**how)
        self.page.mouse.move(x + dx / 2, y + dy / 2)
        self.page.mouse.move(x + dx, y + dy)
        self.page.mouse.up(**how)
        self.settle()


def agree(found: np.ndarray, wanted: np.ndarray, within: float) -> None:
    """All but one pixel in a thousand are within so many greys."""
    assert found.shape == wanted.shape
    wrong = np.abs(found - wanted)
    assert wrong.mean() < 0.75, f"{wrong.mean():.2f} greys off in the mean"
    assert np.quantile(wrong, 0.999) <= within, f"{np.quantile(wrong, 0.999):.1f} greys off"
