"""A site of its own for a browser: a small simulated study in a temporary workspace, the pages and a worker on a free port."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

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


def run_verb(environment: dict[str, str], *arguments: object) -> None:
    """Runs `python -m bench_core ...`; fails the test with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "bench_core", *map(str, arguments)],
        env=environment,
        cwd=PROJECT,
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


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the study of the site lies."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def environment(folder: Path) -> dict[str, str]:
    """What the processes of the site have in common."""
    found = {"OMP_NUM_THREADS": "2", **os.environ, "BENCH_HOME": str(folder / "home"), "BENCH_DEVICE": "cpu"}
    found.pop("BENCH_DATABASE_URL", None)
    return found


@pytest.fixture(scope="session")
def site(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Address of the pages on a study of 40 training and 30 held-out simulated patients."""
    for kind, patients, seed in (("train", 40, 901), ("real", 30, 902)):
        out = folder / kind
        run_verb(environment, "phantom", "--subjects", patients, "--seed", seed, "--out", out)
        run_verb(environment, "import", "--name", f"small-{kind}", "--images", out, "--table", out / "table.csv", "--kind", kind)
    port = _free_port()
    pages = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(PROJECT / "app.py"), "--server.port", str(port)], env=environment, cwd=PROJECT
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


@pytest.fixture(scope="session")
def compared(site: str, folder: Path, environment: dict[str, str]) -> str:
    """The site with three evaluated sets of the held-out patients' reports, each finding by itself too."""
    study = ("--real", "small-real", "--train", "small-train", "--encoder", "phantom-eye")
    metrics = "frechet_distance,precision,density,coverage,closer_to_train,copy_share,tstr_auroc"
    for name, more in (("phantom-oracle", ()), ("phantom-vae", ()), ("copycat", ("--train", "small-train"))):
        prompts = folder / "real" / "table.csv"
        run_verb(environment, "generate", "--generator", name, "--prompts", prompts, "--name", name, *more)
        run_verb(environment, "evaluate", "--synthetic", name, *study, "--metrics", metrics, "--subgroup", "finding")
    return site


@pytest.fixture
def browser_page() -> Iterator[Page]:
    """A page of the Chromium of this system; JavaScript errors fail the test."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("Chromium is not installed. On Debian or Ubuntu: apt-get install chromium")
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="dark")
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        browser.close()
    assert not faults, faults
