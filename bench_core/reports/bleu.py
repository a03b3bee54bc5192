"""BLEU from counts of n-grams, which sacrebleu makes of each pair of reports."""

from collections.abc import Sequence

import numpy as np

from bench_core.registry import Tallies


def bleu_counts(predictions: Sequence[str], references: Sequence[str], order: int) -> Tallies:
    """For each pair the matching and all n-grams of 1 to `order` words and both lengths; their sums make the BLEU of a corpus, 0 to 1."""
    from sacrebleu.metrics.bleu import BLEU

    scorer = BLEU(lowercase=True, max_ngram_order=order, effective_order=True)  # which counts do not depend on
    rows = []
    for prediction, reference in zip(predictions, references, strict=True):
        one = scorer.sentence_score(prediction, [reference])
        rows.append([*one.counts, *one.totals, one.sys_len, one.ref_len])

    def value(sums: np.ndarray) -> np.ndarray:  # (B, 2 order + 2)
        found = [
            BLEU.compute_bleu(
                s[:order].astype(int).tolist(), s[order : 2 * order].astype(int).tolist(), int(s[-2]), int(s[-1]),
                smooth_method="exp", max_ngram_order=order,
            ).score / 100
            for s in sums.round()
        ]  # fmt: skip
        return np.array(found)

    return Tallies(np.array(rows, float).reshape(len(rows), 2 * order + 2), value)
