"""Scripts travel compressed."""

import gzip
import time

import pyarrow
import pytest

from pages.components.site.scripts import FOLDER, Scripts, coding_for, listed


def test_the_code_of_charts_is_a_third_as_large():
    path = next(p for p in listed(FOLDER) if "PlotlyChart" in p and p.endswith(".js"))
    plain, scripts = (FOLDER / path).read_bytes(), Scripts()
    packed = scripts.get(path, "br")
    assert packed is not None and len(packed) < len(plain) / 3
    assert pyarrow.Codec("brotli").decompress(packed, decompressed_size=len(plain), asbytes=True) == plain
    assert scripts.get(path, "br") is packed
    zipped = scripts.get(path, "gzip")
    assert zipped is not None and gzip.decompress(zipped) == plain
    assert Scripts.headers(path, "br")["content-type"].startswith("text/javascript")


def test_only_what_is_listed_is_opened(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.js").write_text("1")
    (tmp_path / "secret.js").write_text("2")
    scripts = Scripts(tmp_path)
    assert scripts.get("static/a.js", "gzip") is not None
    assert scripts.get("secret.js", "gzip") is scripts.get("static/../secret.js", "gzip") is scripts.get("static/b.js", "gzip") is None


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0, br;q=0", "gzip"), ("identity", None), ("", None)]
)
def test_the_best_coding_that_the_browser_takes(accepted: str, coding: str | None):
    assert coding_for(accepted) == coding


def test_what_was_asked_for_is_compressed_better_once_it_is_quiet(tmp_path):
    (tmp_path / "static").mkdir()
    plain = (FOLDER / next(p for p in sorted(listed(FOLDER)) if "/DataFrame." in p)).read_bytes()
    (tmp_path / "static" / "a.js").write_bytes(plain)
    scripts = Scripts(tmp_path, quiet=0.0)
    first = scripts.get("static/a.js", "br")
    deadline = time.monotonic() + 60
    while (better := scripts.get("static/a.js", "br")) is first and time.monotonic() < deadline:
        time.sleep(0.05)
    assert better is not None and first is not None and len(better) < 0.95 * len(first)
    assert pyarrow.Codec("brotli").decompress(better, decompressed_size=len(plain), asbytes=True) == plain
