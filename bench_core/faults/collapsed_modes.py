import numpy as np

from bench_core.faults.answers import Answers
from bench_core.registry import fault


@fault(
    title="Collapsed modes",
    strengths=(25, 50, 80, 95),
    unit="% repeats",
    words=("{} % of films that repeat another", "less than {} % of repeats", "up to {} % of repeats"),
    families=("variety", "fidelity"),
)
def collapsed_modes(answers: Answers, strength: float, rng: np.random.Generator) -> np.ndarray:
    """That share of the films repeat one of the others exactly: at 95 % of 200 films 10 are different."""
    repeats = answers.share(strength, rng)
    kept = np.setdiff1d(np.arange(len(answers.own)), repeats)
    kept = kept if len(kept) else repeats[:1]
    rows = answers.own.copy()
    rows[repeats] = answers.own[rng.choice(kept, len(repeats))]
    return rows
