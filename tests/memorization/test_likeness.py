"""Where films are the same: copies, copies that were changed in one place, other people."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, shift

from bench_core.memorization.likeness import likeness


def film(seed: int) -> np.ndarray:  # (128, 128) uint8
    """Structures of several sizes, of one person only, on shades that all have."""
    rng = np.random.default_rng(seed)
    shades = gaussian_filter(np.random.default_rng(0).normal(size=(128, 128)), 20)
    own = sum(gaussian_filter(rng.normal(size=(128, 128)), s) * s for s in (2, 3, 5))
    return np.clip(128 + 800 * shades + 30 * own, 0, 255).astype(np.uint8)


def changed(seed: int) -> np.ndarray:
    """A copy with a region of 36 x 40 pixels of another film."""
    copy = film(seed)
    copy[40:76, 60:100] = film(seed + 100)[40:76, 60:100]
    return copy


def test_copies_are_the_same_everywhere_and_other_people_are_not() -> None:
    moved = np.clip(shift(film(1).astype(float), (3, -2), order=1, mode="nearest") * 0.7 + 40, 0, 255).astype(np.uint8)
    exact, altered, turned, other = likeness([film(1), moved, film(1)[:, ::-1], film(2)], [film(1)] * 4)
    assert exact.share == 1.0 and altered.share > 0.9 and turned.share > 0.9 and other.share < 0.3
    assert (exact.mirrored, altered.mirrored, turned.mirrored) == (False, False, True)
    assert [pair.template for pair in (exact, altered, turned, other)] == [None] * 4
    assert exact.film().max() > 240 and other.film().mean() < 64 and exact.film()[0].max() == 0, "the edge is not compared"


def test_a_copy_that_was_changed_in_one_place_is_a_template_copy() -> None:
    found = likeness([changed(3)], [film(3)])[0]
    assert found.template == pytest.approx(36 * 40 / 112**2, abs=0.04)
    assert found.region[46:70, 66:94].mean() > 0.8 and not found.region[100:].any()
    assert 0.7 < found.share < 0.95
    assert likeness([], []) == []
