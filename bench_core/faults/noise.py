import numpy as np

from bench_core.alterations.grey import noisy
from bench_core.registry import fault


@fault(
    title="Noise",
    strengths=(1, 2, 5, 10, 20),
    unit="grey levels",
    words=("noise of {} grey levels", "noise below {} grey levels", "noise up to {} grey levels"),
    families=("fidelity",),
)
def noise(film: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Every pixel gets Gaussian noise of so many grey levels of 255 (its standard deviation)."""
    return noisy(film, strength, rng)
