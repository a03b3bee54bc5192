import numpy as np

from bench_core.registration.poses import Poses


def some(count: int = 20, seed: int = 0) -> Poses:
    rng = np.random.default_rng(seed)
    return Poses(
        rng.uniform(-0.1, 0.1, count), rng.uniform(-0.1, 0.1, count), rng.uniform(-10, 10, count), rng.uniform(0.9, 1.1, count),
        rng.random(count) < 0.5,
    )  # fmt: skip


def same(one: Poses, other: Poses) -> None:
    for name in ("down", "right", "angle", "scale", "mirrored"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-9)


def test_numbers_and_matrices_give_back_the_poses():
    poses = some()
    same(Poses.of(poses.numbers, poses.mirrored), poses)
    same(Poses.of_matrices(poses.matrices), poses)


def test_a_pose_that_is_undone_leaves_films_where_they_were():
    poses = some()
    same(poses.then(poses.undone()), Poses.still(20))
    same(Poses.joined([poses.take([3]), poses.take([1])]), poses.take([3, 1]))
