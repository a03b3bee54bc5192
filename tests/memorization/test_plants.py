import numpy as np
import pandas as pd
import pytest

from bench_core.errors import TooFewImages
from bench_core.memorization.plants import PLANTINGS, planned


def names(count: int, films: int) -> np.ndarray:
    return np.repeat([f"p{i}" for i in range(count)], films)


def test_every_way_and_strength_is_planted_as_often_among_half_of_the_patients():
    real, train = names(60, 2), names(500, 2)
    plan = planned(train, real, 3, seed=1)
    copies, strangers = plan[plan["train"] >= 0], plan[plan["train"] < 0]
    counts = copies.groupby(["planting", "strength"]).size()
    assert set(counts) == {3} and len(counts) == sum(len(p.strengths) for p in PLANTINGS.values())
    assert len(np.unique(train[copies["train"]])) == len(copies), "each of another patient"
    assert len(strangers) == 30 == len(np.unique(real[strangers["real"]]))
    assert set(real[copies.loc[copies["real"] >= 0, "real"]]) <= set(real[strangers["real"]]), "who is mixed in does not judge"
    pd.testing.assert_frame_equal(plan, planned(train, real, 3, seed=1))


@pytest.mark.parametrize("planting", PLANTINGS.values(), ids=PLANTINGS)
def test_a_stronger_alteration_changes_more_and_the_truth_does_not_soften(planting):
    rng = np.random.default_rng(0)
    film, other = (np.kron(rng.integers(40, 215, (16, 16)), np.ones((16, 16))).astype(np.uint8) for _ in range(2))
    off = [np.abs(planting.alter(film, other, s, np.random.default_rng(5)).astype(float) - film).mean() for s in planting.strengths]
    assert off == sorted(off) and (off[0] > 0 or planting.id == "none")
    truths = [planting.truth(s) for s in planting.strengths]
    assert truths == sorted(truths), "exact before near"


def test_too_few_patients_or_no_films_are_told():
    with pytest.raises(TooFewImages, match="39 held-out patients are too few: 40 are needed"):
        planned(names(5, 1), names(39, 1), 1, 0)
    with pytest.raises(TooFewImages, match="no training film"):
        planned(names(0, 1), names(40, 1), 1, 0)
