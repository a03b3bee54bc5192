"""Aligned pixels: the relief of a film that was moved, and mirrored where need be, onto a template. No network."""

from collections.abc import Sequence

import numpy as np

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.encoders.backend import Encoder
from bench_core.encoders.checkpoints import missing_weights, read_tensors

SHADES = 2.0
"""Pixels of 32 over which broad shades are taken off."""


@registry.backend("aligned")
class Aligned(Encoder):
    """Rows of unit length whose products are correlations; a film and its moved or mirrored copy have nearly the same row."""

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """The template, with the command that makes it."""
        return missing_weights(card)

    def template(self) -> np.ndarray:  # (64, 64) float32
        """The mean of many films, onto which others are brought."""
        if self._model is None:
            self.require()
            self._model = read_tensors(self.card, "model.safetensors")["template"].numpy()
        found: np.ndarray = self._model
        return found

    def encode(self, images: Sequence[np.ndarray]) -> np.ndarray:  # (B, 784) float32
        """Reliefs at 32 pixels a side, their edges left out."""
        from bench_core.registration.alignment import Plates, at_half, compared, moved, onto_template, shrunk

        plates = Plates.of(np.stack([shrunk(image) for image in images]))
        poses, _ = onto_template(plates, Plates.of(self.template()[None]))
        return compared(at_half(moved(plates.films, poses)), SHADES)
