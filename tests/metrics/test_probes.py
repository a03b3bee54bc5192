"""Probes, AUROC and alignment."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score

from bench_core.data import FINDINGS
from bench_core.errors import InputError, NotPossible, TooFewImages, UnknownName
from bench_core.features import FeatureSet
from bench_core.metrics.alignment.finding_agreement import finding_agreement
from bench_core.metrics.alignment.image_text_alignment import image_text_alignment
from bench_core.metrics.probe import auroc, fit
from bench_core.metrics.utility.trtr_auroc import trtr_auroc
from bench_core.metrics.utility.tstr_auroc import tstr_auroc
from tests.metrics.conftest import Make


def test_auroc_equals_sklearn_with_ties_and_unknown_labels() -> None:
    rng = np.random.default_rng(0)
    scores, labels = rng.integers(0, 12, (200, 3)).astype(float), (rng.random((200, 3)) < 0.3).astype(float)
    np.testing.assert_allclose(auroc(scores, labels), [roc_auc_score(labels[:, i], scores[:, i]) for i in range(3)])
    labels[:50, 1] = np.nan
    labels[:, 2] = 1
    found = auroc(scores, labels)
    assert found[0] == pytest.approx(roc_auc_score(labels[:, 0], scores[:, 0]))
    assert found[1] == pytest.approx(roc_auc_score(labels[50:, 1], scores[50:, 1]))
    assert np.isnan(found[2])


@pytest.mark.parametrize(("n", "d"), [(200, 8), (40, 64)])
def test_the_probe_is_ridge_regression(n: int, d: int, make: Make) -> None:
    features = make(n, 0, d, labelled=True)
    probe = fit(features, FINDINGS[:3], penalty=0.1)
    x = (features.values - features.values.mean(axis=0)) / features.values.std(axis=0)
    for i, finding in enumerate(FINDINGS[:3]):
        expected = Ridge(alpha=0.1 * n).fit(x, features.label(finding)).coef_
        np.testing.assert_allclose(probe.weights[:, i], expected, rtol=1e-3, atol=1e-5)


def test_uncertain_and_unknown_labels_are_left_out(make: Make) -> None:
    train, synthetic = make(300, 0, labelled=True), make(150, 1, labelled=True)
    assert train.labels is not None
    keep = np.arange(300) >= 60
    labels = train.labels.copy()
    labels.loc[:39, "Edema"] = -1
    labels.loc[40:59, "Edema"] = np.nan
    holes = FeatureSet(train.values, labels=labels)
    x = (train.values - train.values.mean(axis=0)) / train.values.std(axis=0)
    expected = Ridge(alpha=0.1 * 240).fit(x[keep], train.label("Edema")[keep]).coef_
    np.testing.assert_allclose(fit(holes, ("Edema", "Fracture"), 0.1).weights[:, 0], expected, rtol=1e-3, atol=1e-5)
    table = finding_agreement(holes, synthetic).tables["findings"].set_index("finding")
    assert table.loc["Edema", "positives"] == (synthetic.label("Edema") == 1).sum()


def test_only_findings_with_enough_images_count(make: Make) -> None:
    train, synthetic = make(300, 0, labelled=True), make(150, 1, labelled=True)
    assert synthetic.labels is not None
    labels = synthetic.labels.copy()
    labels["Edema"] = [1.0] * 9 + [0.0] * 141
    labels["Fracture"] = [1.0] * 10 + [0.0] * 140
    score = finding_agreement(train, FeatureSet(synthetic.values, labels=labels))
    names = score.tables["findings"]["finding"].tolist()
    assert "Edema" not in names
    assert "Fracture" in names
    assert score.value == pytest.approx(score.tables["findings"]["auroc"].mean())
    alone = finding_agreement(train, synthetic, findings="Pneumonia")
    assert alone.value == score.tables["findings"].set_index("finding").loc["Pneumonia", "auroc"]
    with pytest.raises(UnknownName, match="'Pneumonia'"):
        finding_agreement(train, synthetic, findings="Pnuemonia")
    with pytest.raises(TooFewImages, match="10 positives and 10 negatives"):
        finding_agreement(train, synthetic.take(np.arange(12)))


def test_probes_tell_good_from_bad(make: Make) -> None:
    train, real, good = make(400, 0, 16, labelled=True), make(300, 1, 16, labelled=True), make(200, 2, 16, labelled=True)
    assert good.labels is not None
    shuffled = good.labels.sample(frac=1, random_state=0).reset_index(drop=True)
    bad = FeatureSet(good.values, labels=pd.DataFrame(shuffled))
    assert finding_agreement(train, good).value > 0.75
    assert finding_agreement(train, bad).value < 0.6
    assert tstr_auroc(real, good).value > 0.7
    assert tstr_auroc(real, bad).value < 0.6
    assert trtr_auroc(train, real).value > tstr_auroc(real, good).value


def test_constant_features_have_no_say(make: Make) -> None:
    train, real = make(200, 0, labelled=True), make(200, 1, labelled=True)
    padded = [FeatureSet(np.pad(f.values, ((0, 0), (0, 2)), constant_values=7), labels=f.labels) for f in (train, real)]
    assert trtr_auroc(*padded).value == pytest.approx(trtr_auroc(train, real).value, abs=1e-6)


def test_alignment_is_the_mean_cosine() -> None:
    values, text = np.array([[1.0, 0], [0, 2], [3, 3]]), np.array([[5.0, 0], [0, -1], [1, 0]])
    score = image_text_alignment(FeatureSet(values, text=text))
    np.testing.assert_allclose(score.per_image, [1, -1, np.sqrt(0.5)], rtol=1e-6)
    assert image_text_alignment(FeatureSet(np.zeros((2, 2)), text=np.ones((2, 2)))).value == 0
    with pytest.raises(NotPossible):
        image_text_alignment(FeatureSet(values))
    with pytest.raises(InputError, match="2 features an image and 3 a text"):
        image_text_alignment(FeatureSet(values, text=np.ones((3, 3))))
