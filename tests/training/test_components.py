"""Components of latents."""

import numpy as np


def test_components_give_latents_back() -> None:
    from bench_core.training.components import find_components

    rng = np.random.default_rng(0)
    latents = (rng.normal(size=(40, 3)) @ rng.normal(size=(3, 2048)) + 5).reshape(40, 8, 16, 16)
    found = find_components(latents, 3)
    assert np.allclose(found.amplitudes.std(0), 1, atol=1e-3)
    assert np.allclose(found.mean + found.amplitudes @ found.basis, latents.reshape(40, -1), atol=0.02)
    assert np.all(np.diff(found.share) <= 0)
