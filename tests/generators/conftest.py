"""A tiny Stable Diffusion with random weights, built from configuration, and cards that name it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench_core.cards import GeneratorCard, read_card
from bench_core.data import Prompt
from tests.generators import tiny_pipelines


def build_pipeline(folder: Path, autoencoder: Any = None) -> None:
    """Saves a pipeline whose autoencoder (4 latent channels) has one channel; 32 x 32 images unless another one is given."""
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    from bench_core.training.text import LENGTH, train_tokenizer

    torch.manual_seed(0)
    tokenizer = train_tokenizer(["left effusion", "right effusion", "no pneumothorax"], merges=20)
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
            max_position_embeddings=LENGTH, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )  # fmt: skip
    vae = autoencoder or AutoencoderKL(
        in_channels=1, out_channels=1, latent_channels=4, block_out_channels=(8, 8, 8), norm_num_groups=4, layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3, sample_size=32, scaling_factor=1.0,
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=16, attention_head_dim=2,
    )  # fmt: skip
    StableDiffusionPipeline(
        vae=vae, text_encoder=text, tokenizer=tokenizer, unet=unet,
        scheduler=DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    ).save_pretrained(str(folder))  # fmt: skip


@pytest.fixture(scope="session")
def pipeline_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the tiny pipeline."""
    import torch

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    build_pipeline(folder)
    return folder


@pytest.fixture
def tiny_card(pipeline_folder: Path, tmp_path: Path) -> GeneratorCard:
    """A card of the tiny pipeline."""
    return write_card(tmp_path / "tiny.toml", f'path = "{pipeline_folder}"', "[settings]\nnum_inference_steps = 3\nguidance_scale = 2.0")


def write_card(path: Path, *lines: str, backend: str = "diffusers") -> GeneratorCard:
    """Writes and reads a card."""
    path.write_text("\n".join((f'title = "{path.stem}"', f'backend = "{backend}"', *lines)))
    return read_card(path, GeneratorCard)


@pytest.fixture
def prompts() -> list[Prompt]:
    """Three prompts."""
    return [Prompt(id=str(i), text=text) for i, text in enumerate(("left effusion", "right effusion", "no pneumothorax"))]


Folder = Callable[[str], Path]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The folder of a tiny pipeline by name, built once."""
    import torch

    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("pipelines")

    def folder(name: str) -> Path:
        return root / name if (root / name).exists() else tiny_pipelines.build(name, root / name)

    return folder
