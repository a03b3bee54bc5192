from collections.abc import Sequence

from bench_core.registry import Tallies, report_score
from bench_core.reports.agreement import micro
from bench_core.reports.statements import statements


@report_score(title="Finding F1 with side and severity", paper="arXiv:1901.07031")
def report_detail_f1(predictions: Sequence[str], references: Sequence[str]) -> Tallies:
    """F1 where a finding is a hit only with the same side, the same severity and, for devices, the same kind.

    A left effusion that is predicted on the right counts as one that is invented and one that is missed.
    """
    return micro([statements(text) for text in predictions], [statements(text) for text in references])
