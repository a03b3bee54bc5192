"""A report printed by a browser that is on this machine."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench_core.errors import BenchError, InputError, MissingPackage

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
LONGEST = 300
"""Seconds that a browser may take."""


def browser() -> str | None:
    """The first of `BROWSERS` that is on the path."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def write_pdf(html: str, out: Path) -> None:
    """Prints a report to a PDF.

    Raises:
        MissingPackage: no browser is here.
        InputError: the file cannot be written.
        BenchError: the browser printed nothing.
    """
    program = browser()
    if program is None:
        raise MissingPackage(
            "A PDF is printed by Chromium, and there is none on this machine.",
            "Install it (Debian: apt-get install chromium), or open the HTML in any browser and print it there.",
        )
    if not out.parent.is_dir():
        raise InputError(f"{str(out)!r} cannot be written: there is no such folder.")
    with tempfile.TemporaryDirectory() as folder:
        page, printed = Path(folder, "report.html"), Path(folder, "report.pdf")
        page.write_text(html, encoding="utf-8")
        said = _run([program, *_options(folder), f"--print-to-pdf={printed}", page.as_uri()])
        if not printed.is_file() or not printed.stat().st_size:
            raise BenchError(f"{Path(program).name} printed no PDF: {said or 'it said nothing'}.", "Open the HTML and print it there.")
        try:
            shutil.copyfile(printed, out)
        except OSError as error:
            raise InputError(f"{str(out)!r} cannot be written: {error.strerror}.") from None


def _options(folder: str) -> list[str]:
    found = ["--headless", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile"]
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*found, "--no-sandbox"] if root else found  # Chromium has no sandbox for root


def _run(command: list[str]) -> str:
    """What it said last on standard error, where it failed."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return f"it took longer than {LONGEST} seconds"
    except OSError as error:
        return str(error.strerror)
    return (ended.stderr.strip().splitlines() or [""])[-1] if ended.returncode else ""
