"""What is read off the pixels of a film is read once, in whatever set the film is."""

import numpy as np

from bench_core.features import FeatureSet
from bench_core.features.origin import drawn_from, of_each_image


def test_a_set_of_films_of_another_one_reads_none_itself() -> None:
    read: list[int] = []

    def double(whole: FeatureSet) -> np.ndarray:
        read.append(len(whole))
        return 2 * whole.values[:, 0]

    source = FeatureSet(np.arange(6.0)[:, None])
    rows = np.array([4, 4, 1])
    some = drawn_from(FeatureSet(np.zeros((3, 1))), source, rows)
    np.testing.assert_array_equal(of_each_image(some, "twice", double), [8, 8, 2])
    np.testing.assert_array_equal(of_each_image(source.take([5]), "twice", double), 2 * np.arange(6))
    again = drawn_from(FeatureSet(np.zeros((2, 1))), source.take([3, 4, 5]), np.array([0, 2]))
    np.testing.assert_array_equal(of_each_image(again, "twice", double), [6, 10])
    assert read == [6]
