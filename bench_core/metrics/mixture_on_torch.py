"""The same mixture on a device that torch knows: float32 blocks as large as its memory allows, sums over them in float64."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import numpy as np

from bench_core.features.gpu import fitting, gpu_for, true_float32
from bench_core.metrics.mixture import LEAST_WEIGHT, Mixture

log = logging.getLogger(__name__)
Made = TypeVar("Made")
BYTES_A_PAIR = 24
"""Memory of a distance with its density and what is made of both."""
KEPT_SHARE = 4
"""Distances are kept between passes where that many times their bytes are free."""


class TorchMixture(Mixture):
    """See `Mixture`; variances and likelihoods are arrays of NumPy here too.

    Args:
        device: as torch names it.
        largest: distances of a block; None: what the memory of the device allows.
    """

    def __init__(self, centres: np.ndarray, device: str, largest: int | None = None) -> None:
        import torch

        super().__init__(centres)
        self._torch, self._device, self._largest = torch, device, largest
        self._there, self._norms_there = self._tensor(centres), self._tensor(self._norms)

    def fit(self, points: np.ndarray, passes: int) -> None:
        """See `Mixture.fit`."""
        self.log_variance = self._or_here(lambda: self._fitted(points, passes), lambda: self._fitted_here(points, passes))

    def log_likelihoods(self, points: np.ndarray) -> np.ndarray:
        """See `Mixture.log_likelihoods`."""
        return self._or_here(lambda: self._log_likelihoods(points), lambda: self._plain().log_likelihoods(points))

    def likeliest(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `Mixture.likeliest`."""
        return self._or_here(lambda: self._likeliest(points), lambda: self._plain().likeliest(points))

    def _or_here(self, there: Callable[[], Made], here: Callable[[], Made]) -> Made:
        """What the device computes, or the processor where the device has no memory for it."""
        try:
            with true_float32():
                return there()
        except self._torch.OutOfMemoryError:
            log.warning("%s has no memory for a mixture of %d Gaussians; the processor computes it.", self._device, len(self.centres))
        return here()

    def _plain(self) -> Mixture:
        plain = Mixture(self.centres)
        plain.log_variance = self.log_variance
        return plain

    def _fitted(self, points: np.ndarray, passes: int) -> np.ndarray:
        super().fit(points, passes)
        return self.log_variance

    def _fitted_here(self, points: np.ndarray, passes: int) -> np.ndarray:
        plain = self._plain()
        plain.fit(points, passes)
        return plain.log_variance

    def _log_likelihoods(self, points: np.ndarray) -> np.ndarray:
        width, out = points.shape[1], np.empty(len(points))
        for part, raw in self._squared(points):
            density = self._densities(raw, width)
            top = density.amax(1)
            out[part] = self._array(density.sub_(top[:, None]).exp_().sum(1, dtype=self._torch.float64).log_() + top)
        logarithms: np.ndarray = out - 0.5 * width * np.log(2 * np.pi)
        return logarithms

    def _likeliest(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        torch, width = self._torch, points.shape[1]
        nearest = torch.full((len(self.centres),), torch.inf, device=self._device)
        row = torch.zeros(len(self.centres), dtype=torch.int64, device=self._device)
        for part, raw in self._squared(points):
            distance, found = raw.min(0)
            row = torch.where(distance < nearest, found + part.start, row)
            nearest = torch.minimum(nearest, distance)
        fit = -0.5 * (self._array(nearest) * np.exp(-self.log_variance) + width * (self.log_variance + np.log(2 * np.pi)))
        return fit, self._array(row)

    def _densities(self, raw: Any, width: int) -> Any:  # (S, M) float32
        """See `Mixture._log_densities`."""
        scale = self._tensor((-0.5 * np.exp(-self.log_variance)).astype(np.float32))
        return (raw * scale).add_(self._tensor((-0.5 * width * self.log_variance - np.log(len(self.centres))).astype(np.float32)))

    def _tensor(self, values: np.ndarray) -> Any:
        return self._torch.tensor(values, device=self._device)

    def _array(self, values: Any) -> np.ndarray:
        array: np.ndarray = values.cpu().numpy()
        return array

    def _squared(self, points: np.ndarray) -> Iterator[tuple[slice, Any]]:
        there = self._tensor(points)
        norms = self._torch.einsum("td,td->t", there, there)
        step = max(1, (self._largest or fitting(self._device, BYTES_A_PAIR)) // len(self.centres))
        for start in range(0, len(points), step):
            part = slice(start, min(start + step, len(points)))
            raw = there[part] @ self._there.T
            yield part, raw.mul_(-2).add_(norms[part, None]).add_(self._norms_there).clamp_(min=0)

    def _repeated(self, points: np.ndarray) -> Callable[[], Iterable[tuple[slice, Any]]]:
        pairs = len(points) * len(self.centres)
        kept = list(self._squared(points)) if pairs <= fitting(self._device, 4 * KEPT_SHARE) else None
        return lambda: kept or self._squared(points)

    def _nearest(self, squared: Iterable[tuple[slice, Any]]) -> np.ndarray:
        return self._array(self._torch.stack([raw.amin(0) for _, raw in squared]).amin(0))

    def _expected(
        self, squared: Callable[[], Iterable[tuple[slice, Any]]], beside: np.ndarray, width: int
    ) -> tuple[np.ndarray, np.ndarray]:
        torch, total, broad = self._torch, np.empty(len(beside)), self._tensor(beside)
        weight, moment = (torch.zeros(len(self.centres), dtype=torch.float64, device=self._device) for _ in range(2))
        for part, raw in squared():
            density = self._densities(raw, width)
            top = torch.maximum(density.amax(1).double(), broad[part])
            share = density.sub_(top[:, None].float()).exp_()
            sums = share.sum(1, dtype=torch.float64) + (broad[part] - top).exp()
            total[part] = self._array(sums.log() + top)
            scale = (1 / sums).float()
            weight += scale @ share
            moment += scale @ share.mul_(raw)
        weight_here, moment_here = self._array(weight), self._array(moment)
        far = np.flatnonzero(weight_here < LEAST_WEIGHT)
        if len(far):
            weight_here[far], moment_here[far] = self._far(((part, self._array(raw)) for part, raw in squared()), total, far, width)
        return moment_here / weight_here / width, total


def mixture_of(centres: np.ndarray, points: int) -> Mixture:  # (M, D) float32
    """A mixture around those centres, on the GPU in charge if it is worth that for so many points."""
    pass

    device = gpu_for(len(centres) * points)
    return TorchMixture(centres, device) if device else Mixture(centres)
