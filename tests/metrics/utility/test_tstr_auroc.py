"""Probes trained on synthetic images, read on real ones."""

import numpy as np
import pandas as pd
import pytest

from bench_core.errors import TooFewImages, UnknownName
from bench_core.features import FeatureSet
from bench_core.metrics.alignment.finding_agreement import finding_agreement
from bench_core.metrics.utility.trtr_auroc import trtr_auroc
from bench_core.metrics.utility.tstr_auroc import tstr_auroc
from tests.metrics.conftest import Make


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
