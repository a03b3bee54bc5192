"""Films through the autoencoder of a generator and back."""

import numpy as np
import pytest

from bench_core.cards import find_card, generator_cards
from bench_core.errors import NotPossible
from bench_core.generators import open_generator
from bench_core.generators.backend import Backend


def opened(name: str) -> Backend:
    return open_generator(find_card("generator", generator_cards(None), name), device="cpu")


def films() -> list[np.ndarray]:
    """Two smooth pictures that any autoencoder of films keeps roughly."""
    y, x = np.mgrid[0:256, 0:256] / 255
    return [np.uint8(60 + 120 * np.sin(3 * x) * np.cos(2 * y) ** 2), np.uint8(40 + 150 * x * y)]


@pytest.mark.parametrize("name", ["phantom-ldm", "phantom-gan"])
def test_the_bundled_autoencoder_gives_films_back_alike(name: str) -> None:
    generator = opened(name)
    for before, after in zip(films(), generator.reconstruct(films()), strict=True):
        assert after.shape == (256, 256) and after.dtype == np.uint8
        assert np.abs(after.astype(float) - before).mean() < 25
    small = generator.reconstruct([films()[0][::2, ::2]])
    assert small[0].shape == (256, 256)


def test_a_generator_without_one_says_so() -> None:
    generator = opened("phantom-oracle")
    with pytest.raises(NotPossible, match="Oracle has no autoencoder"):
        generator.reconstruct(films())
