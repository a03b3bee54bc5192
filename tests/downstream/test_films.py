"""Films are read once, and found again wherever they lie in a row of sets."""

import numpy as np

from bench_core.downstream.films import Films, Joined, Rows


def test_each_film_is_read_once_and_rows_of_joined_sets_are_those_of_their_own() -> None:
    asked: list[int] = []
    told: list[None] = []

    def film(row: int) -> np.ndarray:
        asked.append(row)
        return np.full((4, 4), row, np.uint8)

    one, other = Films(5, 4, film, lambda: told.append(None)), Films(3, 4, lambda row: np.full((4, 4), 100 + row, np.uint8))
    joined = Joined([one, Joined([Films(0, 4, film), other])])
    assert len(joined) == 8
    rows = np.array([7, 0, 4, 0, 5])
    np.testing.assert_array_equal(joined[rows][:, 0, 0], [102, 0, 4, 0, 100])
    np.testing.assert_array_equal(joined[rows].shape, (5, 4, 4))
    assert sorted(asked) == [0, 4] and len(told) == 2
    np.testing.assert_array_equal(Rows(one, np.array([4, 2]))[np.array([1, 0])][:, 0, 0], [2, 4])
    assert sorted(asked) == [0, 2, 4]
