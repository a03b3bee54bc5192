import numpy as np

from bench_core.registration.descent import possible, solved


def test_four_equations_are_solved_and_unsolvable_ones_move_nothing():
    rng = np.random.default_rng(0)
    root = rng.standard_normal((4, 6))
    square, right = root @ root.T, rng.standard_normal(4)
    np.testing.assert_allclose(solved(square, right), np.linalg.solve(square, right), rtol=1e-9)
    np.testing.assert_array_equal(solved(np.zeros((4, 4)), right), np.zeros(4))


def test_poses_beyond_the_limits_are_none():
    limits = (0.2, 20.0, 1.35)
    assert possible(np.zeros(4), limits)
    assert not possible(np.array([0.0, 0.0, 0.5, 0.0]), limits)
    assert not possible(np.array([0.5, 0.0, 0.0, 0.0]), limits)
    assert not possible(np.array([0.0, 0.5, 0.0, 0.0]), limits)
