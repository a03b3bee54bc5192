import numpy as np
from PIL import Image

from bench_core.registry import fault


@fault(
    title="Resolution",
    strengths=(75, 50, 25, 12.5),
    unit="% of the side",
    words=("{} % of the resolution", "a resolution above {} %", "a resolution down to {} %"),
    families=("fidelity",),
)
def resolution(film: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Every film is shrunk to so much of its side, and enlarged again: the lower, the stronger. 25 % of 256 pixels are 64."""
    height, width = film.shape
    small = (max(1, round(width * strength / 100)), max(1, round(height * strength / 100)))
    shrunk = Image.fromarray(film).resize(small, Image.Resampling.BICUBIC)
    return np.asarray(shrunk.resize((width, height), Image.Resampling.BICUBIC))
