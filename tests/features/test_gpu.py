"""Which GPU, and its arithmetic."""

import pytest
import torch

from bench_core.features import gpu, passes_on_torch
from bench_core.features.gpu import gpu_named
from bench_core.features.pairs import Pairs
from bench_core.features.passes_on_torch import gpu_carrier, torch_carrier
from bench_core.features.place import placed
from tests.features.exact_rows import rows_of, wanted_of, whole


def test_float32_is_true_inside_and_as_it_was_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[str] = []
    multiply = passes_on_torch.multiply

    def watch(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        inside.append(torch.get_float32_matmul_precision())
        return multiply(x, y)

    monkeypatch.setattr(passes_on_torch, "multiply", watch)
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        pairs = Pairs(rows_of(whole(0, 20, 4)), rows_of(whole(1, 20, 4)))
        torch_carrier("cpu", fewest=0)(pairs, wanted_of(pairs))
        assert torch.get_float32_matmul_precision() == "high"
    finally:
        torch.set_float32_matmul_precision(before)
    assert inside == ["highest"]


def test_the_gpu_is_looked_for_once_and_only_when_it_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = Pairs(rows_of(whole(0, 20, 4)), rows_of(whole(1, 20, 4)))
    asked: list[str] = []

    def device() -> str:
        asked.append("cpu")
        return "cpu"

    assert gpu_carrier(pairs, wanted_of(pairs)) is None
    with placed(gpu=gpu_named(device)):
        assert gpu_carrier(pairs, wanted_of(pairs)) is None
        assert not asked
        monkeypatch.setattr(gpu, "FEWEST", 400)
        assert gpu_carrier(pairs, wanted_of(pairs)) is gpu_carrier(pairs, wanted_of(pairs)) is None
        assert asked == ["cpu"]
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu_named(lambda: "cuda:1")() is None
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert gpu_named(lambda: "cuda:1")() == "cuda:1"
