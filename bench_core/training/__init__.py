"""Loops that train something: the bundled models. `python -m bench_core train NAME` calls `train`."""

from bench_core.errors import UnknownName
from bench_core.training.recipe import Progress

NAMES = (
    "phantom-eye", "phantom-identity", "phantom-findings", "aligned-pixels", "phantom-copy", "phantom-vqvae", "phantom-text",
    "phantom-autoencoder",
    "phantom-ldm", "phantom-ldm-early", "phantom-ldm-overfit", "phantom-gan", "phantom-vae",
    "phantom-dp",
)  # fmt: skip
"""What `train` can train, in the order in which they need each other. docs/models.md says how long each took."""


def train(
    name: str,
    *,
    device: str = "cpu",
    resume: bool = False,
    on_progress: Progress | None = None,
    minutes: float | None = None,
    samples: int | None = None,
) -> str:
    """Trains a bundled model and writes its weights where its card looks for them; what it needs and is not there is trained first.

    Args:
        resume: go on from the last checkpoint below `checkpoints/`, or else from the committed weights; the log is continued.
        minutes: stop after so long (checkpoint and weights are written); the learning rate falls to its floor by then.
        samples: stop after so many training samples in all, instead of the recipe's own number.

    Returns:
        The folder of the weights.

    Raises:
        UnknownName: there is no such model; offers the closest one.
    """
    if name not in NAMES:
        raise UnknownName("model to train", name, NAMES)
    from bench_core.training.bundled import RECIPES

    return str(RECIPES[name](device=device, resume=resume, on_progress=on_progress, minutes=minutes, samples=samples))
