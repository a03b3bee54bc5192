"""Cards written to a folder, and pictures that no encoder has seen."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from bench_core.cards import EncoderCard, read_card
from bench_core.encoders.backend import prepare


@pytest.fixture(scope="session")
def images() -> list[np.ndarray]:
    """Three pictures of different shapes, one in colour."""
    return [np.random.default_rng(i).integers(0, 256, shape, dtype=np.uint8) for i, shape in enumerate([(64, 64), (80, 64), (64, 70, 3)])]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Tiny networks are faster so."""
    torch.set_num_threads(1)


@pytest.fixture
def write_card(tmp_path: Path) -> Callable[..., EncoderCard]:
    """Writes a card of a few lines and reads it."""

    def write(backend: str, text: str, name: str = "mine") -> EncoderCard:
        (tmp_path / f"{name}.toml").write_text(f'title = "Mine"\nbackend = "{backend}"\n{text}\n')
        return read_card(tmp_path / f"{name}.toml", EncoderCard)

    return write


def signal(images: Sequence[np.ndarray], card: EncoderCard) -> torch.Tensor:  # (B, 3, S, S)
    """What a network with three channels sees of images."""
    seen = torch.from_numpy(np.stack([prepare(image, card) for image in images]))
    return seen if seen.ndim == 4 else seen[:, None].repeat(1, 3, 1, 1)


def same_alone_and_together(encoder: object, images: list[np.ndarray], atol: float = 1e-5) -> np.ndarray:
    """The features of all images; fails where an image alone gets other ones."""
    together = encoder.encode(images)  # type: ignore[attr-defined]
    assert together.dtype == np.float32 and len(together) == len(images) and np.isfinite(together).all()
    assert not np.allclose(together[0], together[1])
    for row, image in enumerate(images):
        assert np.allclose(together[row], encoder.encode([image])[0], atol=atol)  # type: ignore[attr-defined]
    return together


SIZES = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}


@pytest.fixture(scope="module")
def dino(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The architecture of RAD-DINO and DINOv2."""
    import torch
    from transformers import Dinov2Config, Dinov2Model

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("dino")
    Dinov2Model(Dinov2Config(image_size=28, patch_size=14, **SIZES)).save_pretrained(str(folder))
    return folder
