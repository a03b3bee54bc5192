"""The reconstruction's figures on films whose answers are known."""

from typing import Any

import numpy as np
import pytest

from benchmarks.reconstruction import band_energy, reconstruct


class Identity:
    """Latents that are the film; grain of a tenth of the signal."""

    def latents(self, signal: Any) -> Any:
        """The signal."""
        return signal

    def views(self, latents: Any) -> tuple[Any, Any]:
        """The film as it is, and no strength."""
        return latents, None

    def decode(self, latents: Any, generator: Any) -> Any:
        """The film with white noise, an image's own."""
        import types

        import torch

        noise = torch.stack([torch.randn(latents.shape[1:], generator=g) for g in generator])
        return types.SimpleNamespace(sample=latents + 0.1 * noise)


def test_films_come_back_in_grey_levels_and_bands_split_their_energy() -> None:
    axis = np.arange(64)
    wave = np.broadcast_to(60 * np.sin(2 * np.pi * axis * 6 / 64), (64, 64))  # 6 of 32: 0.19 of the Nyquist frequency
    films = np.rint(127.5 + np.stack([wave, wave.T])).astype(np.uint8)
    means, grained = reconstruct(Identity(), films)
    assert np.allclose(means, films, atol=0.01)
    assert (grained - films).std() == pytest.approx(12.75, rel=0.05)
    found = band_energy(means)
    assert found["an eighth to a quarter"] > 0.99 * sum(found.values())
