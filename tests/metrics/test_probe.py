"""The linear probe: ridge regression, AUROC, labels that are not known."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score

from bench_core.data import FINDINGS
from bench_core.features import FeatureSet
from bench_core.metrics.alignment.finding_agreement import finding_agreement
from bench_core.metrics.probe import auroc, fit
from bench_core.metrics.utility.trtr_auroc import trtr_auroc
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


def test_constant_features_have_no_say(make: Make) -> None:
    train, real = make(200, 0, labelled=True), make(200, 1, labelled=True)
    padded = [FeatureSet(np.pad(f.values, ((0, 0), (0, 2)), constant_values=7), labels=f.labels) for f in (train, real)]
    assert trtr_auroc(*padded).value == pytest.approx(trtr_auroc(train, real).value, abs=1e-6)


def test_a_part_of_a_set_gives_the_probe_of_a_set_of_its_own(make: Make) -> None:
    whole = make(240, 0, 9, labelled=True)
    values = whole.values.copy()
    values[:40, 4] *= 1e7  # a feature that varies a ten-millionth as much in the part: moments of all would tell nothing of it there
    whole = FeatureSet(values, labels=whole.labels)
    for rows in (np.arange(40, 240), np.arange(8, 240)):
        anew = FeatureSet(values[rows], labels=None if whole.labels is None else whole.labels.iloc[rows])
        found, expected = (fit(features, FINDINGS[:3], 0.1) for features in (whole.left_by_threshold(rows), anew))
        np.testing.assert_allclose(found.weights, expected.weights, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.spread, expected.spread, rtol=1e-12)
