from collections.abc import Sequence

from bench_core.registry import Tallies, report_score
from bench_core.reports.bleu import bleu_counts


@report_score(title="BLEU-4", paper="doi:10.3115/1073083.1073135")
def report_bleu(predictions: Sequence[str], references: Sequence[str]) -> Tallies:
    """Corpus BLEU with n-grams of up to 4 words, 0 to 1: how alike the wording is, not whether it is right.

    References:
        Papineni 2002; sacrebleu (Post 2018, arXiv:1804.08771) with case ignored, tokens 13a, exponential smoothing. Papers that
        tokenise in another way have other numbers.
    """
    return bleu_counts(predictions, references, 4)
