import numpy as np
import pytest
from scipy.ndimage import affine_transform, gaussian_filter

from bench_core.registration import alignment
from bench_core.registration.alignment import SIDE, Plates, compared, moved, onto_template, register, shrunk, template_of
from bench_core.registration.poses import Poses


def films(count: int, seed: int = 0) -> np.ndarray:  # (count, 64, 64)
    """Blotches of many sizes, so that there is something to hold on to; no two alike, all a bit alike, and lopsided as chests are."""
    rng = np.random.default_rng(seed)
    shared = sum(60 * gaussian_filter(np.random.default_rng(9).standard_normal((SIDE, SIDE)), s) * s for s in (2, 5))
    own = sum(40 * gaussian_filter(rng.standard_normal((count, SIDE, SIDE)), (0, s, s)) * s for s in (1.5, 3))
    return (128 + shared + own).astype(np.float32)


def pose(down: float = 0.0, right: float = 0.0, angle: float = 0.0, scale: float = 1.0, mirrored: bool = False, count: int = 1) -> Poses:
    return Poses(*(np.full(count, value) for value in (down, right, angle, scale, mirrored)))


@pytest.fixture(scope="module")
def some() -> np.ndarray:
    return films(12)


def test_films_are_moved_as_scipy_moves_them(some: np.ndarray):
    turn, size, middle = np.deg2rad(4), 1.06, (SIDE - 1) / 2
    back = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) / size
    offset = middle - back @ (middle + np.array([3.2, -2.0]))
    theirs = affine_transform(some[0], back, offset, order=1, mode="nearest")
    ours = moved(some[:1], pose(0.05, -2 / SIDE, 4, size))[0]
    np.testing.assert_allclose(ours[8:-8, 8:-8], theirs[8:-8, 8:-8], atol=0.01)
    np.testing.assert_array_equal(moved(some[:1], pose(mirrored=True))[0], some[0, :, ::-1])


@pytest.mark.parametrize("given", [pose(0.04, -0.03, 3, 1.05), pose(-0.06, 0.02, -4, 0.95, True)])
def test_a_pose_is_found_whatever_exposure_and_contrast(some: np.ndarray, given: Poses):
    copy = 40 + 0.6 * moved(some[:1], given)
    first = np.zeros(1, int)
    found, match = register(Plates.of(some), Plates.of(copy), first, first, pose(mirrored=bool(given.mirrored[0])))
    assert match[0] > 0.97
    for name, within in (("down", 0.003), ("right", 0.003), ("angle", 0.3), ("scale", 0.005)):
        assert getattr(found, name)[0] == pytest.approx(getattr(given, name)[0], abs=within)


def test_where_no_step_is_better_the_start_is_kept(some: np.ndarray):
    flat = np.full((1, SIDE, SIDE), 7.0, np.float32)
    first = np.zeros(1, int)
    found, match = register(Plates.of(flat), Plates.of(some), first, first, pose(0.1))
    assert found.down[0] == pytest.approx(0.1)
    assert match[0] == -1


def test_moved_and_mirrored_copies_come_to_lie_where_their_originals_do(some: np.ndarray):
    template = Plates.of(template_of(some)[None])
    count = len(some)
    copies = moved(
        some, Poses(np.full(count, 0.03), np.full(count, -0.02), np.full(count, 3.0), np.full(count, 1.03), np.arange(count) % 2 == 0)
    )
    at_home = [moved(x, onto_template(Plates.of(x), template)[0]) for x in (some, copies)]
    products = compared(at_home[1], 2.0) @ compared(at_home[0], 2.0).T
    assert (products.argmax(axis=1) == np.arange(count)).all()
    assert np.diag(products).min() > 0.9


def test_films_of_any_size_are_shrunk_to_one_size_and_rows_have_unit_length():
    film = np.random.default_rng(0).integers(0, 256, (256, 256)).astype(np.uint8)
    np.testing.assert_allclose(shrunk(film), film.reshape(SIDE, 4, SIDE, 4).mean((1, 3)), atol=0.01)
    assert shrunk(film[:100, :70]).shape == (SIDE, SIDE)
    np.testing.assert_allclose(np.linalg.norm(compared(films(3)), axis=1), 1, atol=1e-5)
    assert alignment.at_half(films(2)).shape == (2, 32, 32)
