from collections.abc import Sequence
from typing import Any

from bench_core.registry import Tallies, report_score


@report_score(
    title="RaTEScore",
    paper="arXiv:2406.16845",
    package="RaTEScore",
    also_needs="At first use it fetches Angelakeke/RaTE-NER-Deberta and FremyCompany/BioLORD-2023-C (2 GB) from the hub.",
)
def rate_score(predictions: Sequence[str], references: Sequence[str]) -> Tallies:
    """Mean RaTEScore: medical entities of two reports, compared by the nearness of their embeddings and types.

    References:
        Zhao 2024, arXiv:2406.16845, as the package RaTEScore computes it; a report without entities scores 0.5 there.
    """
    import RaTEScore
    import torch

    scorer: Any = RaTEScore.RaTEScore(use_gpu=torch.cuda.is_available())
    return Tallies.of_means(scorer.compute_score(list(predictions), list(references)))
