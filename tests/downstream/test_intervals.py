"""Intervals hold the mean over worlds as often as they say, with few trainings too."""

import numpy as np
import pytest

from bench_core.downstream.intervals import Resamples, interval


def test_the_first_weighting_is_the_plain_mean_and_patients_stay_together() -> None:
    units = np.repeat(np.arange(20), 3)
    found = Resamples.of(units, 4, count=50)
    assert (found.images[0] == 1).all()
    np.testing.assert_allclose(found.trainings[0], 0.25)
    np.testing.assert_allclose(found.trainings.sum(axis=1), 1)
    assert (found.images[:, ::3] == found.images[:, 1::3]).all()


@pytest.mark.parametrize("trainings", [3, 5])
def test_a_mean_over_few_trainings_is_held_in_most_worlds(trainings: int) -> None:
    held, rng = 0, np.random.default_rng(0)
    for world in range(150):
        own = rng.normal(size=trainings)
        resamples = Resamples.of(np.arange(50), trainings, count=200, seed=world)
        drawn = resamples.mean([np.full((201, 1), value) for value in own])[:, 0]
        found = interval(drawn)
        held += found.low <= 0 <= found.high
    assert held / 150 > (0.75 if trainings == 3 else 0.8)


def test_where_most_resamples_have_no_number_there_is_no_interval() -> None:
    values = np.r_[0.5, np.full(8, np.nan), 0.4, 0.6]
    found = interval(values)
    assert found.value == 0.5 and np.isnan(found.low) and np.isnan(found.high)
