"""FeatureSet: what it refuses, what a view keeps."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.errors import InputError
from bench_core.features import FeatureSet


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e39])
def test_values_that_are_not_finite_are_named(bad: float) -> None:
    values = np.zeros((5, 3))
    values[3, 1] = bad
    with pytest.raises(InputError, match="synthetic features: row 3"):
        FeatureSet(values, kind="synthetic")


@pytest.mark.parametrize(
    "bad", [np.zeros(4), np.zeros((0, 3)), np.zeros((3, 0)), np.zeros((2, 2, 2)), np.array([["a"]]), np.array([[None]])]
)
def test_only_matrices_of_numbers(bad: np.ndarray) -> None:
    with pytest.raises(InputError, match="real features"):
        FeatureSet(bad, kind="real")


def test_columns_must_fit_the_rows() -> None:
    with pytest.raises(InputError, match="2 subjects for 3 images"):
        FeatureSet(np.ones((3, 2)), subjects=["a", "b"])
    with pytest.raises(InputError, match="2 rows for 3 images"):
        FeatureSet(np.ones((3, 2)), text=np.ones((2, 2)))


def test_sets_that_cannot_be_compared() -> None:
    a = FeatureSet(np.ones((3, 2)), kind="real")
    with pytest.raises(InputError, match="real has 2 features per image, synthetic has 4"):
        a.neighbours(FeatureSet(np.ones((3, 4)), kind="synthetic"))
    with pytest.raises(InputError, match="'one'.*'two'"):
        FeatureSet(np.ones((3, 2)), encoder="one").inside(FeatureSet(np.ones((3, 2)), encoder="two"))


def test_a_view_keeps_columns_together() -> None:
    rng = np.random.default_rng(0)
    labels = pd.DataFrame({"Edema": [1.0, 0, -1, np.nan, 1, 0]})
    whole = FeatureSet(rng.normal(size=(6, 2)), text=rng.normal(size=(6, 2)), subjects=list("aabbcc"), labels=labels, kind="real")
    view = whole.take([4, 2, 0]).take([2, 0])
    np.testing.assert_array_equal(view.values, whole.values[[0, 4]])
    assert whole.text is not None
    np.testing.assert_array_equal(view.text, whole.text[[0, 4]])
    assert view.subjects is not None
    assert view.subjects.tolist() == ["a", "c"]
    np.testing.assert_array_equal(whole.label("Edema"), [1, 0, np.nan, np.nan, 1, 0])
    np.testing.assert_array_equal(view.label("Edema"), [1, 1])
    assert np.isnan(view.label("Fracture")).all()
    assert view.labels is not None
    assert view.labels["Edema"].tolist() == [1, 1]
    assert view.whole is whole
    assert view.units.tolist() == [0, 2]


def test_keys_follow_content() -> None:
    values = np.random.default_rng(0).normal(size=(6, 2))
    a = FeatureSet(values)
    assert a.key == FeatureSet(values.copy()).key
    others = [
        FeatureSet(values + 1),
        FeatureSet(values, subjects=list("aabbcc")),
        FeatureSet(values, text=values),
        a.take([0, 1]),
        a.take([1, 0]),
    ]
    assert len({a.key, *(o.key for o in others)}) == 6


def test_the_callers_array_is_left_alone() -> None:
    values = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    before = values.copy()
    features = FeatureSet(values)
    features.radius(1), features.moments(), features.kernel_sum(features)
    np.testing.assert_array_equal(values, before)
    values[0] = 5  # still the caller's own
    assert features.values[0, 0] == before[0, 0]
    with pytest.raises(ValueError, match="read-only"):
        features.values[0] = 5


def test_units_of_synthetic_sets_are_prompts_however_few_there_are() -> None:
    values = np.random.default_rng(0).normal(size=(60, 2))
    assert len(set(FeatureSet(values, prompts=np.arange(60) // 2).units)) == 30
    assert len(set(FeatureSet(values, prompts=np.arange(60) // 20).units)) == 3
    assert len(set(FeatureSet(values, prompts=np.arange(60) // 2, subjects=np.arange(60) // 12).units)) == 5


def test_of_images_reads_the_table() -> None:
    table = pd.DataFrame({"image_id": list("abc"), "subject_id": ["p", None, None], "prompt_id": ["x", "x", "y"], "Edema": [1, 0, -1]})
    images = ImageSet("id", "name", "real", Path(), table)
    card = EncoderCard(id="enc", title="Enc", backend="b")
    features = FeatureSet.of_images(images, np.eye(3), card=card)
    assert (features.encoder, features.kind) == ("enc", "real")
    assert features.subjects is not None
    assert features.subjects[0] == "p"
    assert len(set(features.subjects)) == 3  # unknown patients stand alone
    np.testing.assert_array_equal(features.label("Edema"), [1, 0, np.nan])
    assert features.key != FeatureSet.of_images(images, np.eye(3), card=card.model_copy(update={"image_size": 32})).key
