"""The inception score on class logits."""

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import entropy

from bench_core import registry
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.errors import NotPossible, TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.fidelity.inception_score import inception_score
from bench_core.spec import Choice, Scoring


def test_closed_forms() -> None:
    sure = FeatureSet(np.eye(7)[np.arange(70) % 7] * 100)
    assert inception_score(sure).value == pytest.approx(7)
    np.testing.assert_allclose(inception_score(sure).tables["classes"]["share"], 1 / 7)
    assert inception_score(FeatureSet(np.eye(7)[np.zeros(20, int)] * 100)).value == 1  # always the same class
    assert inception_score(FeatureSet(np.ones((20, 7)))).value == 1  # never sure of one
    assert inception_score(FeatureSet(np.ones((20, 1)))).value == 1
    assert inception_score(FeatureSet(np.ones((1, 7)))).value == 1


def test_equal_to_the_textbook_form() -> None:
    logits = np.random.default_rng(0).normal(size=(200, 12)).astype(np.float32) * 3 + 50
    p = softmax(logits.astype(float), axis=1)
    expected = np.exp(np.mean([entropy(row, p.mean(axis=0)) for row in p]))
    assert inception_score(FeatureSet(logits)).value == pytest.approx(expected, rel=1e-9)


def test_parts_are_random_and_repeatable() -> None:
    rng = np.random.default_rng(0)
    logits = np.sort(rng.normal(size=(200, 5)), axis=0) * 4  # in file order, parts would differ from the whole
    score = inception_score(FeatureSet(logits), splits=10, seed=3)
    assert len(score.tables["splits"]) == 10
    assert score.value == pytest.approx(score.tables["splits"]["value"].mean())
    assert score.value == pytest.approx(inception_score(FeatureSet(logits)).value, rel=0.1)
    turned = FeatureSet(logits[rng.permutation(200)])
    assert inception_score(turned, splits=10, seed=3).value == pytest.approx(score.value, rel=1e-12)
    assert inception_score(FeatureSet(logits), splits=10, seed=4).value != score.value
    assert inception_score(FeatureSet(logits[:50]), splits=50).value == 1
    with pytest.raises(TooFewImages, match="n = 5 images; 6 parts"):
        inception_score(FeatureSet(logits[:5]), splits=6)


def test_extreme_logits_stay_finite() -> None:
    logits = np.array([[1e30, 0, -1e30], [0, 1e30, -1e30]] * 10)
    assert inception_score(FeatureSet(logits)).value == pytest.approx(2)


def test_the_classifier_is_named_and_must_be_one() -> None:
    logits = np.random.default_rng(0).normal(size=(60, 9))
    assert inception_score(FeatureSet(logits)).note == "The 9 columns were taken as class logits."
    assert inception_score(FeatureSet(logits, encoder="chest-14")).note == "The classifier is chest-14, with 9 classes."
    features = FeatureSet(logits, encoder="pictures", logits=False, kind="synthetic")
    with pytest.raises(NotPossible, match="pictures gives features"):
        inception_score(features)
    skipped = next(r for r in score_sets({"synthetic": features}, Scoring(intervals=False))[0] if r.metric == "inception_score")
    assert (skipped.status, skipped.value) == ("skipped", None)
    with pytest.raises(NotPossible, match="class logits"):
        score_sets({"synthetic": features}, Scoring(metrics=[Choice(id="inception_score")]))


def test_its_null_is_the_score_of_real_images() -> None:
    rng = np.random.default_rng(0)
    sets = {name: FeatureSet(rng.normal(size=(n, 6)) * 3, kind=name) for name, n in (("real", 120), ("synthetic", 80))}
    row = score_sets(sets, Scoring(metrics=[Choice(id="inception_score")]))[0][0]
    assert row.matched == row.value
    assert row.null == pytest.approx(inception_score(sets["real"]).value, rel=0.03)
    assert registry.find_metric("inception_score").reads == ("synthetic",)
