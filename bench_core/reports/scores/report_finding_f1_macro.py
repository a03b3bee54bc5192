from collections.abc import Sequence

from bench_core.registry import Tallies, report_score
from bench_core.reports.agreement import by_finding, macro
from bench_core.reports.statements import labels_of


@report_score(title="Finding F1, mean of findings", paper="arXiv:1901.07031")
def report_finding_f1_macro(predictions: Sequence[str], references: Sequence[str]) -> Tallies:
    """F1 of each of the 14 CheXpert labels, then their mean (macro): a rare finding counts as much as a frequent one.

    Findings that no report states or predicts are left out of the mean.
    """
    return macro(by_finding(labels_of(predictions), labels_of(references)))
