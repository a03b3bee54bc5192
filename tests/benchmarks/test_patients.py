"""The benchmark of patients known again."""

import numpy as np
import pytest

from benchmarks.patients import CHANGES, known_again


def test_a_film_is_not_its_own_mate() -> None:
    subjects = np.asarray(["a", "a", "b", "b", "c"])
    far = np.asarray([[0.0], [1.0], [10.0], [11.0], [20.0]])
    assert known_again(far, far, subjects) == (1.0, 1.0, 4)
    mixed = np.asarray([[0.0], [10.0], [0.1], [10.1], [20.0]])
    auroc, first, count = known_again(mixed, mixed, subjects)
    assert first == 0 and count == 4 and auroc < 0.6
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(400, 3))
    assert known_again(noise, rng.permutation(noise), np.repeat(np.arange(200), 2))[0] == pytest.approx(0.5, abs=0.06)


def test_every_change_leaves_a_film() -> None:
    film = np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8)
    for name, change in CHANGES.items():
        changed = change(film, np.random.default_rng(1))
        assert changed.shape == film.shape and changed.dtype == np.uint8 and (name == "as they are") == np.array_equal(changed, film)
