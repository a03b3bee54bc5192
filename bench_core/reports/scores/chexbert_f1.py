from collections.abc import Sequence
from typing import Any

import numpy as np

from bench_core.registry import Tallies, report_score
from bench_core.reports.agreement import by_finding, f1


@report_score(
    title="CheXbert F1",
    paper="arXiv:2004.09167",
    package="f1chexbert",
    also_needs="At first use it fetches chexbert.pth (StanfordAIMI/RRG_scorers, 1.3 GB) from the hub and unpickles it.",
)
def chexbert_f1(predictions: Sequence[str], references: Sequence[str]) -> Tallies:
    """F1 of the 14 labels that CheXbert gives two reports, over all of them together (micro), and of each label.

    References:
        Smit 2020, arXiv:2004.09167; labels as in the package f1chexbert: uncertain mentions count as positive.
    """
    import f1chexbert

    labeller: Any = f1chexbert.F1CheXbert()
    predicted, stated = (np.array([labeller.get_label(text.strip()) for text in texts], float) for texts in (predictions, references))
    counts = by_finding(predicted, stated)
    each = {str(name): Tallies(counts[:, i], f1) for i, name in enumerate(labeller.target_names)}
    return Tallies(counts.sum(axis=1), f1, each)
