"""Codes of the bundled VQ-VAE."""

import numpy as np
import pytest

from bench_core.cards import encoder_cards
from bench_core.encoders import open_encoder


@pytest.mark.parametrize(("level", "positions"), [("top", 256), ("bottom", 1024)])
def test_codes_are_indices_and_compare_by_hamming(level: str, positions: int) -> None:
    card = encoder_cards()[f"phantom-vqvae-{level}"]
    assert card.distance == "hamming" and card.dimensions == positions
    films = [np.clip(np.add.outer(np.arange(256) * g, np.arange(256) * (1 - g)), 0, 255).astype(np.uint8) for g in (0.2, 0.9)]
    encoder = open_encoder(card)
    codes = encoder.encode(films)
    assert codes.shape == (2, positions) and codes.dtype == np.float32
    assert np.array_equal(codes, np.round(codes)) and codes.min() >= 0 and codes.max() < 512
    assert np.array_equal(codes, np.concatenate([encoder.encode([film]) for film in films]))
    assert 0.2 < (codes[0] != codes[1]).mean() <= 1


def test_codes_say_how_near_films_are() -> None:
    """A film with little noise on it stays nearer to itself than to another film."""
    from bench_core import phantom

    ids = phantom.cohort_table(phantom.REAL_SEED, films=8)["image_id"].tolist()
    one, other = (film.image for film in phantom.render_many([ids[0], ids[5]], 1))
    noisy = np.clip(one + np.random.default_rng(0).normal(0, 1, one.shape), 0, 255).astype(np.uint8)
    codes = open_encoder(encoder_cards()["phantom-vqvae-top"]).encode([one, noisy, other])
    near, far = (codes[0] != codes[1]).mean(), (codes[0] != codes[2]).mean()
    assert near < 0.7 * far
