from collections.abc import Sequence
from typing import Any

from bench_core.registry import Tallies, report_score

MODEL, LEVEL = "radgraph-xl", "partial"


@report_score(
    title="RadGraph F1",
    paper="arXiv:2106.14463",
    package="radgraph",
    also_needs="At first use it fetches the model radgraph-xl (StanfordAIMI/RRG_scorers, 2 GB) from the hub and unpickles it.",
)
def radgraph_f1(predictions: Sequence[str], references: Sequence[str]) -> Tallies:
    """Mean F1 of the entities and relations that RadGraph-XL finds in two reports (level `partial`).

    References:
        Jain 2021, arXiv:2106.14463; the reward of Delbrouck 2022, arXiv:2210.12186, as the package radgraph computes it.
    """
    import radgraph

    scorer: Any = radgraph.F1RadGraph(reward_level=LEVEL, model_type=MODEL)
    return Tallies.of_means(scorer(hyps=list(predictions), refs=list(references))[1])
