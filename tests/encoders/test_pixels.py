"""Pixels as features."""

import numpy as np

from bench_core.cards import encoder_cards
from bench_core.encoders import open_encoder

IMAGES = [np.random.default_rng(i).integers(0, 256, shape, dtype=np.uint8) for i, shape in enumerate([(64, 64), (80, 64), (64, 64, 3)])]


def test_pixels_are_area_averages() -> None:
    encoder = open_encoder(encoder_cards()["pixels"])
    values = encoder.encode(IMAGES)
    assert values.shape == (3, 1024) and values.dtype == np.float32
    assert np.allclose(values[0].reshape(32, 32), IMAGES[0].reshape(32, 2, 32, 2).mean((1, 3)) / 255, atol=1e-5)
    assert values.min() >= 0 and values.max() <= 1
    assert encoder.encode_text(["x"]) is None
