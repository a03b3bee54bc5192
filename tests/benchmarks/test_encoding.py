"""The benchmark of encoding runs whole at toy size."""

from pathlib import Path

from tests.benchmarks.scripts import run


def test_both_encoders_run_at_toy_size(tmp_path: Path):
    out = tmp_path / "table.md"
    ended = run("encoding.py", "--tiny", "--device", "cpu", "--out", str(out))
    assert ended.returncode == 0, ended.stderr[-2000:]
    lines = [line.split(" | ") for line in out.read_text().splitlines() if line.startswith("| ")][2:]
    assert [line[0] for line in lines] == ["| ViT-B/14, 56 px", "| Inception-v3, 299 px"]
    assert all(float(cell) > 0 for line in lines for cell in line[1:7])
    assert {line[7] for line in lines} <= {"reading", "the network"}
