import numpy as np

from bench_core.alterations.grey import as_film
from bench_core.registry import fault


@fault(
    title="Exposure",
    strengths=(2, 5, 10),
    unit="%",
    words=("{} % more exposure", "less than {} % more exposure", "up to {} % more exposure"),
    families=(),
    borne=2,
)
def exposure(film: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Every film is brighter or darker by so much, at random: less than real films differ among each other."""
    sign = 1 if rng.random() < 0.5 else -1
    return as_film(film * (1 + sign * strength / 100))
