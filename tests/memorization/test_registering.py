import numpy as np

from bench_core.memorization.registering import registered
from bench_core.registration.alignment import moved, template_of
from bench_core.registration.poses import Poses
from tests.registration.test_alignment import films


def large(films_: np.ndarray) -> np.ndarray:  # (N, 64, 64) -> (N, 128, 128)
    return films_.repeat(2, axis=1).repeat(2, axis=2)


def test_pairs_lie_on_each_other_and_a_transplanted_half_shows():
    train = films(6)
    poses = Poses(np.full(6, 0.05), np.full(6, 0.02), np.full(6, -5.0), np.full(6, 1.04), np.arange(6) % 2 == 0)
    copies, halves = moved(train, poses), train.copy()
    halves[:, :, 32:] = films(6, seed=5)[:, :, 32:]
    pairs = np.array([[i, i] for i in range(6)] + [[i, (i + 1) % 6] for i in range(6)])
    template = template_of(train)
    found = registered(large(copies), large(train), pairs, template)
    assert found.whole[:6].min() > 0.95 > found.whole[6:].max()
    np.testing.assert_allclose(found.poses.angle[:6], -5, atol=0.5)
    np.testing.assert_array_equal(found.poses.mirrored[:6], poses.mirrored)
    mixed = registered(large(halves), large(train), pairs[:6], template)
    assert mixed.half.min() > 0.95 > mixed.whole.max() and mixed.fine.min() > 0.9 > found.fine[6:].max()
    turned = train.copy()
    turned[:, :, 32:] = moved(films(6, seed=5), poses)[:, :, 32:]
    lying = moved(turned, Poses(np.full(6, -0.04), np.zeros(6), np.full(6, 6.0), np.ones(6), np.zeros(6, bool)))
    apart = registered(large(lying), large(train), pairs[:6], template)
    assert (apart.half > 0.9).sum() >= 5, "the other half, in another pose, does not pull the pose away"
