"""The reader of films: what it learns, where its thresholds lie, what it is held against."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core.data import ImageSet
from bench_core.errors import NotPossible, TooFewImages
from bench_core.features import FeatureSet
from bench_core.reports.reading import Reader, _best, has_texts, image_f1, stated, without_sides

TEXTS = ("Small left pleural effusion.", "Severe right pneumothorax and pacemaker.", "Normal chest radiograph.", "Edema.")
DIRECTIONS = {
    item: np.random.default_rng(i).normal(size=12)
    for i, item in enumerate(
        [("Pleural Effusion", "left"), ("Pneumothorax", "right"), ("pacemaker", ""), ("No Finding", ""), ("Edema", "")]
    )
}


def films(n: int, seed: int, noise: float = 0.4, texts: bool = True) -> FeatureSet:
    """Features that are the sum of what the reports state."""
    rng = np.random.default_rng(seed)
    said = [TEXTS[i % len(TEXTS)] for i in range(n)]
    table = pd.DataFrame({"image_id": [str(i) for i in range(n)], "digest": "", "prompt": said if texts else None})
    bare = FeatureSet(np.zeros((n, 12), np.float32), images=ImageSet("", "", "train", Path(), table.assign(prompt=said)))
    values = np.array([sum(DIRECTIONS[item] for item in items) for items in stated(bare)]) + noise * rng.normal(size=(n, 12))
    labels = pd.DataFrame({"Edema": [float("Edema" in text) for text in said], "Fracture": 0.0})
    return FeatureSet(values.astype(np.float32), labels=labels, kind="train", images=ImageSet("", "", "train", Path(), table))


def test_what_reports_state_is_read_from_films_and_chance_is_not() -> None:
    train, asked = films(120, 0), films(60, 1)
    reader = Reader.fit(train, stated(train), 0.1, 10)
    assert set(reader.items) == set(DIRECTIONS)
    read = reader.read(asked)
    assert image_f1(read, reader.asked(stated(asked))).mean() > 0.97
    assert image_f1(read, reader.asked(stated(asked)[1:] + stated(asked)[:1])).mean() < 0.1  # each beside the next one's report


def test_thresholds_are_those_of_readers_that_did_not_see_the_image() -> None:
    """With as many features as images everything can be learned by heart; leave-one-out scores are those of N readers."""
    train = films(24, 2, noise=2.0)
    reports = stated(train)
    whole = Reader.fit(train, reports, 0.1, 2)
    alone = np.empty(24)
    for row in range(24):
        rest = np.delete(np.arange(24), row)
        x = (train.values - whole.mean) / whole.spread
        y = whole.asked(reports)[:, 0]
        centred = x[rest] - x[rest].mean(axis=0)
        weights = np.linalg.solve(centred.T @ centred + 0.1 * 24 * np.eye(12), centred.T @ (y[rest] - y[rest].mean()))
        alone[row] = (x[row] - x[rest].mean(axis=0)) @ weights + y[rest].mean()
    assert whole.thresholds[0] == pytest.approx(_best(alone, whole.asked(reports)[:, 0]), abs=1e-6)


def test_the_threshold_is_where_f1_is_highest() -> None:
    scores, stated_ = np.array([0.9, 0.8, 0.7, 0.2, 0.2]), np.array([1.0, 1.0, 0.0, 0.0, 0.0])
    assert _best(scores, stated_) == pytest.approx(0.75)
    assert _best(np.ones(4), np.array([1.0, 0, 0, 0])) < 1  # equal scores cannot be told apart


def test_labels_take_the_place_of_texts_without_sides() -> None:
    bare = films(8, 3, texts=False)
    assert not has_texts(bare) and stated(bare)[3] == {("Edema", "")} and stated(bare)[0] == frozenset()
    assert without_sides(frozenset({("Pneumothorax", "right"), ("pacemaker", "left")})) == {("Pneumothorax", ""), ("Support Devices", "")}
    with pytest.raises(NotPossible, match="neither reports nor labels"):
        stated(FeatureSet(np.zeros((3, 2), np.float32), kind="train"))
    with pytest.raises(TooFewImages, match="no finding is in 10 reports"):
        Reader.fit(bare, stated(bare), 0.1, 10)


def test_images_without_any_finding_agree() -> None:
    assert image_f1(np.array([[0, 0], [1, 0], [1, 1]]), np.array([[0, 0], [0, 0], [1, 0]])).tolist() == [1, 0, pytest.approx(2 / 3)]
