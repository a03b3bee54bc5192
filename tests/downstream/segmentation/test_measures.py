"""Overlap and distance of masks, by hand."""

import numpy as np
import pytest

from bench_core.downstream.segmentation.measures import dice, surface_distance, tallies_of


def square(top: int, left: int, size: int = 6, side: int = 20) -> np.ndarray:
    mask = np.zeros((side, side), bool)
    mask[top : top + size, left : left + size] = True
    return mask


def test_dice_by_hand() -> None:
    one, moved, empty = square(4, 4), square(4, 7), np.zeros((20, 20), bool)
    found = dice(np.stack([one, moved, empty, one]), np.stack([one, one, one, empty]))
    np.testing.assert_allclose(found, [1, 0.5, 0, np.nan])


def test_surface_distance_is_the_mean_over_both_edges_in_percent_of_the_side() -> None:
    one, larger = square(6, 6, 6), square(5, 5, 8)

    def edge(mask: np.ndarray) -> np.ndarray:
        rows = [(r, c) for r, c in np.argwhere(mask) if not mask[r - 1 : r + 2, c].all() or not mask[r, c - 1 : c + 2].all()]
        return np.array(rows, float)

    ours, theirs = edge(one), edge(larger)
    apart = np.linalg.norm(ours[:, None] - theirs, axis=2)
    by_loop = np.concatenate([apart.min(axis=1), apart.min(axis=0)]).mean()
    assert surface_distance(one, larger) == pytest.approx(100 * by_loop / 20)
    assert surface_distance(one, one) == 0
    assert surface_distance(np.zeros((20, 20), bool), one) == pytest.approx(100 * np.sqrt(2))
    assert np.isnan(surface_distance(one, np.zeros((20, 20), bool)))


def test_images_without_a_structure_do_not_count_for_it() -> None:
    tallies = tallies_of(np.array([[1.0, np.nan], [0.5, 0.2], [0.0, np.nan]]), ("lungs", "findings"))
    every, first = np.ones((1, 3)), np.array([[1.0, 0, 0]])
    assert tallies.findings["lungs"].value(every @ tallies.findings["lungs"].counts) == pytest.approx([0.5])
    assert tallies.value(every @ tallies.counts) == pytest.approx([0.35])  # the mean of 0.5 and 0.2
    assert tallies.value(first @ tallies.counts) == pytest.approx([1.0])
    assert np.isnan(tallies.findings["findings"].value(first @ tallies.findings["findings"].counts)).all()
