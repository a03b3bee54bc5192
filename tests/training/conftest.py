"""A handful of smooth random films in place of the cohort, and folders of their own for checkpoints and logs."""

from pathlib import Path

import numpy as np
import pytest

from bench_core.training import bundled, eye_films, eye_recipe, recipe, vqvae
from bench_core.training.films import CELLS, Films


@pytest.fixture
def films() -> Films:
    """Twelve films with the cohort's own table."""
    from bench_core import phantom

    rng = np.random.default_rng(0)
    coarse = rng.integers(40, 215, (12, 8, 8))
    images = np.kron(coarse, np.ones((32, 32))).astype(np.uint8)
    cells = rng.integers(0, 2, (12, 14, CELLS, CELLS), dtype=np.uint8) * 255
    return Films(phantom.cohort_table(phantom.TRAIN_SEED, films=12), images, cells)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing that a test trains touches the project's own weights."""
    import torch

    torch.set_num_threads(1)
    monkeypatch.setenv("BENCH_ARITHMETIC", "bf16")  # measuring takes longer than what these tests train
    for module in (recipe, bundled, eye_films):
        monkeypatch.setattr(module, "CHECKPOINTS", tmp_path / "checkpoints")
    monkeypatch.setattr(recipe, "LOGS", tmp_path / "logs")
    for module in (eye_recipe, bundled):
        monkeypatch.setattr(module, "EYE", tmp_path / "eye")
    monkeypatch.setattr(bundled, "AUTOENCODER", tmp_path / "weights" / "phantom-autoencoder")
    monkeypatch.setattr(bundled, "CODER", tmp_path / "coder")
    monkeypatch.setattr(bundled, "HEAD", tmp_path / "head")
    monkeypatch.setattr(bundled, "BUNDLED", tmp_path / "weights")
    for name, folder in (("LDM", "phantom-ldm"), ("EARLY", "phantom-ldm-early"), ("OVERFIT", "phantom-ldm-overfit")):
        monkeypatch.setattr(bundled, name, tmp_path / "weights" / folder)
    return tmp_path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks and a warm-up of a size for tests."""
    monkeypatch.setattr(vqvae, "BUILD", {"width": 8, "narrow": 8, "codes": 16, "depth": 8})
    monkeypatch.setattr(vqvae, "WARM", 16)
