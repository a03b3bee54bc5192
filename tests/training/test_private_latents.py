"""phantom-dp: patients' films together, public components, a run on made latents, and the committed weights with what they cost."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core.cards import generator_cards
from bench_core.data import Prompt
from bench_core.errors import InputError
from bench_core.generators import open_generator
from bench_core.generators.rule_reading import LENGTH
from bench_core.training import private_latents
from bench_core.training.components import find_components
from bench_core.training.private import Privacy
from bench_core.training.recipe import Run


def test_films_of_a_patient_stand_in_one_row() -> None:
    rows, there = private_latents.by_patient(pd.Series(["b", "a", "b", "c", "b"], index=[9, 8, 7, 6, 5]))
    assert there.tolist() == [[1, 0, 0], [1, 1, 1], [1, 0, 0]] and rows[1].tolist() == [0, 2, 4] and rows[0, 0] == 1


def test_amplitudes_of_other_films_are_those_of_the_components() -> None:
    latents = np.random.default_rng(0).normal(size=(60, 3, 4, 4)).astype(np.float32)
    found = find_components(latents, 8)
    assert np.allclose(private_latents.amplitudes_of(latents, found), found.amplitudes, atol=1e-3)


def test_what_films_say_of_reports_is_learned_and_noise_hides_it(folders: Path) -> None:
    rng = np.random.default_rng(0)
    said = (rng.random((600, LENGTH)) < 0.3).astype(np.float32)
    true = rng.normal(size=(5, LENGTH)).astype(np.float32) * (np.arange(LENGTH) < 6)
    amplitudes = said @ true.T + 0.5 * rng.normal(size=(600, 5)).astype(np.float32)
    subjects = pd.Series([f"p{i // 2}" for i in range(600)])

    def learned(noise: float) -> dict[str, np.ndarray]:
        privacy = Privacy(rate=0.3, steps=150, noise=noise, bound=20.0, delta=1e-3)
        return {k: v.numpy() for k, v in private_latents.learn(Run("dp", 10**9), (amplitudes, said), subjects, privacy).items()}

    plain, hidden = learned(0.0), learned(30.0)
    assert np.corrcoef(plain["middle.weight"].ravel(), true.ravel())[0, 1] > 0.95
    assert np.allclose(np.exp(plain["spread"]), 0.5, atol=0.15)
    assert np.corrcoef(hidden["middle.weight"].ravel(), true.ravel())[0, 1] < 0.9
    with pytest.raises(InputError, match="300 patients"):
        private_latents.learn(Run("dp", 10), (amplitudes, said), subjects, Privacy(0.3, 1, 1.0, 1.0, 0.01))


@pytest.mark.parametrize("channels", [8, 16])
def test_latents_are_kept_of_an_autoencoder_of_any_width(channels: int, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    import torch

    def encode(signal: torch.Tensor) -> SimpleNamespace:
        small = torch.nn.functional.adaptive_avg_pool2d(signal, 4).repeat(1, channels, 1, 1)
        return SimpleNamespace(latent_dist=SimpleNamespace(mode=lambda: small))

    monkeypatch.setattr(private_latents, "CHECKPOINTS", folders / "checkpoints")
    vae = SimpleNamespace(encode=encode, config=SimpleNamespace(scaling_factor=2.0))
    films = np.random.default_rng(0).integers(0, 255, (11, 16, 16), dtype=np.uint8)
    kept = private_latents.keep_latents(vae, films, "made")
    assert kept.shape == (11, channels, 4, 4) and np.allclose(
        kept[10, 0], films[10].reshape(4, 4, 4, 4).mean((1, 3)) / 63.75 - 2, atol=0.05
    )
    found = find_components(np.asarray(kept), 3)
    weights = {"middle.weight": torch.zeros(3, LENGTH), "middle.bias": torch.zeros(3), "spread": torch.zeros(3)}
    folder = private_latents.write(folders / "made", found, weights, kept.shape[1:], {"epsilon": 1.0})
    assert json.loads((folder / "config.json").read_text())["arguments"]["channels"] == channels


def test_the_committed_weights_say_what_they_cost_and_the_card_says_the_same() -> None:
    card = generator_cards()["phantom-dp"]
    spent = json.loads((card.folder / "config.json").read_text())["privacy"]  # type: ignore[operator]
    promised = card.guarantee
    assert promised is not None and promised.unit == "patient" and promised.covers
    assert promised.delta == spent["delta"] < 1 / spent["patients"] and promised.epsilon == pytest.approx(spent["epsilon"], abs=0.005)
    pytest.importorskip("opacus", reason="pip install -r requirements-private.txt")
    counted = Privacy(spent["rate"], spent["steps"], spent["noise"], spent["bound"], spent["delta"]).epsilon()
    assert counted <= promised.epsilon + 0.005


def test_a_film_follows_its_seed_and_its_prompt() -> None:
    generator = open_generator(generator_cards()["phantom-dp"])
    prompts = [Prompt("a", "Large left pleural effusion."), Prompt("a", "Large left pleural effusion."), Prompt("b", "Normal chest.")]
    one, again, other = generator.batch(prompts, [3, 3, 3], generator.settings())
    assert one.shape == (256, 256) and np.array_equal(one, again) and np.abs(one.astype(int) - other).mean() > 1
