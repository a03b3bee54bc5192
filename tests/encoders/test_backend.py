"""What an encoder is shown: cards' preprocessing."""

from typing import Any

import numpy as np
import pytest

from bench_core.cards import EncoderCard, encoder_cards
from bench_core.encoders.backend import prepare


def test_preprocessing_takes_the_middle_square() -> None:
    card = encoder_cards()["phantom-eye"]
    wide = np.zeros((64, 128), np.uint8)
    wide[:, 32:96] = 255
    ready = prepare(wide, card)
    assert ready.shape == (256, 256) and np.allclose(ready, 1)


def test_training_and_encoder_prepare_alike() -> None:
    """What phantom-eye was trained on is what it is shown: a film of 256 pixels is not resampled."""
    from bench_core.training.autoencoder import to_signal

    film = noise((256, 256))
    trained = to_signal(film[None], "cpu")[0, 0].numpy()
    assert np.allclose(trained, prepare(film, encoder_cards()["phantom-eye"]), atol=1e-6)


SHAPES = [(97, 131), (131, 97), (64, 64), (300, 260), (40, 50)]


RGB = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}


def noise(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def card(**fields: Any) -> EncoderCard:
    return EncoderCard(id="x", title="x", backend="pixels", **fields)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["BitImageProcessorPil", "CLIPImageProcessorPil", "ViTImageProcessorPil"])
def test_pixels_equal_the_hub_processors(name: str, shape: tuple[int, int]) -> None:
    """To 1e-5 of a standard deviation: the same 8-bit pixels, then float32."""
    import transformers
    from PIL import Image

    image = noise(shape)
    normal = {"image_mean": list(RGB["mean"]), "image_std": list(RGB["std"])}
    if name.startswith("ViT"):
        processor = transformers.ViTImageProcessorPil(size={"height": 56, "width": 56}, resample=2, **normal)
        pinned = card(image_size=56, resize="squash", resample="bilinear", rounded=True, **RGB)
    else:
        sizes = {"size": {"shortest_edge": 64}, "crop_size": {"height": 56, "width": 56}}
        processor = getattr(transformers, name)(resample=3, **sizes, **normal)
        pinned = card(image_size=56, resize="short_side", resize_to=64, rounded=True, **RGB)
    theirs = processor(Image.fromarray(image).convert("RGB"), return_tensors="np").pixel_values[0]
    assert np.abs(prepare(image, pinned) - theirs).max() < 1e-5


def test_ranges_and_channels() -> None:
    image = noise((32, 32))
    wide = prepare(image, card(image_size=32, std=0.5 / 1024))
    assert wide.shape == (32, 32) and np.allclose(wide, (image / 255 * 2 - 1) * 1024, atol=1e-3)
    three = prepare(image, card(image_size=32, mean=(0.1, 0.2, 0.3), std=1.0))
    assert np.allclose(three[0] - three[2], 0.2)
    floats = prepare(noise((64, 64)), card(image_size=32, mean=0.0, std=1.0))
    rounded = prepare(noise((64, 64)), card(image_size=32, mean=0.0, std=1.0, rounded=True))
    assert np.abs(rounded * 255 - np.round(rounded * 255)).max() < 1e-4 < np.abs(floats * 255 - np.round(floats * 255)).max()
    assert np.abs(rounded - floats).max() < 1.01 / 255
