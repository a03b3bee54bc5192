"""Images that come again whatever the seed: planted ones are found, different people are not."""

import numpy as np
import pytest

from bench_core.errors import InputError, NotPossible
from bench_core.memorization.extraction import Looks, cliques, recurring

PROMPTS, SEEDS = 6, 14


def world(planted: dict[int, int], seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Films, features and prompts; of a planted prompt so many seeds are the same film with a little noise."""
    rng = np.random.default_rng(seed)
    n = PROMPTS * SEEDS
    films, features = rng.normal(128, 40, (n, 64, 64)), rng.normal(size=(n, 8)) * 3
    prompts = np.repeat(np.arange(PROMPTS), SEEDS)
    for prompt, count in planted.items():
        rows = np.flatnonzero(prompts == prompt)[:count]
        films[rows] = films[rows[0]] * 0.8 + 10 + rng.normal(0, 2, (count, 64, 64))
        features[rows] = features[rows[0]] + rng.normal(0, 0.01, (count, 8))
    return films, features, prompts


def found(films: np.ndarray, features: np.ndarray, prompts: np.ndarray, people: int = 30, **more: float) -> list[list[int]]:
    rng = np.random.default_rng(9)
    control = Looks(rng.normal(128, 40, (people, 64, 64)), rng.normal(size=(people, 8)) * 3)
    return [clique.tolist() for clique in recurring(Looks(films, features), prompts, control, **more).cliques]


def test_what_comes_again_is_found_and_nothing_else() -> None:
    assert found(*world({1: 12, 4: 10, 5: 9})) == [list(range(14, 26)), list(range(56, 66))], "nine are too few"
    assert found(*world({})) == []


def test_a_film_that_comes_again_for_every_prompt_is_found_too() -> None:
    films, features, prompts = world({})
    films[:], features[:] = films[0], features[0]
    assert [len(clique) for clique in found(films, features, prompts)] == [SEEDS] * PROMPTS
    assert [len(clique) for clique in found(films[:12], features[:12], np.zeros(12))] == [12], "one prompt is enough"


def test_either_detector_joins() -> None:
    films, features, prompts = world({2: 11})
    rng = np.random.default_rng(5)
    for changed in ((rng.normal(128, 40, films.shape), features), (films, rng.normal(size=features.shape) * 5)):
        assert [len(clique) for clique in found(*changed, prompts)] == [11]


def test_one_tile_that_differs_is_enough_to_tell_films_apart() -> None:
    films, features, prompts = world({2: 11})
    rows = np.flatnonzero(prompts == 2)[:11]
    films[rows, :16, 48:] = np.random.default_rng(6).normal(128, 60, (11, 16, 16))
    features = np.random.default_rng(7).normal(size=features.shape) * 5
    assert found(films, features, prompts) == []


def test_cliques_are_cliques_and_are_taken_out_largest_first() -> None:
    edges = np.zeros((12, 12), bool)
    for group in ([0, 1, 2, 3, 4], [4, 5, 6, 7], [8, 9, 10]):
        edges[np.ix_(group, group)] = True
    assert [clique.tolist() for clique in cliques(edges, 3)] == [[0, 1, 2, 3, 4], [5, 6, 7], [8, 9, 10]]
    assert [clique.tolist() for clique in cliques(edges, 4)] == [[0, 1, 2, 3, 4]]
    path = np.eye(12, k=1, dtype=bool)
    assert list(cliques(path | path.T, 3)) == [], "neighbours of neighbours need not be alike"


def test_too_few_seeds_and_too_few_people_are_said_with_what_would_be_needed() -> None:
    films, features, prompts = world({})
    with pytest.raises(NotPossible, match="No prompt has 15 images: the most that one has is 14") as told:
        found(films, features, prompts, least=15)
    assert "--count 30" in told.value.hint
    with pytest.raises(NotPossible, match="9 held-out patients"):
        found(films, features, prompts, people=9)
    for wrong in ({"least": 2}, {"share": 0.2}):
        with pytest.raises(InputError, match="cannot be looked for"):
            found(films, features, prompts, **wrong)
