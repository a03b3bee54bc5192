"""A copy of a model learns films by heart; the model itself stays as it is."""

from pathlib import Path

import numpy as np
import pytest

from bench_core.generators import denoiser_learning, open_generator
from tests.generators.conftest import Folder, write_card
from tests.generators.test_denoiser import films


@pytest.mark.parametrize("name", ["sd-velocity", "ddpm"])
def test_films_that_were_learned_often_are_denoised_better(
    built: Folder, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(denoiser_learning, "RATE", 5e-3)
    lent = open_generator(write_card(tmp_path / "own.toml", f'path = "{built(name)}"')).lend_denoiser()
    clean, said = lent.encode(films(4)), lent.conditions(["left effusion", "", "nodule", "edema"])
    assert lent.learn is not None
    noise = np.random.default_rng(1).normal(size=clean.shape).astype(np.float32)
    step = len(lent.alphas) // 2
    noisy = (np.sqrt(lent.alphas[step]) * clean + np.sqrt(1 - lent.alphas[step]) * noise).astype(np.float32)

    def lost(model: object) -> float:
        return float(((model.noise(noisy, step, said) - noise) ** 2).mean())  # type: ignore[attr-defined]

    before = lost(lent)
    once, often = (dict(lent.learn(clean, said, (1, 60), 0)) for _ in range(2))
    assert list(once) == [1, 60] and lost(once[60]) < 0.8 * before and lost(once[60]) < lost(once[1])
    assert lost(once[60]) == lost(often[60]), "the same seed, the same model"
    assert lost(lent) == before, "the model itself is left alone"


def test_large_models_do_not_learn_here(built: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denoiser_learning, "LARGEST", 10)
    assert open_generator(write_card(tmp_path / "own.toml", f'path = "{built("sd")}"')).lend_denoiser().learn is None
