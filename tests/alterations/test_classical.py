"""Classical augmentation changes a film and keeps what it shows where it was."""

import numpy as np

from bench_core.alterations.classical import Alteration

FILM = np.add.outer(np.arange(64), 2 * np.arange(64)).astype(np.uint8)


def altered(seed: int) -> np.ndarray:
    return Alteration.drawn(np.random.default_rng(seed)).of_film(FILM)


def test_a_film_is_changed_a_little_and_never_mirrored() -> None:
    changed = [altered(seed) for seed in range(20)]
    assert len({c.tobytes() for c in changed}) == 20
    for film in changed:
        assert film.shape == FILM.shape and film.dtype == np.uint8
        inside = (slice(10, -10), slice(10, -10))
        assert np.corrcoef(film[inside].ravel(), FILM[inside].ravel())[0, 1] > 0.9
        assert np.corrcoef(film[:, ::-1][inside].ravel(), FILM[inside].ravel())[0, 1] < 0.5


def test_the_same_chance_gives_the_same_film() -> None:
    np.testing.assert_array_equal(altered(3), altered(3))
