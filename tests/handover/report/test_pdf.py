"""A report printed by a browser; a script stands in for it."""

from pathlib import Path

import pytest

from bench_core.errors import BenchError, InputError, MissingPackage
from bench_core.handover.report.pdf import write_pdf

PRINTS = '#!/bin/sh\nfor a in "$@"; do case "$a" in --print-to-pdf=*) printf "%%PDF" > "${a#*=}";; esac; done\n'


@pytest.fixture
def chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "chromium"
    program.parent.mkdir()
    program.write_text(PRINTS)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return program


def test_the_browser_prints(chromium: Path, tmp_path: Path) -> None:
    write_pdf("<p>report", tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF"
    with pytest.raises(InputError, match="no such folder"):
        write_pdf("<p>", tmp_path / "gone" / "a.pdf")


def test_a_browser_that_fails_is_quoted(chromium: Path, tmp_path: Path) -> None:
    chromium.write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
    with pytest.raises(BenchError, match="no display"):
        write_pdf("<p>", tmp_path / "a.pdf")


def test_without_a_browser_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPackage, match="Chromium.*apt-get install chromium"):
        write_pdf("<p>", tmp_path / "a.pdf")
