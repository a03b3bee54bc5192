"""The benchmark of passes on a device runs whole at toy size, and finds what the processor finds."""

from pathlib import Path

from tests.benchmarks.scripts import run_here


def test_it_runs_at_toy_size_and_agrees_with_the_processor(tmp_path: Path):
    out = tmp_path / "page.md"
    ended = run_here("scale_on_device.py", "--device", "cpu", "--rows", "600", "--width", "32", "--subset", "50", "--out", str(out))
    assert ended.returncode == 0, ended.stderr[-2000:]
    page = out.read_text()
    assert "unequal entries of the lists in exact order: 0" in page
    assert page.count("unequal counts of balls: 0 of") == 2
    assert "| mixture of 300 Gaussians, 20 passes over the other rows |" in page
    assert "log-likelihoods of a mixture of 300 Gaussians differ by at most" in page
