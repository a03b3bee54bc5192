"""The audit of private training: nothing is proved where noise hides everything, and much where there is none."""

import numpy as np

from bench_core.membership.audit import epsilon_lower_bound
from bench_core.training.private import Privacy
from benchmarks import audit as script


def test_hits_grow_as_the_noise_falls_and_with_films_as_the_unit() -> None:
    loud, quiet = (Privacy(rate=0.5, steps=4, noise=noise, bound=1.0, delta=1e-5) for noise in (100.0, 0.1))
    assert script.one_run(loud, 200, 0, by_film=False) < 30
    right = script.one_run(quiet, 200, 0, by_film=False)
    assert right >= 36 and epsilon_lower_bound(200, 40, right, 1e-5) > 1
    middle = Privacy(rate=0.5, steps=20, noise=8.0, bound=1.0, delta=1e-5)
    hits = [[script.one_run(middle, 200, seed, by_film=by_film) for seed in range(8)] for by_film in (False, True)]
    assert np.mean(hits[1]) > np.mean(hits[0]) + 1


def test_a_patient_is_one_unit_and_a_film_is_one_where_it_is_asked_for() -> None:
    owners, there = script.places(6, by_film=False)
    assert owners.tolist() == list(range(6)) and there.shape == (6, script.FILMS)
    owners, there = script.places(6, by_film=True)
    assert np.bincount(owners).tolist() == [script.FILMS] * 6 and there.shape == (6 * script.FILMS, 1)
