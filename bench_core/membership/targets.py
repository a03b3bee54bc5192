"""How a model is asked by an attack, and the models that an attacker trains to learn how members answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from bench_core.features import FeatureSet


class Classifier(Protocol):
    """A classifier that can be asked."""

    @property
    def findings(self) -> tuple[str, ...]:
        """F names of findings."""

    def logits(self, records: FeatureSet) -> np.ndarray:  # (N, F) float64
        """One logit per record and finding."""


class DiffusionModel(Protocol):
    """A diffusion model that lends its denoiser.

    Attributes:
        alphas: (T,) share of the image that is left at each step: x_t = sqrt(alpha_t) x_0 + sqrt(1 - alpha_t) noise.
    """

    alphas: np.ndarray

    def latents(self, records: FeatureSet) -> np.ndarray:  # (N, ...) float32
        """What the model diffuses, of the picture of each record."""

    def conditions(self, texts: Sequence[str]) -> Any:
        """What the model is told beside a latent, one row a text; of an empty text: nothing is told."""

    def noise(self, latents: np.ndarray, step: int, conditions: Any) -> np.ndarray:  # (N, ...) float32
        """The model's estimate of the noise in latents at that step (0 .. T - 1)."""


@dataclass(frozen=True, eq=False)
class Shadow:
    """A model that the attacker trained, and what it learned from. Attacks are tuned on such, never on their target.

    Attributes:
        model: as the attacked one is asked: `Classifier` or `DiffusionModel`.
        records: what the attacker knows the membership of; the attacked records themselves where shadows are trained on parts of them.
        member: (N,) bool, which of `records` the model learned from.
    """

    model: Any
    records: FeatureSet
    member: np.ndarray
