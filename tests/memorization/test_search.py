import numpy as np
import pytest

from bench_core.errors import InputError, TooFewImages
from bench_core.memorization import search
from bench_core.memorization.search import nearest


def brute(mine: np.ndarray, gallery: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    apart = np.linalg.norm(mine[:, None].astype(np.float64) - gallery[None].astype(np.float64), axis=2)
    order = np.lexsort((np.broadcast_to(np.arange(len(gallery)), apart.shape), apart), axis=1)[:, :k]
    return np.take_along_axis(apart, order, 1), order


@pytest.mark.parametrize("far", [0.0, 1000.0])
def test_as_a_search_in_float64_finds_it_across_blocks(monkeypatch: pytest.MonkeyPatch, far: float):
    monkeypatch.setattr(search, "QUERIES", 7)
    monkeypatch.setattr(search, "GALLERY", 50)
    rng = np.random.default_rng(0)
    mine, gallery = (rng.standard_normal((n, 20)).astype(np.float32) + np.float32(far) for n in (23, 501))
    distances, rows = nearest(mine, gallery, 4)
    wanted, order = brute(mine, gallery, 4)
    np.testing.assert_array_equal(rows, order)
    np.testing.assert_allclose(distances, wanted, rtol=1e-12)


def test_near_ties_and_duplicates_are_told_apart_in_float64():
    rng = np.random.default_rng(1)
    gallery = np.repeat(rng.standard_normal((3, 30)).astype(np.float32), 40, axis=0)  # forty times the same
    gallery[5, 0] = np.nextafter(gallery[5, 0], np.float32(9))  # but for the last bit
    mine = gallery[[0, 5, 80]].copy()
    distances, rows = nearest(mine, gallery, 3)
    np.testing.assert_array_equal(rows, [[0, 1, 2], [5, 0, 1], [80, 81, 82]])
    assert distances[1, 0] == 0
    assert 0 < distances[1, 1] < 1e-6


def test_too_few_rows_and_rows_of_another_length_are_refused():
    with pytest.raises(TooFewImages, match="has 2 images"):
        nearest(np.zeros((1, 3)), np.zeros((2, 3)), 3)
    with pytest.raises(InputError, match="Rows of 3 and of 4"):
        nearest(np.zeros((1, 3)), np.zeros((2, 4)), 1)
