"""The benchmark of a cold start runs, at toy size, and says what it measured."""

from pathlib import Path

from tests.benchmarks.scripts import run


def test_it_writes_its_table(tmp_path: Path) -> None:
    ended = run("cold_start.py", "--size", "60", "--dimensions", "8", "--turns", "1", "--out", str(tmp_path / "t.md"))
    assert ended.returncode == 0, ended.stderr
    assert "| the same again |" in (tmp_path / "t.md").read_text() and "all of it" in ended.stdout
