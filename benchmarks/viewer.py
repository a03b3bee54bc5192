"""How fast the viewer draws a film of 3,000 x 3,000 pixels of 16 bits while one drags, in Chromium without a graphics card.

    python benchmarks/viewer.py [--side 3000] [--seconds 3] [--painters 2d webgl2]

Starts the pages on a workspace of its own with two such films, opens one, and changes window, place and zoom once a frame, as a drag does.
Prints frames a second, and how long the program of the viewer works for one: the median, and the tenth that was disturbed least, for other
programs on the machine count into the rest. `webgl2` is drawn by a program that imitates a card, which the viewer itself avoids.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.browser.conftest import CHROMIUM  # noqa: E402 - found beside this folder
from tests.browser.screenshots import open_settled  # noqa: E402

IMITATED = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
VIEWER = """(() => { const walk = (root) => { for (const e of root.querySelectorAll("*")) {
  if (e.viewer) return e.viewer
  const found = e.shadowRoot && walk(e.shadowRoot); if (found) return found } }; return walk(document) })()"""
DRAG = """async ([seconds, what]) => {
  const v = VIEWER, took = [], begun = performance.now(), first = v.painted
  for (let n = 0; performance.now() - begun < 1000 * seconds; n++) {
    const painted = v.painted
    v.change((view) => {
      if (what === "window") { view.shift = 0.2 * Math.sin(n / 10); view.stretch = 1 + 0.3 * Math.cos(n / 7) }
      if (what === "move") { view.zoom = 1.6; view.x = 0.5 + 0.1 * Math.sin(n / 9) }
      if (what === "zoom") view.zoom = 1 + 0.8 * Math.abs(Math.sin(n / 20))
    })
    while (v.painted === painted) await new Promise(requestAnimationFrame)
    took.push(v.took)
  }
  const seconds_taken = (performance.now() - begun) / 1000
  v.reset()
  took.sort((a, b) => a - b)
  return [(v.painted - first) / seconds_taken, took[took.length >> 1], took[Math.floor(took.length / 10)]]
}"""
NEXT = """async () => {
  const v = VIEWER, film = v.panes[0].film, begun = performance.now()
  v.turn(1)
  while (v.panes[0].film === film || !v.panes[0].film) await new Promise(requestAnimationFrame)
  const painted = v.painted
  while (v.painted === painted) await new Promise(requestAnimationFrame)
  return performance.now() - begun
}"""


def make_films(folder: Path, side: int) -> None:
    """Two films with structures of all sizes."""
    rng = np.random.default_rng(3)
    for name in ("first", "second"):
        coarse = Image.fromarray(rng.random((24, 24), np.float32)).resize((side, side), Image.Resampling.BICUBIC)
        film = np.asarray(coarse) * 40_000 + rng.normal(8_000, 900, (side, side))
        Image.fromarray(np.clip(film, 0, 65_535).astype(np.uint16)).save(folder / f"{name}.png")


def start(home: Path) -> tuple["subprocess.Popen[bytes]", str]:
    """The pages on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = [sys.executable, "-m", "streamlit", "run", str(PROJECT / "app.py"), "--server.port", str(port)]
    process = subprocess.Popen(words, cwd=PROJECT, env={**os.environ, "BENCH_HOME": str(home)}, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
            return process, address
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SystemExit("The pages did not start.")


def measure(page: Page, address: str, painter: str, seconds: float) -> None:
    """One painter: its lines of the table."""
    open_settled(page, f"{address}&painter={painter}", 300_000)
    page.wait_for_function(f"({VIEWER})?.panes[0].film && ({VIEWER}).painted > 0", timeout=300_000)
    page.wait_for_timeout(3_000)  # the next film arrives
    name = page.evaluate(f"{VIEWER}.painter.name")
    for what in ("window", "move", "zoom"):
        rate, median, best = page.evaluate(DRAG.replace("VIEWER", VIEWER), [seconds, what])
        print(f"{name:8} {what:8} {rate:6.1f} frames/s   {median:6.1f} ms a frame, least disturbed tenth {best:5.1f} ms", flush=True)
    print(f"{name:8} next     {page.evaluate(NEXT.replace('VIEWER', VIEWER)):6.0f} ms from the key to the next film", flush=True)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=3_000)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--painters", nargs="+", choices=("2d", "webgl2"), default=["2d"])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        films, home = Path(folder) / "films", Path(folder) / "home"
        films.mkdir()
        make_films(films, asked.side)
        os.environ["BENCH_HOME"] = str(home)
        from bench_core import api

        set_id = api.import_images("films", films, None, "synthetic").set_id
        process, address = start(home)
        load = os.getloadavg()[0]
        print(f"{asked.side} x {asked.side}, 16 bits, pane of 1440 x 900 less the panel; load of the machine {load:.1f}")
        try:
            with sync_playwright() as playwright:
                for painter in asked.painters:
                    more = IMITATED if painter == "webgl2" else ()
                    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*CHROMIUM, *more])
                    page = browser.new_page(viewport={"width": 1440, "height": 900})
                    page.set_default_timeout(300_000)
                    measure(page, f"{address}/data?open={set_id}.first", painter, asked.seconds)
                    browser.close()
        finally:
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    main()
