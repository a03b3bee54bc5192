"""Small classifiers."""

import numpy as np
import pytest

from bench_core.arms.materials import Stage
from bench_core.downstream.loop import Examples, Training
from bench_core.downstream.probes import train
from bench_core.errors import NotPossible

RNG = np.random.default_rng(1)
WAYS = RNG.normal(size=(6, 2))


def examples(count: int) -> Examples:
    values = RNG.normal(size=(count, 6)).astype(np.float32)
    return Examples(values, (values @ WAYS + 0.3 * RNG.normal(size=(count, 2)) > 0.8).astype(float))


def accuracy(scores: np.ndarray, asked: Examples) -> float:
    return float(((scores > 0.5) == asked.targets).mean())


@pytest.mark.parametrize("classifier", ["linear", "mlp", "knn"])
def test_it_learns_what_can_be_learned_and_says_the_same_again(classifier) -> None:
    pool, validation, asked = examples(400), examples(80), examples(200)
    pool.targets[::7, 0] = np.nan  # unknown labels teach nothing and hinder nothing
    how = Training(classifier, steps=120, batch=64)
    first = train(pool, [Stage(np.arange(400))], validation, asked.values, how, 3)
    again = train(pool, [Stage(np.arange(400))], validation, asked.values, how, 3)
    assert accuracy(first.test, asked) > 0.85
    np.testing.assert_array_equal(first.test, again.test)


def test_only_rows_of_the_stages_are_learned_from() -> None:
    pool, validation, asked = examples(400), examples(80), examples(200)
    wrong = Examples(pool.values, np.where(np.arange(400)[:, None] < 200, pool.targets, 1 - pool.targets))
    how = Training("linear", steps=120, batch=64)
    assert accuracy(train(wrong, [Stage(np.arange(200))], validation, asked.values, how, 0).test, asked) > 0.85
    lied_to = train(wrong, [Stage(np.arange(200, 400))], validation, asked.values, how, 0)
    assert accuracy(lied_to.test, asked) < 0.6


def test_stages_follow_each_other_and_neighbours_know_none() -> None:
    pool, validation, asked = examples(300), examples(80), examples(200)
    stages = [Stage(np.arange(150), 0.5), Stage(np.arange(150, 300), 0.5)]
    found = train(pool, stages, validation, asked.values, Training("linear", steps=100, batch=64), 0)
    assert accuracy(found.test, asked) > 0.8 and 0 < found.kept_at <= 100
    with pytest.raises(NotPossible, match="no steps"):
        train(pool, stages, validation, asked.values, Training("knn"), 0)


def test_positives_of_a_rare_finding_can_count_more() -> None:
    pool, validation, asked = examples(600), examples(80), examples(300)
    means = [
        train(pool, [Stage(np.arange(600))], validation, asked.values, Training("linear", steps=80, balanced=b), 0).test.mean()
        for b in (False, True)
    ]
    assert means[1] > means[0]
