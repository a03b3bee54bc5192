"""Who trains and who validates."""

import numpy as np

from bench_core.downstream.draws import Draws, distinct
from bench_core.features import FeatureSet

TRAIN = FeatureSet(np.random.default_rng(0).normal(size=(200, 4)), subjects=np.repeat(np.arange(100), 2).astype(str), kind="train")


def test_patients_validate_or_train_and_never_both() -> None:
    draws = Draws(TRAIN, 30, seed=4)
    validating = set(TRAIN.subjects[draws.validation])
    assert len(validating) == 10
    for number in range(3):
        found = draws.draw(number, 1.0, None)
        assert not validating & set(TRAIN.subjects[found.real]) and len(found.real) == 180


def test_a_small_share_is_part_of_a_large_one_and_trainings_differ() -> None:
    draws = Draws(TRAIN, 30)
    small, large, other = draws.draw(0, 0.1, None), draws.draw(0, 0.5, None), draws.draw(1, 0.1, None)
    assert len(small.real) == 18 and set(small.real) < set(large.real)
    assert set(small.real) != set(other.real) and set(small.synthetic) == set(other.synthetic) == set(range(30))


def test_as_many_are_added_as_the_ratio_says_and_controls_stem_from_patients_in_use() -> None:
    draws = Draws(TRAIN, 30)
    found = draws.draw(0, 0.1, 0.5)
    assert len(found.synthetic) == len(found.bases) == 9
    used = set(TRAIN.subjects[found.real]) | set(TRAIN.subjects[draws.validation])
    assert len(found.more) == 9 and not used & set(TRAIN.subjects[found.more]) and not len(draws.draw(0, 1.0, None).more)
    more = draws.draw(0, 0.1, None)
    assert set(more.bases) <= set(more.real) and more.variants.max() == 1
    assert len(list(distinct([more, more]))) == 30
