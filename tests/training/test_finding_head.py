"""The head that reads findings."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core.data import FINDINGS
from bench_core.training import finding_head


def test_shares_and_head() -> None:
    """Two clusters of features with two findings each: the softmax learns even shares, and what is told apart."""
    labels = pd.DataFrame(0.0, index=range(40), columns=list(FINDINGS))
    labels.iloc[:20, [2, 5]] = 1
    labels.iloc[20:, [7]] = 1
    labels.iloc[0, 9] = -1
    target = finding_head.shares(labels)
    assert target[0].tolist() == [0.5 if i in (2, 5) else 0.0 for i in range(14)] and target[30, 7] == 1
    rng = np.random.default_rng(0)
    features = rng.normal(size=(40, 3)) * 0.1 + np.where(np.arange(40) < 20, 1, -1)[:, None]
    weight, bias = finding_head.fit_head(features, target, penalty=1e-6)
    logits = features @ weight.T + bias
    chance = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert np.allclose(chance[:20, [2, 5]], 0.5, atol=0.02) and np.all(chance[20:, 7] > 0.95)
    assert finding_head.measure(logits, labels) == pytest.approx({"Cardiomegaly": 1.0, "Edema": 1.0, "Pneumonia": 1.0})


def test_head_without_committed_features_is_an_error(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bench_core import encoders
    from bench_core.errors import MissingWeights

    monkeypatch.setattr(encoders, "stored_features", lambda _: None)
    with pytest.raises(MissingWeights, match="committed features"):
        finding_head.write_head(folders / "head")
