"""Classifiers that answer what a test says, for records that are told apart by their one feature."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench_core.features import FeatureSet
from bench_core.membership import Shadow


@dataclass
class Given:
    """Logits of `Edema`, by the number that a record is."""

    answers: np.ndarray
    findings: tuple[str, ...] = ("Edema",)

    def logits(self, records: FeatureSet) -> np.ndarray:
        """One a record and finding, the same for all findings."""
        return np.repeat(self.answers[records.values[:, 0].astype(int)][:, None].astype(np.float64), len(self.findings), axis=1)


def numbered(count: int, first: int = 0) -> FeatureSet:
    """Records that are their own number, all with the finding."""
    return FeatureSet(np.arange(first, first + count)[:, None], labels=pd.DataFrame({"Edema": np.ones(count, int)}))


def shadows_of(answers: np.ndarray, member: np.ndarray, records: FeatureSet) -> list[Shadow]:
    """One a row."""
    return [Shadow(Given(row), records, mine) for row, mine in zip(answers, member, strict=True)]
