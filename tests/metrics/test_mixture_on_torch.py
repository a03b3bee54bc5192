"""The mixture of Gaussians on a device."""

import numpy as np
import pytest
import torch

from bench_core.features import gpu
from bench_core.features.place import placed
from bench_core.metrics.mixture import Mixture
from bench_core.metrics.mixture_on_torch import TorchMixture
from tests.metrics.fidelity.drawn import divergence, drawn


@pytest.mark.parametrize("largest", [None, 300])
def test_a_device_finds_what_the_processor_finds(largest: int | None) -> None:
    """One Gaussian lies so far away that its responsibilities are no floats."""
    train, real, synthetic = (a.astype(np.float32) for a in drawn(1, train=300, synthetic=60))
    synthetic[7] += 500
    here, there = Mixture(synthetic), TorchMixture(synthetic, "cpu", largest)
    for one in (here, there):
        one.fit(train, 20)
    np.testing.assert_allclose(there.log_variance, here.log_variance, rtol=0, atol=1e-4)
    np.testing.assert_allclose(there.log_likelihoods(real), here.log_likelihoods(real), rtol=1e-6, atol=1e-4)
    for mine, other in zip(there.likeliest(train), here.likeliest(train), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-5)


def test_a_device_that_is_full_leaves_it_to_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    train, real, synthetic = (a.astype(np.float32) for a in drawn(1, train=300, synthetic=60))
    here, there = Mixture(synthetic), TorchMixture(synthetic, "cpu")

    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("full")

    monkeypatch.setattr(TorchMixture, "_squared", full)
    for one in (here, there):
        one.fit(train, 3)
    np.testing.assert_array_equal(there.log_variance, here.log_variance)
    np.testing.assert_array_equal(there.log_likelihoods(real), here.log_likelihoods(real))
    np.testing.assert_array_equal(there.likeliest(train)[1], here.likeliest(train)[1])


def test_the_metric_is_the_same_on_a_device(monkeypatch: pytest.MonkeyPatch) -> None:
    here = divergence(drawn(0))
    monkeypatch.setattr(gpu, "FEWEST", 0)
    with placed(gpu=lambda: "cpu"):
        assert divergence(drawn(0)) == pytest.approx(here, abs=1e-3)
