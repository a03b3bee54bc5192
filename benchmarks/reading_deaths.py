"""A reader study that is read to its end while server and browser are killed at random moments: `python benchmarks/reading_deaths.py`.

Every case is answered by a key that its place decides. In the end each place must have one answer, and the right one; after each death
the browser must stand at the case at which it stood, or behind it where the answer had left. Needs Chromium.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image
from playwright.sync_api import Error, Page, sync_playwright

from bench_core import api
from bench_core.config import Config

PROJECT = Path(__file__).resolve().parents[1]
READY = "document.body.room?.ready && !document.body.room.busy && !document.body.room.pausing"
DONE = "document.body.room?.state?.done ?? 0"


def study(home: Path, cases: int) -> str:
    """The token of a reader of a study of small random films."""
    api.open_workspace(Config(home=home, database_url=f"sqlite:///{home / 'bench.sqlite'}", device="cpu"))
    random = np.random.default_rng(0)
    for name, kind in (("kept", "real"), ("drawn", "synthetic")):
        (home.parent / name).mkdir()
        for i in range(cases):
            Image.fromarray(random.integers(0, 256, (64, 64)).astype(np.uint8)).save(home.parent / name / f"{name}{i}.png")
        api.import_images(name, home.parent / name, None, kind)
    asked = {"questions": ["real_or_synthetic"], "synthetic": ["drawn"], "real": "kept", "training": 0, "break_every": 0}
    api.create_reading(api.reading_design(name="deaths", cases=cases, **asked))
    return api.invite_reader("deaths", "Ann")


def serve(home: Path, port: int) -> "subprocess.Popen[bytes]":
    """The pages, as soon as they answer."""
    command = [sys.executable, "-m", "streamlit", "run", str(PROJECT / "app.py"), "--server.port", str(port)]
    environment = {**os.environ, "BENCH_HOME": str(home), "BENCH_DEVICE": "cpu"}
    started = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(3000):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2)
            return started
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the pages did not start")


def kill_browser(profile: str) -> None:
    """SIGKILL for the browser of that profile, and for nothing else."""
    for process in psutil.process_iter(["cmdline"]):
        if f"--user-data-dir={profile}" in (process.info["cmdline"] or []):
            process.kill()


class Reading:
    """A browser that reads, and what happened to it."""

    def __init__(self, playwright: Any, profile: str, address: str) -> None:
        self._playwright, self._profile, self._address = playwright, profile, address
        self.page: Page = self.open()

    def open(self) -> Page:
        """The browser with its profile, at the link."""
        context = self._playwright.chromium.launch_persistent_context(
            self._profile, executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        self.page = context.new_page()
        self.page.goto(self._address)
        return self.page

    def settled(self) -> None:
        """Waits for a case that can be answered, or the end; says what is on the screen where neither comes."""
        try:
            self.page.wait_for_function(f"{READY} || document.body.room?.state?.finished", timeout=120_000)
        except Error:
            print("stuck:", self.page.evaluate("document.body.innerText.slice(0, 400)"), flush=True)
            raise

    def press_next(self) -> int:
        """Answers the case that is on, once it is there; how many stood before."""
        self.settled()
        done = int(self.page.evaluate(DONE))
        self.page.keyboard.press(str(1 + (done + 1) % 5))
        return done


def read(home: Path, token: str, port: int, deaths: int, seed: int) -> list[str]:
    """Reads all of it; what was seen at each death."""
    random, told = np.random.default_rng(seed), []
    server, profile = serve(home, port), tempfile.mkdtemp(prefix="reading-browser-")
    total = api.readers_of("deaths")["cases"].iloc[0]
    moments = sorted(random.choice(np.arange(1, total - 1), deaths, replace=False).tolist())
    with sync_playwright() as playwright:
        reading = Reading(playwright, profile, f"http://127.0.0.1:{port}/read/{token}")
        while not reading.page.evaluate("!!document.body.room?.state?.finished"):
            done = reading.press_next()
            if moments and done >= moments[0]:
                moments.pop(0)
                which, wait = ("server", "browser")[int(random.integers(2))], float(random.uniform(0, 0.15))
                time.sleep(wait)
                if which == "server":
                    server.send_signal(signal.SIGKILL)
                    server.wait()
                    server = serve(home, port)
                else:
                    kill_browser(profile)
                    time.sleep(0.5)
                    reading.open()
                reading.settled()
                after = int(reading.page.evaluate(DONE))
                told.append(f"{which} killed {1000 * wait:.0f} ms after the key of case {done + 1}: went on at case {after + 1}")
                print(told[-1], flush=True)
                assert after in (done, done + 1), told[-1]
            else:
                reading.page.wait_for_function(f"({DONE}) > {done}", timeout=120_000)
        try:
            reading.page.context.close()
        except Error:
            kill_browser(profile)
    server.terminate()
    shutil.rmtree(profile, ignore_errors=True)
    return told


def main() -> None:
    """Prints what was seen, and whether an answer was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--deaths", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--port", type=int, default=8699)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        token = study(home, options.cases)
        read(home, token, options.port, options.deaths, options.seed)
        rows = api.reading_answers("deaths", history=True)
        wrong = [p for p, r in zip(rows["position"], rows["rating"], strict=True) if r != 1 + p % 5]
        print(f"{len(rows)} answers to {options.cases} cases; doubled: {int(rows['position'].duplicated().sum())}; "
              f"lost: {options.cases - rows['position'].nunique()}; other than the key: {len(wrong)}")  # fmt: skip


if __name__ == "__main__":
    main()
