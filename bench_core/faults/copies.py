import numpy as np

from bench_core.faults.answers import Answers
from bench_core.registry import fault


@fault(
    title="Copies",
    strengths=(1, 2, 5, 10, 20, 50),
    unit="% copies",
    words=("{} % of exact copies", "less than {} % of exact copies", "up to {} % of exact copies"),
    families=("privacy",),
    needs=("train",),
)
def copies(answers: Answers, strength: float, rng: np.random.Generator) -> np.ndarray:
    """That share of the films are training films, pixel by pixel, with findings as near to those asked for as there are."""
    copied = answers.share(strength, rng)
    rows = answers.own.copy()
    rows[copied] = answers.alike(answers.own[copied], answers.train, rng)
    return rows
