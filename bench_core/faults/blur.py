import numpy as np

from bench_core.alterations.grey import blurred
from bench_core.registry import fault


@fault(
    title="Blur",
    strengths=(0.3, 0.5, 0.8, 1.2, 2, 4),
    unit="px",
    words=("blur of {} px", "blur below {} px", "blur up to {} px"),
    families=("fidelity",),
)
def blur(film: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Every film is blurred by a Gaussian of so many pixels (its standard deviation)."""
    return blurred(film, strength)
