import io

import numpy as np
from PIL import Image

from bench_core.registry import fault


@fault(
    title="Compression",
    strengths=(90, 70, 50, 30, 10),
    unit="JPEG quality",
    words=("JPEG of quality {}", "JPEG of a quality above {}", "JPEG down to quality {}"),
    families=("fidelity",),
)
def compression(film: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Every film goes through JPEG of that quality: the lower, the stronger."""
    file = io.BytesIO()
    Image.fromarray(film).save(file, "JPEG", quality=round(strength))
    return np.asarray(Image.open(file))
