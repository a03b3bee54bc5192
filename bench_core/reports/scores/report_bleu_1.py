from collections.abc import Sequence

from bench_core.registry import Tallies, report_score
from bench_core.reports.bleu import bleu_counts


@report_score(title="BLEU-1", paper="doi:10.3115/1073083.1073135")
def report_bleu_1(predictions: Sequence[str], references: Sequence[str]) -> Tallies:
    """Corpus BLEU of single words, 0 to 1: how many of the words are those of the reference, with a penalty for short reports.

    References:
        See `report_bleu`.
    """
    return bleu_counts(predictions, references, 1)
