"""Principal components of the cached latents: what the one-pass generators paint with."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Components:
    """Latents as mean + amplitudes @ basis; `amplitudes` have unit variance, so a row of `basis` is as long as its component is strong.

    Attributes:
        amplitudes: (N, K) float32.
        basis: (K, 4096) float32.
        mean: (4096,) float32.
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
    """The `count` strongest components of latents (N, C, 16, 16); fewer where there are fewer latents."""
    from sklearn.decomposition import PCA

    flat = latents.reshape(len(latents), -1).astype(np.float32)
    found = PCA(min(count, *flat.shape), svd_solver="auto", random_state=0).fit(flat)
    variance = found.explained_variance_ * (len(flat) - 1) / len(flat)
    spread = np.sqrt(np.maximum(variance, 1e-6)).astype(np.float32)
    directions = found.components_.T.astype(np.float32)
    mean = found.mean_.astype(np.float32)
    return Components((flat - mean) @ directions / spread, directions.T * spread[:, None], mean)


def set_components(maker: Any, found: Components) -> None:
    """Puts mean and basis into a latent painter."""
    import torch

    maker.mean.copy_(torch.from_numpy(found.mean))
    maker.basis.copy_(torch.from_numpy(found.basis))
