import numpy as np

from bench_core.alterations.grey import flatter
from bench_core.registry import fault


@fault(
    title="Contrast",
    strengths=(5, 10, 20, 40),
    unit="%",
    words=("{} % less contrast", "less than {} % of lost contrast", "up to {} % of lost contrast"),
    families=("fidelity",),
)
def contrast(film: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Every film has so much less contrast about its own mean."""
    return flatter(film, strength)
