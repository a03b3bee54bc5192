"""What one pass over the pairs of two sets finds, against loops in float64; views against fresh sets; progress and stopping."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from bench_core.errors import Cancelled
from bench_core.features import FeatureSet, base, threads
from bench_core.features.pairs import within
from bench_core.features.place import placed


def sets(n: int = 230, m: int = 170, d: int = 6, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two sets, in the first of which some images come twice and each patient has two."""
    rng = np.random.default_rng(seed)
    real = rng.normal(size=(n, d)).astype(np.float32)
    real[-20:] = real[:20]
    return real, (rng.normal(size=(m, d)) * 0.8 + 0.2).astype(np.float32)


def pair(real: np.ndarray, synthetic: np.ndarray, rows: np.ndarray | None = None, columns: np.ndarray | None = None) -> list[FeatureSet]:
    rows, columns = np.arange(len(real)) if rows is None else rows, np.arange(len(synthetic)) if columns is None else columns
    return [FeatureSet(real[rows], subjects=np.arange(len(real))[rows] // 2, kind="real"), FeatureSet(synthetic[columns], kind="synthetic")]


@pytest.fixture(params=["one tile", "many tiles and threads", "nothing kept"])
def manner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param != "one tile":
        monkeypatch.setattr(threads, "TILE", (32, 48))
        monkeypatch.setattr(threads, "ALONE", 0)
        monkeypatch.setattr(threads, "threads", lambda: 3)
    if request.param == "nothing kept":
        monkeypatch.setattr(base, "KEPT", 0)
    return str(request.param)


def slow_inside(points: np.ndarray, centres: np.ndarray, radii: np.ndarray) -> np.ndarray:
    return (cdist(points.astype(np.float64), centres.astype(np.float64)) < radii).sum(axis=1)


@pytest.mark.parametrize("expected", [False, True])
def test_one_pass_finds_what_loops_find(manner: str, expected: bool) -> None:
    a, b = sets()
    real, synthetic = pair(a, b)
    if expected:
        real.expect(synthetic, 5, subsets=True)
        synthetic.expect(real, 5, subsets=True)
    gaps = cdist(a.astype(np.float64), b.astype(np.float64))
    np.testing.assert_allclose(real.neighbours(synthetic, 4)[0], np.sort(gaps, axis=1)[:, :4], rtol=1e-9)
    np.testing.assert_allclose(synthetic.neighbours(real, 4)[0], np.sort(gaps.T, axis=1)[:, :4], rtol=1e-9)
    np.testing.assert_array_equal(synthetic.neighbours(real, 1)[0][:, 0], gaps.T[np.arange(170), synthetic.neighbours(real, 1)[1][:, 0]])
    for k in (1, 5, 12):
        np.testing.assert_array_equal(synthetic.inside(real, k), slow_inside(b, a, real.radius(k)))
        np.testing.assert_array_equal(real.inside(synthetic, k), slow_inside(a, b, synthetic.radius(k)))
        np.testing.assert_array_equal(real.inside(real, k), slow_inside(a, a, real.radius(k)))
    own = np.sort(cdist(a.astype(np.float64), a.astype(np.float64)), axis=1)[:, :3]
    np.testing.assert_allclose(real.neighbours(real, 3)[0], own, atol=1e-9)
    for part, block in synthetic.distance_blocks(real):
        np.testing.assert_allclose(block, gaps.T[part], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("share", [0.5, 0.08])
def test_views_are_as_fresh_sets(manner: str, share: float) -> None:
    a, b = sets()
    rng = np.random.default_rng(1)
    whole = pair(a, b)
    for _ in range(3):
        rows, columns = rng.permutation(230)[: int(230 * share)], rng.permutation(170)[: int(170 * share)]
        fresh, views = pair(a, b, rows, columns), [whole[0].take(rows), whole[1].take(columns)]
        for k in (1, 3):
            for one, other in ((0, 1), (1, 0)):
                np.testing.assert_array_equal(views[one].inside(views[other], k), fresh[one].inside(fresh[other], k))
                np.testing.assert_array_equal(views[one].radius(k), fresh[one].radius(k))
                (near, at), (expected, expected_at) = (of[one].neighbours(of[other], k) for of in (views, fresh))
                np.testing.assert_array_equal(near, expected)  # of two copies, either may be the neighbour
                np.testing.assert_array_equal(fresh[other].values[at], fresh[other].values[expected_at])
        half, rest = rows[: len(rows) // 2], rows[len(rows) // 2 :]  # two views of one set, as in nulls
        one, other = (pair(a, b, r)[0] for r in (half, rest))
        np.testing.assert_array_equal(whole[0].take(half).inside(whole[0].take(rest), 2), one.inside(other, 2))
        np.testing.assert_array_equal(whole[0].take(half).neighbours(whole[0].take(rest), 2)[0], one.neighbours(other, 2)[0])
        for kernel in ("cubic", "gaussian"):
            for x, y, u, v in ((*views, *fresh), (views[0], views[0], fresh[0], fresh[0]), (views[1], whole[0], fresh[1], pair(a, b)[0])):
                assert x.kernel_sum(y, kernel) == pytest.approx(u.kernel_sum(v, kernel), rel=1e-7)  # type: ignore[arg-type]


def test_beyond_the_last_row_there_is_none() -> None:
    rows = FeatureSet(np.arange(8, dtype=float).reshape(4, 2), subjects=[0, 0, 1, 1]).rows_of()
    near, at = within(rows).nearest(0, 5, apart=True)
    np.testing.assert_array_equal(np.isfinite(near[:, :3]), [[True, True, False]] * 4)
    np.testing.assert_array_equal(at[:, 2:5], -1)
    np.testing.assert_array_equal(np.sort(at[:, :2]), [[2, 3], [2, 3], [0, 1], [0, 1]])


def test_a_view_that_has_a_row_twice() -> None:
    a, b = sets()
    whole, fresh = pair(a, b)[0], FeatureSet(b)
    twice = whole.take([3, 3, 8, 40])
    np.testing.assert_array_equal(fresh.neighbours(twice, 4)[0], fresh.neighbours(FeatureSet(a[[3, 3, 8, 40]]), 4)[0])
    assert twice.kernel_sum(fresh) == pytest.approx(FeatureSet(a[[3, 3, 8, 40]]).kernel_sum(fresh), rel=1e-7)


def test_sets_far_from_each_other_and_from_zero() -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=(80, 40)) + 500).astype(np.float32), (rng.normal(size=(60, 40)) - 200).astype(np.float32)
    b[:30] = a[:30] + 0.25 * rng.normal(size=(30, 40)).astype(np.float32)
    gaps = cdist(a.astype(np.float64), b.astype(np.float64))
    near, rows = FeatureSet(b).neighbours(FeatureSet(a), 3)
    np.testing.assert_allclose(near, np.sort(gaps.T, axis=1)[:, :3], rtol=1e-12)
    np.testing.assert_array_equal(rows, np.argsort(gaps.T, axis=1)[:, :3])
    kernel = (a.astype(np.float64) @ b.astype(np.float64).T / 40 + 1) ** 3
    assert FeatureSet(a).kernel_sum(FeatureSet(b)) == pytest.approx(kernel.sum(), abs=1e-6 * np.abs(kernel).sum())


def test_codes_are_counted_exactly(manner: str) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 3, size=(120, 30)), rng.integers(0, 3, size=(90, 30))
    one, other = FeatureSet(a, distance="hamming"), FeatureSet(b, distance="hamming")
    gaps = cdist(a, b, "hamming")
    np.testing.assert_allclose(one.neighbours(other, 5)[0], np.sort(gaps, axis=1)[:, :5])
    half = np.arange(0, 120, 2)
    for mine, x in ((one, a), (one.take(half), a[half])):
        np.testing.assert_array_equal(other.inside(mine, 2), FeatureSet(b, distance="hamming").inside(FeatureSet(x, distance="hamming"), 2))
    assert one.kernel_sum(other) == pytest.approx(FeatureSet(a).kernel_sum(FeatureSet(b)))


def test_long_passes_tell_how_far_they_are_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TILE", (16, 16)), ("ALONE", 0), ("LONG", 0), ("threads", lambda: 2)):
        monkeypatch.setattr(threads, name, value)
    a, b = sets()
    heard: list[float] = []
    with placed(report=lambda share, what: heard.append(share)):
        pair(a, b)[0].neighbours(pair(a, b)[1], 1)
    assert heard[-1] == 1.0
    heard.clear()
    pair(a, b)[0].neighbours(pair(a, b)[1], 1)
    assert not heard

    def stop(share: float, what: str) -> None:
        raise Cancelled("The run was cancelled.")

    with placed(report=stop), pytest.raises(Cancelled):
        pair(a, b)[0].neighbours(pair(a, b)[1], 1)
