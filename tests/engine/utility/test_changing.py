"""Real films changed for controls: which they are, and that masks stay on what they show."""

import numpy as np
import pytest

from bench_core.alterations.classical import Alteration
from bench_core.engine.utility.changing import Altered, Rebuilt


class Negative:
    """An autoencoder that is bad at it."""

    def reconstruct(self, films: list[np.ndarray]) -> list[np.ndarray]:
        return [255 - film for film in films]


def test_the_name_of_a_film_decides_how_it_and_its_masks_are_altered() -> None:
    film = np.zeros((48, 64), np.uint8)
    film[10:30, 20:50] = 200
    altered = Altered()
    one, two, again = altered.films([film] * 3, ["a 0", "a 1", "a 0"])
    assert (one == again).all() and (one != two).any()
    for name, changed in (("a 0", one), ("a 1", two)):
        mask = altered.mask(film > 0, name, film.shape)
        middle = (changed.max().astype(float) + changed.min()) / 2
        assert (mask == (changed > middle)).mean() > 0.99, "the mask lies where the bright part came to lie"
        assert (mask != (film > 0)).any()


def test_an_autoencoder_moves_nothing() -> None:
    film, mask = np.full((8, 8), 5, np.uint8), np.eye(8, dtype=bool)
    rebuilt = Rebuilt(Negative())  # type: ignore[arg-type]
    assert rebuilt.films([film], ["a 0"])[0][0, 0] == 250
    np.testing.assert_array_equal(rebuilt.mask(mask, "a 0", film.shape), mask)


@pytest.mark.parametrize("side", [32, 128])
def test_a_mask_of_another_size_is_moved_as_far(side: int) -> None:
    change = Alteration(0.0, 1.0, (0.25, 0.0), 1.0, 0.0)
    mask = np.zeros((side, side), bool)
    mask[side // 2 :] = True
    moved = change.of_mask(mask, (64, 64))
    assert moved.shape == (64, 64) and np.flatnonzero(moved[:, 0])[0] == pytest.approx(48, abs=1)
