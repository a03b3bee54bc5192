import numpy as np

from bench_core.faults.answers import Answers
from bench_core.registry import fault


@fault(
    title="Shuffled labels",
    strengths=(10, 25, 50, 100),
    unit="% of films",
    words=("{} % of shuffled labels", "less than {} % of shuffled labels", "up to {} % of shuffled labels"),
    families=("alignment", "utility"),
)
def shuffled_labels(answers: Answers, strength: float, rng: np.random.Generator) -> np.ndarray:
    """That share of the prompts get each other's films: all are real, and none of them shows what was asked for."""
    chosen = answers.share(strength, rng)
    rows = answers.own.copy()
    rows[chosen] = answers.own[np.roll(chosen, 1)]
    return rows
