"""The project's own autoencoder where diffusers expects one of its own."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench_core.data import Prompt
from bench_core.generators import open_generator
from bench_core.generators.film_autoencoder import film_autoencoder
from tests.generators.conftest import build_pipeline, write_card

SMALL: dict[str, Any] = {"block_out_channels": (1, 4, 8, 8, 16), "decoder_channels": (8, 8, 16), "latent_channels": 4, "sample_size": 32}


@pytest.fixture
def small() -> Any:
    """A small one with random weights."""
    import torch

    torch.manual_seed(0)
    return film_autoencoder()(**SMALL).eval()


def test_grain_is_drawn_by_the_image_and_not_by_the_batch(small: Any) -> None:
    import torch

    latents = torch.randn(3, 4, 2, 2)
    with torch.inference_mode():
        together = small.decode(latents, generator=[torch.Generator().manual_seed(seed) for seed in (1, 2, 3)]).sample
        alone = small.decode(latents[1:2], generator=[torch.Generator().manual_seed(2)]).sample
        other = small.decode(latents[1:2], generator=[torch.Generator().manual_seed(9)]).sample
    assert torch.allclose(together[1:2], alone, atol=1e-5) and not torch.allclose(alone, other, atol=1e-3)


def test_doubt_along_an_edge_is_not_drawn_as_grain(small: Any) -> None:
    import torch

    latents, drawn = torch.randn(8, 4, 2, 2), torch.Generator().manual_seed(1)
    with torch.inference_mode():
        small.strength.bias.fill_(3.0)
        apart = small.decode(latents, generator=drawn).sample - small.views(latents)[0]
    assert float(apart.std()) == pytest.approx(small.config.grain_most, rel=0.05)


def test_its_encoder_is_called_as_that_of_diffusers(small: Any) -> None:
    import torch

    film = torch.rand(2, 1, 32, 32)
    with torch.inference_mode():
        found = small.encode(film).latent_dist
        assert torch.equal(found.mode(), small.latents(film)) and torch.allclose(found.sample(), found.mode())


def test_a_pipeline_is_saved_and_generates_with_it(small: Any, tmp_path: Path, prompts: list[Prompt]) -> None:
    """`model_index.json` names this project's module; diffusers imports the class from there, and the checks let it pass."""
    build_pipeline(tmp_path / "pipeline", small)
    index = json.loads((tmp_path / "pipeline" / "model_index.json").read_text())
    assert index["vae"] == ["bench_core.generators.film_autoencoder", "FilmAutoencoder"]
    whole = write_card(tmp_path / "whole.toml", f'path = "{tmp_path / "pipeline"}"', "[settings]\nnum_inference_steps = 2")
    generator = open_generator(whole)
    together = generator.batch(prompts[:2], [1, 2], generator.settings())
    alone = generator.batch(prompts[1:2], [2], generator.settings())[0]
    assert alone.shape == (128, 128) and np.abs(alone.astype(int) - together[1]).max() <= 1
    shared = f'components = {{ vae = "{tmp_path / "pipeline" / "vae"}" }}'
    apart = write_card(tmp_path / "apart.toml", f'path = "{tmp_path / "pipeline"}"', shared, "[settings]\nnum_inference_steps = 2")
    again = open_generator(apart).batch(prompts[:1], [1], generator.settings())[0]
    assert np.abs(again.astype(int) - together[0]).max() <= 1
