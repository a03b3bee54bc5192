"""What passes are asked for and find: parts add up to the whole."""

import numpy as np
import pytest

from bench_core.features import passes
from bench_core.features.passes import PassFindings, PassRequest, products, reach_of, scatter
from bench_core.features.place import placed


def test_lists_and_counts_are_told_by_what_is_wanted() -> None:
    none, some = np.empty((3, 0)), np.ones((3, 2))
    assert not PassRequest((0, 0), False, (none, none), True).lists and PassRequest((0, 4), False, (none, none), False).lists
    assert not PassRequest((4, 4), False, (none, none), False).counts and PassRequest((0, 0), False, (none, some), False).counts


def test_portions_of_outer_products_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).normal(size=(50, 4))
    mean = values.mean(axis=0)
    monkeypatch.setattr(passes, "ROWS", 7)
    np.testing.assert_allclose(products(values, mean), (values - mean).T @ (values - mean), rtol=1e-12)


def test_an_adder_that_declines_leaves_the_sum_to_this_process() -> None:
    values, mean = np.eye(3), np.zeros(3)
    with placed(adder=lambda values, mean: None):
        assert np.array_equal(scatter(values, mean), np.eye(3))
    with placed(adder=lambda values, mean: np.zeros((3, 3))):
        assert not scatter(values, mean).any()


def test_finds_of_two_parts_are_merged() -> None:
    one, other = PassFindings(2, 2, 1, True), PassFindings(2, 2, 1, True)
    one.near[:], one.at[:] = [[1, 3], [2, 4]], [[10, 30], [20, 40]]
    other.near[0], other.at[0] = [2, np.inf], [50, -1]
    one.inside[:, 0], other.inside[:, 0] = [1, 2], [3, 4]
    other.sums[:] = 1.5
    one.add(other)
    assert one.near.tolist() == [[1, 2], [2, 4]] and one.at.tolist() == [[10, 50], [20, 40]]
    assert one.inside[:, 0].tolist() == [4, 6] and (one.sums == 1.5).all()


def test_what_is_added_to_a_part_is_added_to_the_whole() -> None:
    whole = PassFindings(3, 1, 1, True)
    part = whole.part(slice(1, 3))
    part.inside += 1
    part.sums += 2
    assert whole.inside[:, 0].tolist() == [0, 1, 1] and whole.sums[0].tolist() == [0, 2, 2]


def test_no_ball_is_missed_by_rounding() -> None:
    radii = np.array([[0.1, 0.3], [0.2, 1e8 + 1]])
    assert (reach_of(radii) >= radii[:, -1]).all()
    assert (reach_of(np.empty((2, 0))) == -np.inf).all()
