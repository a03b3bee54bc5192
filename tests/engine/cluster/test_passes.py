"""Passes over pairs in blocks, each on a node."""

from typing import Any

import numpy as np
import pytest

from bench_core.engine.cluster import passes
from bench_core.engine.cluster.ray import OnRay
from bench_core.features import FeatureSet
from bench_core.features.pairs import Pairs
from bench_core.features.passes import PassRequest
from bench_core.features.place import Carrier, placed
from bench_core.features.rows import Rows, Space


def rows(n: int, seed: int, distance: str = "euclidean") -> Rows:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 12)).astype(np.float32) if distance == "euclidean" else rng.integers(0, 3, (n, 12)).astype(np.float32)
    values.setflags(write=False)
    return Rows(values, Space(distance), np.stack([np.arange(n) // 2, np.arange(n)], axis=1))


@pytest.mark.parametrize("distance", ["euclidean", "hamming"])
@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("apart", [False, True])
def test_blocks_add_up_to_the_local_pass(executor: OnRay, distance: str, within: bool, apart: bool) -> None:
    def found(carrier: Carrier | None) -> list[Any]:
        a, b = rows(900, 0, distance), rows(1700, 1, distance)
        pairs = Pairs(a, a, within=True) if within else Pairs(a, b)
        with placed(carrier=carrier):
            lists = [pairs.nearest(side, 5, apart=apart) for side in (0, 1)]
            counts = [] if within else [pairs.inside(side, 3) for side in (0, 1)]
            return [*lists[0], *lists[1], *counts, *(pairs.sums() if distance == "euclidean" else ())]

    sent: list[tuple[int, int]] = []
    carry = passes.carrier_on(executor, worth=1)

    def counted(pairs: Pairs, wanted: PassRequest) -> Any:
        sent.append((len(pairs.a), len(pairs.b)))
        return carry(pairs, wanted)

    here, there = found(None), found(counted)
    assert (900, 900 if within else 1700) in sent
    for one, other in zip(here, there, strict=True):
        if one.dtype.kind == "i":
            np.testing.assert_array_equal(one, other)
        else:
            np.testing.assert_allclose(one, other, rtol=1e-10)


def test_a_block_is_never_larger_than_a_node_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [of.stop - of.start for of in passes.cuts(10, 4.0)] == [3, 3, 4]
    assert passes.cuts(3, 0.1) == [slice(0, 1), slice(1, 2), slice(2, 3)]
    monkeypatch.setattr(passes, "LARGEST", 2)
    assert len(passes.cuts(10, 1e9)) == 5


def test_moments_are_added_up_on_the_cluster(executor: OnRay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "LARGEST", 300)
    values = np.random.default_rng(0).normal(3, 1, (1000, 20)).astype(np.float32)
    here, parts = FeatureSet(values).moments(), []
    add = passes.adder_on(executor, worth=1)
    with placed(adder=lambda values, mean: (parts.append(len(values)), add(values, mean))[1]):
        there = FeatureSet(values).moments()
    assert parts == [1000]
    np.testing.assert_array_equal(there[0], here[0])
    np.testing.assert_allclose(there[1], here[1], rtol=1e-12, atol=1e-12)
    assert passes.adder_on(executor)(values, values.mean(axis=0)) is None
