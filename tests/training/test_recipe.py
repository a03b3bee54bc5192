"""Budgets, averages, checkpoints, logs."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench_core.config import PROJECT, Config
from bench_core.errors import Cancelled
from bench_core.training.recipe import Average, Run, cosine


def test_checkpoint_is_half_and_resumes(folders: Path) -> None:
    import torch

    model = torch.nn.Linear(3, 2)
    run = Run("small", 100)
    run.step(30, loss=1.5)
    run.save({"model": model})
    size = (run.folder / "model.safetensors").stat().st_size
    assert size < 200 and json.loads((run.folder / "state.json").read_text())["done"] == 30

    other = torch.nn.Linear(3, 2)
    again = Run("small", 100, resume=True)
    again.load({"model": other})
    assert again.done == 30 and torch.allclose(other.weight, model.weight, atol=1e-3)
    assert other.weight.dtype == torch.float32
    assert [row["samples"] for row in again.log_rows()] == ["30"]

    fresh = Run("small", 100)
    assert fresh.load({"model": other}) == {} and fresh.done == 0 and fresh.log_rows() == []


def test_budget_ends_by_samples_or_minutes() -> None:
    run = Run("budget", 10)
    assert run.going()
    run.step(10, loss=0.0)
    assert not run.going() and run.share == 1.0
    assert not Run("budget", 10, minutes=1e-9).going()


def test_progress_may_cancel() -> None:
    def stop(done: int, total: int, message: str) -> None:
        assert (done, total) == (5, 10) and "loss 0.5" in message
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        Run("cancel", 10, on_progress=stop).step(5, loss=0.5)


def test_average_follows_the_weights() -> None:
    import torch

    model = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(model.weight)
    average = Average(model, 0.9)
    torch.nn.init.ones_(model.weight)
    values = []
    for _ in range(200):
        average.update(model)
        values.append(average.module.weight.item())
    assert values[0] > 0.5 and np.all(np.diff(values) >= 0) and values[-1] == pytest.approx(1, abs=1e-4)


def test_rate_warms_up_and_falls() -> None:
    rates = [cosine(share) for share in np.linspace(0, 1, 101)]
    assert rates[0] < 0.1 and max(rates) == pytest.approx(1, abs=0.01) and rates[-1] == pytest.approx(0.03)
    assert np.all(np.diff(rates[3:]) <= 0)


def test_training_keeps_its_checkpoints_where_the_configuration_says(tmp_path: Path) -> None:
    assert Config.from_environment({}).checkpoints == PROJECT / "checkpoints"
    given = {"BENCH_CHECKPOINTS": str(tmp_path)}
    assert Config.from_environment(given).checkpoints == tmp_path
    program = "from bench_core.training.recipe import Run; print(Run('phantom-eye', 8).folder)"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env=given, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == tmp_path / "phantom-eye"
