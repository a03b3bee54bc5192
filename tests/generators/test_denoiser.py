"""What diffusion models lend, against the pipeline's own parts."""

from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import generator_cards
from bench_core.errors import NotPossible
from bench_core.generators import open_generator
from tests.generators.conftest import Folder, write_card


def films(count: int, side: int = 40) -> list[np.ndarray]:
    """Random films."""
    return list(np.random.default_rng(0).integers(0, 256, (count, side, side)).astype(np.uint8))


@pytest.mark.parametrize("name", ["sd", "sd-velocity"])
def test_the_noise_is_what_the_pipeline_takes_away(built: Folder, tmp_path: Path, name: str) -> None:
    import torch

    generator = open_generator(write_card(tmp_path / "own.toml", f'path = "{built(name)}"'))
    lent = generator.lend_denoiser()
    pipeline = generator._pipeline  # type: ignore[attr-defined]
    assert lent.card == "own" and lent.reads_text and len(lent.alphas) == 1000
    assert np.all(np.diff(lent.alphas) < 0)
    clean = lent.encode(films(2))
    assert clean.shape == (2, *lent.shape) and clean.dtype == np.float32
    said = lent.conditions(["left effusion", "", "left effusion"])
    assert np.array_equal(said[0], said[2]) and not np.allclose(said[0], said[1])
    noise = np.random.default_rng(1).normal(size=clean.shape).astype(np.float32)
    level = torch.tensor([300, 700])
    noisy = pipeline.scheduler.add_noise(torch.from_numpy(clean), torch.from_numpy(noise), level)
    kept = lent.alphas[level.numpy()][:, None, None, None]
    assert np.allclose(noisy.numpy(), np.sqrt(kept) * clean + np.sqrt(1 - kept) * noise, atol=1e-5)
    seen = lent.estimate(noisy.numpy(), level.numpy(), said[:2])
    with torch.inference_mode():
        made = pipeline.unet(noisy, level, torch.from_numpy(said[:2])).sample
    pipeline.scheduler.set_timesteps(50)
    found = [pipeline.scheduler.step(made[i : i + 1], int(t), noisy[i : i + 1]).pred_original_sample for i, t in enumerate(level)]
    assert np.allclose((noisy.numpy() - np.sqrt(1 - kept) * seen) / np.sqrt(kept), torch.cat(found).numpy(), atol=1e-4)


def test_many_films_are_asked_in_batches(built: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bench_core.generators import denoiser

    lent = open_generator(write_card(tmp_path / "own.toml", f'path = "{built("sd")}"')).lend_denoiser()
    clean, said, levels = lent.encode(films(5)), lent.conditions(list("abcab")), np.arange(5) * 100
    whole = lent.estimate(clean, levels, said)
    monkeypatch.setattr(denoiser, "BATCH", 2)
    assert np.allclose(lent.encode(films(5)), clean, atol=1e-4)
    assert np.allclose(lent.conditions(list("abcab")), said, atol=1e-4)
    assert np.allclose(lent.estimate(clean, levels, said), whole, atol=1e-4)


def test_a_model_of_pixels_that_reads_nothing(built: Folder, tmp_path: Path) -> None:
    lent = open_generator(write_card(tmp_path / "own.toml", f'path = "{built("ddpm")}"')).lend_denoiser()
    assert not lent.reads_text and lent.shape == (1, 16, 16) and len(lent.alphas) == 100
    flat = [np.full((16, 16), grey, np.uint8) for grey in (0, 255)]
    assert np.array_equal(np.unique(lent.encode(flat)), [-1, 1])
    assert lent.estimate(lent.encode(flat), np.array([5, 5]), lent.conditions(["", ""])).shape == (2, 1, 16, 16)


@pytest.mark.parametrize("name", ["sd3", "flux", "sana", "lumina"])
def test_flows_say_that_they_cannot_be_queried(built: Folder, tmp_path: Path, name: str) -> None:
    with pytest.raises(NotPossible, match="cannot be queried") as caught:
        open_generator(write_card(tmp_path / "own.toml", f'path = "{built(name)}"')).lend_denoiser()
    assert "own" in str(caught.value) and "Stable Diffusion" in caught.value.hint


@pytest.mark.parametrize("name", ["phantom-gan", "copycat", "phantom-oracle"])
def test_what_is_no_diffusion_model_says_so(name: str) -> None:
    card = generator_cards()[name]
    generator = open_generator(card)
    assert generator.not_queried(card)
    with pytest.raises(NotPossible, match=f"{name} cannot be queried"):
        generator.lend_denoiser()


def test_the_bundled_model_sees_the_noise_in_a_film() -> None:
    """It removes most of what was added, and more of it the less there was left to guess."""
    from bench_core import phantom

    lent = open_generator(generator_cards()["phantom-ldm"]).lend_denoiser()
    table = phantom.cohort_table(phantom.REAL_SEED, films=2)
    clean = lent.encode([phantom.render(i).image for i in table["image_id"]])
    assert clean.shape == (2, *lent.shape) and 0.5 < clean.std() < 2
    noise = np.random.default_rng(0).normal(size=clean.shape).astype(np.float32)
    said = lent.conditions(table["prompt"].tolist())
    left = []
    for level in (300, 800):
        kept = lent.alphas[level]
        seen = lent.noise(np.sqrt(kept) * clean + np.sqrt(1 - kept) * noise, level, said)
        left.append(float(((seen - noise) ** 2).mean()))
    assert left[1] < left[0] < 0.5
