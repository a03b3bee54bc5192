import tempfile
from collections.abc import Sequence
from typing import Any

from bench_core.registry import Tallies, report_score

MODEL = "StanfordAIMI/GREEN-radllama2-7b"


@report_score(
    title="GREEN",
    paper="arXiv:2405.03595",
    package="green_score",
    installed_as="green_score",
    also_needs=f"At first use it fetches {MODEL} (13 GB, Llama 2 licence) from the hub; a GPU with 16 GB is advised.",
)
def green(predictions: Sequence[str], references: Sequence[str]) -> Tallies:
    """Mean GREEN score: a language model counts clinically significant errors and matching findings.

    References:
        Ostmeier 2024, arXiv:2405.03595, as the package green_score computes it.
    """
    import green_score

    with tempfile.TemporaryDirectory() as folder:  # it writes its explanations there
        scorer: Any = green_score.GREEN(MODEL, output_dir=folder)
        return Tallies.of_means(scorer(list(references), list(predictions))[2])
