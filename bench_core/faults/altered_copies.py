import numpy as np

from bench_core.alterations.grey import as_film
from bench_core.faults.answers import Answers
from bench_core.registry import fault

PIXELS, CONTRAST, GREY_LEVELS = 3, 0.95, 3.0
"""How a copy is altered: moved, flatter, noisier; a reader would call it the same film."""


def altered(film: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """The film moved by three pixels, with 5 % less contrast and noise of three grey levels, whatever the share of copies."""
    down, right = rng.choice([-PIXELS, PIXELS], 2)
    moved = np.roll(film, (down, right), (0, 1)).astype(np.float32)
    middle = moved.mean()
    return as_film(middle + CONTRAST * (moved - middle) + GREY_LEVELS * rng.standard_normal(film.shape, dtype=np.float32))


@fault(
    title="Altered copies",
    strengths=(5, 10, 20, 50),
    unit="% copies",
    words=("{} % of altered copies", "less than {} % of altered copies", "up to {} % of altered copies"),
    families=("privacy",),
    needs=("train",),
    alter=altered,
)
def altered_copies(answers: Answers, strength: float, rng: np.random.Generator) -> np.ndarray:
    """That share of the films are training films that were moved by three pixels, made 5 % flatter and noisier by three grey levels."""
    copied = answers.share(strength, rng)
    rows = answers.own.copy()
    rows[copied] = answers.alike(answers.own[copied], answers.train, rng)
    return rows
