"""The benchmark of encoding runs whole at toy size, and waits for a device at full size."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from bench_core.config import PROJECT


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROJECT / "benchmarks" / "encoding.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_it_waits_for_a_device():
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    ended = run()
    assert ended.returncode != 0
    assert "waits for a device" in ended.stderr


def test_both_encoders_run_at_toy_size(tmp_path: Path):
    out = tmp_path / "table.md"
    ended = run("--tiny", "--device", "cpu", "--out", str(out))
    assert ended.returncode == 0, ended.stderr[-2000:]
    lines = [line.split(" | ") for line in out.read_text().splitlines() if line.startswith("| ")][2:]
    assert [line[0] for line in lines] == ["| ViT-B/14, 56 px", "| Inception-v3, 299 px"]
    assert all(float(cell) > 0 for line in lines for cell in line[1:6])
