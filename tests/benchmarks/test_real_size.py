"""The benchmark of the pages at the real size runs whole at toy size, and every page answers on what it made up."""

from pathlib import Path

from bench_core.config import PROJECT
from tests.benchmarks.scripts import run

NOT_MADE_UP = {"memorization": "is not encoded with", "patients": "a false match cannot be told"}
"""What pages say, rightly, of what the benchmark makes up: it writes neighbours without features, and patients who are in both sets."""


def test_every_page_answers_at_toy_size(tmp_path: Path):
    out = tmp_path / "table.md"
    ended = run("real_size.py", "--rows", "1000", "--points", "300", "--out", str(out))
    assert ended.returncode == 0, ended.stderr[-2000:]
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in out.read_text().splitlines() if line.startswith("| ")][2:]
    sent = {line[0].removeprefix("page "): line[-1] for line in lines if line[0].startswith("page ")}
    assert sent.keys() == {path.stem for path in (PROJECT / "pages").glob("*.py")}
    said = {page: words for page, words in sent.items() if not words.endswith(" MB")}
    assert said.keys() <= NOT_MADE_UP.keys() and all(NOT_MADE_UP[page] in words for page, words in said.items()), said
    assert sum(line[-1] == "1,000 images" for line in lines) == 2  # the whole layout, and the same films named by a plain CSV
