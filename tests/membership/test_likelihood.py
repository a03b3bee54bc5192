"""The rule for several findings."""

import numpy as np
import pandas as pd
import pytest

from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.membership import Shadow
from bench_core.membership.likelihood import known_findings, learned, loss, phi, probability


class Two:
    """Logits 2 and -1 for every record."""

    findings = ("Edema", "Fracture")

    def logits(self, records: FeatureSet) -> np.ndarray:
        return np.tile([2.0, -1.0], (len(records), 1))


LABELS = pd.DataFrame({"Edema": [1, 0, 1, np.nan], "Fracture": [0, 1, -1, np.nan]})
RECORDS = FeatureSet(np.eye(4), labels=LABELS)


def test_signed_logits_are_summed_over_known_findings() -> None:
    assert phi(Two(), RECORDS).tolist() == [3, -3, 2, 0]
    p = 1 / (1 + np.exp(-np.array([[2, 1], [-2, -1], [2, np.nan], [np.nan, np.nan]])))
    np.testing.assert_allclose(loss(Two(), RECORDS), np.nansum(-np.log(p), axis=1))
    expected = [np.sqrt(p[0, 0] * p[0, 1]), np.sqrt(p[1, 0] * p[1, 1]), p[2, 0], 0.5]
    np.testing.assert_allclose(probability(Two(), RECORDS), expected)
    assert known_findings(Two(), RECORDS).tolist() == [2, 2, 1, 0]


def test_no_label_at_all_is_said() -> None:
    with pytest.raises(NotPossible, match="No record has a label of Edema, Fracture"):
        phi(Two(), FeatureSet(np.eye(3)))


def test_who_a_shadow_model_learned_from_is_known_in_any_order() -> None:
    shadow = Shadow(Two(), RECORDS, np.array([True, False, True, False]))
    assert learned(shadow, RECORDS).tolist() == [True, False, True, False]
    assert learned(shadow, RECORDS.take([3, 2])).tolist() == [False, True]
    assert learned(shadow, FeatureSet(2 * np.eye(4))).tolist() == [False] * 4
