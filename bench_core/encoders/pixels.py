"""The image itself as features: no weights, nothing learned. Euclidean distance is then plain pixel distance."""

from collections.abc import Sequence

import numpy as np

from bench_core import registry
from bench_core.encoders.backend import Encoder, prepare


@registry.backend("pixels")
class Pixels(Encoder):
    """Grey values of the downsized image, row by row."""

    def encode(self, images: Sequence[np.ndarray]) -> np.ndarray:  # (B, image_size ** 2) float32
        """Area averages in 0..1."""
        size = self.card.image_size**2
        return np.stack([prepare(image, self.card).ravel() for image in images]) if len(images) else np.zeros((0, size), np.float32)
