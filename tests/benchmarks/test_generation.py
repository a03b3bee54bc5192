"""The benchmark of generation runs whole at toy size, and its architectures are the published ones."""

from pathlib import Path

import pytest
import torch

from benchmarks import generation
from tests.benchmarks.scripts import run_here


def test_all_contestants_run_at_toy_size(tmp_path: Path):
    out = tmp_path / "table.md"
    ended = run_here("generation.py", "--tiny", "--device", "cpu", "--out", str(out))
    assert ended.returncode == 0, ended.stderr[-2000:]
    lines = [line for line in out.read_text().splitlines() if line.startswith("| ")][2:]
    assert [line.split(" | ")[1] for line in lines] == ["loop", "plain", "ours"] * 4
    assert all(float(line.split(" | ")[4]) > 0 for line in lines)


@pytest.mark.parametrize("model", generation.MODELS, ids=lambda m: m.tiny)
def test_denoisers_have_the_published_number_of_parameters(model: generation.Model, monkeypatch, tmp_path: Path):
    import diffusers

    counted = {}

    class Pipeline:
        def __init__(self, **parts):
            for name, part in parts.items():
                if name in ("unet", "transformer"):
                    counted[name] = sum(weights.numel() for weights in part.parameters()) / 1e6

        def save_pretrained(self, folder: str) -> None:
            pass

    for name in ("StableDiffusionPipeline", "PixArtSigmaPipeline", "SanaPipeline", "StableDiffusion3Pipeline"):
        monkeypatch.setattr(diffusers, name, Pipeline)
    monkeypatch.setattr(diffusers, "DPMSolverMultistepScheduler", lambda **_: None)  # it holds numbers, which this device has not
    monkeypatch.setattr(diffusers, "FlowMatchEulerDiscreteScheduler", lambda **_: None)
    with torch.device("meta"):
        model.build(tmp_path)
    assert list(counted.values()) == [pytest.approx(model.parameters, rel=0.01)]
