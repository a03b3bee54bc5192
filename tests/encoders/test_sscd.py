"""SSCD on tiny random weights of its published names."""

from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import encoder_cards
from bench_core.encoders import checkpoints, encoder_backend, open_encoder


def tiny_resnet(prefix: str, width: int = 4) -> dict:
    """Tensors of a ResNet of one block a stage, with torchvision's names."""
    import torch

    def norm(name: str, size: int) -> dict:
        return {f"{name}.weight": torch.ones(size), f"{name}.bias": torch.zeros(size), f"{name}.running_mean": torch.zeros(size),
                f"{name}.running_var": torch.ones(size)}  # fmt: skip

    tensors, before = {f"{prefix}conv1.weight": torch.randn(width, 3, 7, 7) * 0.1, **norm(f"{prefix}bn1", width)}, width
    for i in range(4):
        inner, at = width * 2**i, f"{prefix}layer{i + 1}.0."
        shapes = ((inner, before, 1, 1), (inner, inner, 3, 3), (4 * inner, inner, 1, 1))
        for j, shape in enumerate(shapes, 1):
            tensors |= {f"{at}conv{j}.weight": torch.randn(shape) * 0.2, **norm(f"{at}bn{j}", shape[0])}
        tensors |= {f"{at}downsample.0.weight": torch.randn(4 * inner, before, 1, 1) * 0.2, **norm(f"{at}downsample.1", 4 * inner)}
        before = 4 * inner
    return tensors


def test_a_pickled_checkpoint_is_converted_once_and_gives_rows_of_unit_length(tmp_path: Path) -> None:
    import torch

    torch.manual_seed(0)
    tensors = tiny_resnet("backbone.") | {"embeddings.1.weight": torch.randn(6, 128), "embeddings.1.bias": torch.zeros(6)}
    home = tmp_path / "sscd-weights"
    home.mkdir()
    torch.save(tensors, home / "sscd_disc_mixup.torchvision.pt")
    card = encoder_cards(weights=tmp_path)["sscd-weights"].model_copy(update={"image_size": 64, "dimensions": 6})
    assert "convert" in str(encoder_backend(card).missing(card))
    checkpoints.convert(home / "sscd_disc_mixup.torchvision.pt", home)
    assert encoder_backend(card).missing(card) is None
    films = [np.random.default_rng(i).integers(0, 256, (64, 64)).astype(np.uint8) for i in range(3)]
    rows = open_encoder(card).encode(films)
    assert rows.shape == (3, 6)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(open_encoder(card).encode(films[1:2]), rows[1:2], atol=1e-5)


def test_another_models_tensors_are_refused(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    home = tmp_path / "sscd-weights"
    home.mkdir()
    strange = tiny_resnet("backbone.") | {"embeddings.1.weight": torch.randn(6, 99), "embeddings.1.bias": torch.zeros(6)}
    save_file(strange, home / "model.safetensors")
    with pytest.raises(Exception, match="misshapen"):
        open_encoder(encoder_cards(weights=tmp_path)["sscd-weights"]).encode([np.zeros((64, 64), np.uint8)])
