"""The writing of reports as a task: features of films with their reports, a small decoder that learns from some and is judged on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench_core.arms.materials import Stage
from bench_core.downstream.reports.decoder import Vocabulary, WriterTraining, written_reports
from bench_core.registry import Tallies, report_scores

MEASURES = ("report_finding_f1", "report_detail_f1", "report_bleu", "report_bleu_1", "report_rouge_l")


@dataclass(frozen=True)
class ReportWriting:
    """Learns from a pool of features and reports; see `tasks.Task`.

    Attributes:
        pool: (N, D) features and texts: N reports. tested, references: of the images to test.
        vocabulary: of real training reports, the same for all arms.
    """

    pool: np.ndarray
    texts: Sequence[str]
    tested: np.ndarray
    references: Sequence[str]
    vocabulary: Vocabulary
    how: WriterTraining

    def train(self, stages: Sequence[Stage], seed: int) -> Any:
        """The report of each test image."""
        return written_reports(self.pool, self.texts, stages, self.tested, self.vocabulary, self.how, seed)

    def tallies(self, said: Any) -> Mapping[str, Tallies]:
        """Findings and wording, beside the reports of the test images."""
        return {name: report_scores()[name].function(said, self.references) for name in MEASURES}
