"""A site of its own for a browser: a small simulated study in a temporary workspace, the pages and a worker on a free port."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from pages.components.frame.warm import warm

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTS_WITHIN = 300.0
PATIENCE = 60_000
"""Milliseconds to wait for something on a page; a busy machine is slow, not wrong."""


PAGES = """
import sys
from streamlit.web import cli
from pages.components.site import scripts
scripts.QUIET = 3600.0  # else it packs what was asked for as well as can be, for 20 s of the processor, whenever a test does something else
sys.argv = ["streamlit", "run", *sys.argv[1:]]
cli.main()
"""
VERBS = """
import json, sys
from bench_core.cli import main
for words in json.load(sys.stdin):
    if main(words):
        sys.exit(f"{words} failed")
"""


def run_verbs(environment: dict[str, str], *verbs: Sequence[object]) -> None:
    """Runs several `python -m bench_core ...` in one process, which loads the program once; fails the test with what it said."""
    done = subprocess.run(
        [sys.executable, "-c", VERBS],
        env=environment,
        cwd=PROJECT,
        input=json.dumps([[str(word) for word in words] for words in verbs]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail("the pages did not start")


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the study of the site lies."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="package")
def environment(folder: Path) -> dict[str, str]:
    """What the processes of the site have in common."""
    found = {"OMP_NUM_THREADS": "2", **os.environ, "BENCH_HOME": str(folder / "home"), "BENCH_DEVICE": "cpu"}
    found.pop("BENCH_DATABASE_URL", None)
    return found


@pytest.fixture(scope="package")
def site(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Address of the pages on a study of 40 training and 30 held-out simulated patients."""
    verbs: list[Sequence[object]] = []
    for kind, patients, seed in (("train", 40, 901), ("real", 30, 902)):
        out = folder / kind
        verbs.append(("phantom", "--subjects", patients, "--seed", seed, "--out", out))
        verbs.append(("import", "--name", f"small-{kind}", "--images", out, "--table", out / "table.csv", "--kind", kind))
    run_verbs(environment, *verbs)
    port = _free_port()
    pages = subprocess.Popen(
        [sys.executable, "-c", PAGES, str(PROJECT / "app.py"), "--server.port", str(port)], env=environment, cwd=PROJECT
    )
    worker = subprocess.Popen([sys.executable, "-m", "bench_core", "worker"], env=environment, cwd=PROJECT)
    try:
        url = f"http://127.0.0.1:{port}"
        _await(url, pages)
        warm(url)
        yield url
    finally:
        for process in (pages, worker):
            process.terminate()
        for process in (pages, worker):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def noisy(path: Path) -> Image.Image:
    """A film mirrored, with noise: what a generator from elsewhere may have made, in a tenth of the time that one of ours takes."""
    film, rng = np.asarray(Image.open(path).convert("L"), float)[:, ::-1], np.random.default_rng(zlib.crc32(path.name.encode()))
    return Image.fromarray(np.clip(film + rng.normal(0, 12, film.shape), 0, 255).astype(np.uint8))


@pytest.fixture(scope="package")
def compared(site: str, folder: Path, environment: dict[str, str]) -> str:
    """The site with three evaluated sets of the held-out patients' reports, each finding by itself too; one of them is imported."""
    study = ("--real", "small-real", "--train", "small-train", "--encoder", "phantom-eye")
    metrics = "frechet_distance,precision,density,coverage,closer_to_train,copy_share,tstr_auroc"
    prompts = folder / "real" / "table.csv"
    for path in (folder / "real").rglob("*.png"):
        to = folder / "noisy" / path.relative_to(folder / "real")
        to.parent.mkdir(parents=True, exist_ok=True)
        noisy(path).save(to)
    verbs: list[Sequence[object]] = [
        ("generate", "--generator", "phantom-oracle", "--prompts", prompts, "--name", "phantom-oracle"),
        ("generate", "--generator", "copycat", "--prompts", prompts, "--name", "copycat", "--train", "small-train"),
        ("import", "--name", "noisy", "--images", folder / "noisy", "--table", prompts, "--kind", "synthetic"),
    ]
    for name in ("phantom-oracle", "copycat", "noisy"):
        verbs.append(("evaluate", "--synthetic", name, *study, "--metrics", metrics, "--subgroup", "finding"))
    run_verbs(environment, *verbs)
    return site


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Its driver, started once; it ends with these tests, since no other loop can run in this process beside it."""
    with sync_playwright() as driver:
        expect.set_options(timeout=PATIENCE)
        yield driver


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The Chromium of this system."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("Chromium is not installed. On Debian or Ubuntu: apt-get install chromium")
    chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
    yield chromium
    chromium.close()


@pytest.fixture(scope="package")
def profile(browser: Browser) -> BrowserContext:
    """What the pages of all tests share: the scripts that were loaded before."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def browser_page(browser: Browser, profile: BrowserContext) -> Iterator[Page]:
    """A page of somebody who was never here, though the scripts are; JavaScript errors fail the test."""
    faults: list[str] = []
    page = profile.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    with contextlib.suppress(PlaywrightError):  # it was closed, or is on its way to another page
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
    for others in (page, *profile.pages, *(context for context in browser.contexts if context != profile)):
        others.close()
    profile.clear_cookies()
    assert not faults, faults
