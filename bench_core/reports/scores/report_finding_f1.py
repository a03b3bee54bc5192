from collections.abc import Sequence

from bench_core.data import FINDINGS
from bench_core.registry import Tallies, report_score
from bench_core.reports.agreement import by_finding, micro
from bench_core.reports.statements import findings_of, labels_of


@report_score(title="Finding F1", paper="arXiv:1901.07031")
def report_finding_f1(predictions: Sequence[str], references: Sequence[str]) -> Tallies:
    """F1 of the 14 CheXpert labels that two reports state, over all findings together (micro), and of each finding.

    What a report denies is not stated. Exact on reports of the embedded grammar; elsewhere by the rules of `phantom.parsing`.

    References:
        As CheXbert's F1 over 14 labels, with rules in place of that network.
    """
    counts = by_finding(labels_of(predictions), labels_of(references))
    each = {name: counts[:, i] for i, name in enumerate(FINDINGS)}
    return micro([findings_of(text) for text in predictions], [findings_of(text) for text in references], each)
