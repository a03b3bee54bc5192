"""Principal components of the cached latents: what the one-pass generators paint with."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Components:
    """Latents as mean + amplitudes @ basis; `amplitudes` have unit variance, so a row of `basis` is as long as its component is strong.

    Attributes:
        amplitudes: (N, K) float32.
        basis: (K, 2048) float32.
        mean: (2048,) float32.
        share: (K,) standard deviation of each component in units of a latent's.
    """

    amplitudes: np.ndarray
    basis: np.ndarray
    mean: np.ndarray

    @property
    def share(self) -> np.ndarray:  # (K,)
        """Standard deviation of each component."""
        share: np.ndarray = np.linalg.norm(self.basis, axis=1)
        return share


def find_components(latents: np.ndarray, count: int) -> Components:
    """The `count` strongest components of latents (N, 8, 16, 16); fewer where there are fewer latents."""
    flat = latents.reshape(len(latents), -1).astype(np.float32)
    mean = flat.mean(0)
    values, vectors = np.linalg.eigh((flat - mean).T @ (flat - mean) / len(flat))
    keep = np.argsort(values)[::-1][:count]
    spread = np.sqrt(np.maximum(values[keep], 1e-6)).astype(np.float32)
    directions = vectors[:, keep].T.astype(np.float32)
    return Components((flat - mean) @ directions.T / spread, directions * spread[:, None], mean)


def set_components(maker: Any, found: Components) -> None:
    """Puts mean and basis into a latent painter."""
    import torch

    maker.mean.copy_(torch.from_numpy(found.mean))
    maker.basis.copy_(torch.from_numpy(found.basis))
