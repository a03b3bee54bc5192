"""Scripts travel compressed."""

import gzip
import os
import time
from pathlib import Path

import pyarrow
import pytest

from bench_core import api
from bench_core.config import Config
from pages.components.site import scripts
from pages.components.site.scripts import FOLDER, Scripts, coding_for, listed


def test_the_code_of_charts_is_a_third_as_large():
    path = next(p for p in listed(FOLDER) if "PlotlyChart" in p and p.endswith(".js"))
    plain, served = (FOLDER / path).read_bytes(), Scripts()
    packed = served.get(path, "br")
    assert packed is not None and len(packed) < len(plain) / 3
    assert pyarrow.Codec("brotli").decompress(packed, decompressed_size=len(plain), asbytes=True) == plain
    assert served.get(path, "br") is packed
    zipped = served.get(path, "gzip")
    assert zipped is not None and gzip.decompress(zipped) == plain
    assert Scripts.headers(path, "br")["content-type"].startswith("text/javascript")


def test_only_what_is_listed_is_opened(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.js").write_text("1")
    (tmp_path / "secret.js").write_text("2")
    served = Scripts(tmp_path)
    assert served.get("static/a.js", "gzip") is not None
    assert served.get("secret.js", "gzip") is served.get("static/../secret.js", "gzip") is served.get("static/b.js", "gzip") is None


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0, br;q=0", "gzip"), ("identity", None), ("", None)]
)
def test_the_best_coding_that_the_browser_takes(accepted: str, coding: str | None):
    assert coding_for(accepted) == coding


def test_what_was_packed_well_is_there_at_the_next_start_and_what_is_broken_is_made_again(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("bench_core.api.workspace._current", None)
    config = Config(home=tmp_path / "home", database_url=f"sqlite:///{tmp_path / 'bench.sqlite'}")
    workspace = api.open_workspace(config)
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "index.js").write_bytes(plain := Path(pyarrow.__file__).read_bytes())
    monkeypatch.setattr(scripts, "BEST", 9)
    first = Scripts(tmp_path, quiet=0.0, keep=True)  # asks for nothing: a name of FIRST is packed by itself
    deadline = time.monotonic() + 60
    while not (kept := list(workspace.packed.folder.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert first is not None and len(kept) == 1 and workspace.packed.bytes() == kept[0].stat().st_size
    best = scripts.compressed(plain, "br", 9)
    assert best != scripts.compressed(plain, "br")
    assert Scripts(tmp_path, quiet=3600.0, keep=True).get("static/index.js", "br") == best
    for wrong in (best[:-7], scripts.compressed(b"something else", "br", 9), b""):
        kept[0].write_bytes(wrong)
        assert Scripts(tmp_path, quiet=3600.0, keep=True).get("static/index.js", "br") == scripts.compressed(plain, "br")
    os.utime(kept[0], (0, 0))
    assert api.sweep() == ["1 packed scripts that no server asks for any more"]
    workspace.packed.folder.rmdir()
    workspace.packed.folder.write_text("no folder")
    served = Scripts(tmp_path, quiet=0.0, keep=True)
    while "is not kept" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "is not kept" in caplog.text and served.get("static/index.js", "br") == best


def test_what_was_asked_for_is_compressed_better_once_it_is_quiet(tmp_path):
    (tmp_path / "static").mkdir()
    plain = (FOLDER / next(p for p in sorted(listed(FOLDER)) if "/DataFrame." in p)).read_bytes()
    (tmp_path / "static" / "a.js").write_bytes(plain)
    served = Scripts(tmp_path, quiet=0.0)
    first = served.get("static/a.js", "br")
    deadline = time.monotonic() + 60
    while (better := served.get("static/a.js", "br")) is first and time.monotonic() < deadline:
        time.sleep(0.05)
    assert better is not None and first is not None and len(better) < 0.95 * len(first)
    assert pyarrow.Codec("brotli").decompress(better, decompressed_size=len(plain), asbytes=True) == plain
