import numpy as np

from bench_core.alterations.moving import shifted_anywhere
from bench_core.registry import fault


@fault(
    title="Shift",
    strengths=(2, 4, 8),
    unit="px",
    words=("a shift by {} px", "a shift by less than {} px", "a shift by up to {} px"),
    families=(),
    borne=2,
)
def shift(film: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Every film is moved by so many pixels, in a direction of its own; the edge is repeated. Films of one patient differ by more."""
    return shifted_anywhere(film, strength, rng)
