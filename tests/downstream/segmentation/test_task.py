"""A U-Net that learns from films with masks draws them on others; from films with others' masks it cannot."""

import numpy as np
import pytest

from bench_core.arms.materials import Stage
from bench_core.downstream.segmentation.measures import DICE, DISTANCE
from bench_core.downstream.segmentation.network import SegmentationTraining
from bench_core.downstream.segmentation.task import MaskedFilms, Segmentation


def films(n: int, seed: int) -> MaskedFilms:
    """Bright squares anywhere; the second structure is on every other film."""
    rng = np.random.default_rng(seed)
    pictures, masks = rng.integers(40, 90, (n, 32, 32)), np.zeros((n, 2, 32, 32), bool)
    for i, (row, column) in enumerate(rng.integers(2, 18, (n, 2))):
        masks[i, 0, row : row + 12, column : column + 12] = True
        masks[i, 1, 26:31, 4:28] = i % 2
    pictures[masks.any(axis=1)] += 110
    return MaskedFilms(pictures.astype(np.uint8), masks, ("square", "bar"))


def test_masks_are_learned_and_those_of_other_films_are_not() -> None:
    train, tested = films(24, 0), films(8, 1)
    how = SegmentationTraining(steps=30, rate=1e-2)
    stages = (Stage(np.arange(24)),)
    wrong = MaskedFilms(train.films, np.roll(train.masks, 7, axis=0), train.structures)
    right = Segmentation(train, tested, how)
    said = right.train(stages, 0)
    every = np.ones((1, 8))
    value = {
        name: tallies.findings["square"].value(every @ tallies.findings["square"].counts)[0]
        for name, tallies in right.tallies(said).items()
    }
    assert value[DICE] > 0.8 and value[DISTANCE] < 8
    assert [row[1] is None for row in said[0]] == [True, False] * 4  # no bar, no number
    worse = Segmentation(wrong, tested, how)
    tallies = worse.tallies(worse.train(stages, 0))[DICE].findings["square"]
    assert tallies.value(every @ tallies.counts)[0] < value[DICE] - 0.1


def test_structures_are_taken_by_name() -> None:
    one = films(3, 2)
    assert one.of(("bar",)).masks.shape == (3, 1, 32, 32) and (one.of(("bar",)).masks[:, 0] == one.masks[:, 1]).all()
    with pytest.raises(ValueError, match="x"):
        one.of(("x",))
