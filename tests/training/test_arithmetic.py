"""Every arithmetic trains the same network, and the fastest is taken unless one is named."""

import numpy as np
import pytest

from bench_core.errors import UnknownName
from bench_core.training import arithmetic
from bench_core.training.arithmetic import ALL, EAGER, PLAIN, fastest, measure
from bench_core.training.recipe import Run


def network() -> object:
    """Two convolutions."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 4, 3, padding=1))


def test_all_ways_give_nearly_the_same() -> None:
    import torch

    module, film = network(), torch.randn(2, 1, 16, 16)
    plain = module(film)  # type: ignore[operator]
    for way in EAGER:
        with way.cast("cpu"):
            assert torch.allclose(way.ready(module)(film).float(), plain, atol=0.05)
    assert len({way.name for way in ALL}) == len(ALL) and PLAIN.name == "float32"


def test_the_fastest_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BENCH_ARITHMETIC")
    seconds = iter((3.0, 2.0, 1.0, 4.0))
    monkeypatch.setattr(arithmetic, "measure", lambda *_: next(seconds))
    assert fastest(network(), lambda module: module) == EAGER[2]


def test_a_named_one_is_taken_unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_ARITHMETIC", "bf16+channels_last")
    run = Run("any", 1)
    run.settle(network(), lambda module: 1 / 0)
    assert run.way == EAGER[3]
    monkeypatch.setenv("BENCH_ARITHMETIC", "bf17")
    with pytest.raises(UnknownName, match="bf17"):
        run.settle(network(), lambda module: 1 / 0)


def test_measuring_leaves_the_module_alone() -> None:
    import torch

    module, film = network(), torch.randn(2, 1, 16, 16)
    before = [value.clone() for value in module.state_dict().values()]  # type: ignore[attr-defined]
    assert measure(module, lambda called: called(film).pow(2).mean(), EAGER[3], steps=1) >= 0
    after = list(module.state_dict().values())  # type: ignore[attr-defined]
    assert all(np.array_equal(a.numpy(), b.numpy()) for a, b in zip(before, after, strict=True))
    assert all(value.grad is None for value in module.parameters())  # type: ignore[attr-defined]
