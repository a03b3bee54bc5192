"""Passes carried to a device of torch find what the compiled ones find; torch's own processor device is the device here."""

import numpy as np
import pytest
import torch

from bench_core.engine.scoring.score_sets import score_sets
from bench_core.errors import Cancelled
from bench_core.features import FeatureSet, base, passes_on_torch
from bench_core.features.pairs import Pairs
from bench_core.features.passes import PassFindings, PassRequest
from bench_core.features.passes_here import found_here
from bench_core.features.passes_on_torch import torch_carrier
from bench_core.features.place import placed
from bench_core.features.rows import Rows, Space
from bench_core.spec import Scoring
from tests.features.exact_rows import rows_of, wanted_of, whole

TILES = [1 << 22, 999, 64]


def both(pairs: Pairs, wanted: PassRequest, largest: int) -> tuple[tuple[PassFindings, PassFindings], tuple[PassFindings, PassFindings]]:
    carried = torch_carrier("cpu", fewest=0, largest=largest)(pairs, wanted)
    assert carried is not None
    return carried, found_here(pairs, wanted)


def assert_equal(one: tuple[PassFindings, PassFindings], other: tuple[PassFindings, PassFindings], tolerance: float) -> None:
    for mine, theirs in zip(one, other, strict=True):
        assert (mine.near.dtype, mine.at.dtype, mine.inside.dtype) == (theirs.near.dtype, theirs.at.dtype, theirs.inside.dtype)
        np.testing.assert_allclose(mine.near, theirs.near, rtol=tolerance, atol=tolerance)
        np.testing.assert_array_equal(mine.at < 0, theirs.at < 0)
        np.testing.assert_array_equal(mine.inside, theirs.inside)
        assert mine.sums.shape == theirs.sums.shape
        for of_mine, of_theirs in zip(mine.sums, theirs.sums, strict=True):
            if of_mine.size:
                np.testing.assert_allclose(of_mine, of_theirs, rtol=0, atol=max(tolerance * 1e-3, 2e-12) * np.abs(of_theirs).mean())


@pytest.mark.parametrize("largest", TILES)
@pytest.mark.parametrize("apart", [False, True])
def test_exact_products_give_equal_finds(largest: int, apart: bool) -> None:
    pairs = Pairs(rows_of(whole(0, 150, 12), 3), rows_of(whole(1, 94, 12), 2))
    for wanted in (wanted_of(pairs, apart=apart), wanted_of(pairs, (5, 0), apart, counted=False), wanted_of(pairs, (0, 0), sums=False)):
        assert_equal(*both(pairs, wanted, largest), 0.0)


@pytest.mark.parametrize("largest", TILES)
@pytest.mark.parametrize("apart", [False, True])
def test_within_one_set_each_row_meets_all_others(largest: int, apart: bool) -> None:
    values = whole(2, 130, 12)
    values[[3, 68]], values[[7, 72]] = values[[4, 69]], values[[4, 69]]  # the same row three times
    rows = rows_of(values, 3)
    pairs = Pairs(rows, rows, within=True)
    carried, here = both(pairs, wanted_of(pairs, apart=apart), largest)
    assert carried[0] is carried[1]
    assert_equal(carried, here, 0.0)


@pytest.mark.parametrize("largest", TILES)
@pytest.mark.parametrize("spread", [1.0, 1e-4])
def test_rounded_products_give_equal_counts_and_near_sums(largest: int, spread: float) -> None:
    """With a spread of 1e-4 around few centres, all that is near is a near-tie for float32."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(4, 40))
    a, b = (centres[rng.integers(0, 4, n)] + spread * rng.normal(size=(n, 40)) + 3 for n in (140, 90))
    b[:20] = a[:20]
    pairs = Pairs(rows_of(a), rows_of(b))
    assert_equal(*both(pairs, wanted_of(pairs), largest), 1e-4)


@pytest.mark.parametrize("width", [100, 256, 300, 1000])
def test_portions_add_up(width: int) -> None:
    x, y = torch.tensor(whole(0, 40, width)), torch.tensor(whole(1, 30, width))
    np.testing.assert_array_equal(passes_on_torch.multiply(x, y), x.double() @ y.double().T)


@pytest.mark.parametrize("kept", [True, False])
def test_all_metrics_are_the_same(kept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not kept:
        monkeypatch.setattr(base, "KEPT", 0)
    carried: list[bool] = []
    carry = torch_carrier("cpu", fewest=0, largest=5000)

    def counted(pairs: Pairs, wanted: PassRequest) -> tuple[PassFindings, PassFindings] | None:
        found = carry(pairs, wanted)
        carried.append(found is not None)
        return found

    def scores() -> list[tuple[str, str, float | None, float | None, float | None]]:
        rng = np.random.default_rng(0)
        sets = {kind: FeatureSet(rng.normal(size=(300, 16)), kind=kind) for kind in ("real", "synthetic", "train")}
        return [(r.metric, r.status, r.value, r.low, r.high) for r in score_sets(sets, Scoring(intervals=not kept), nulls=False)[0]]

    here = scores()
    with placed(carrier=counted):
        there = scores()
    assert any(carried)
    for mine, theirs in zip(there, here, strict=True):
        assert mine[:2] == theirs[:2]
        found, expected = (np.array([np.nan if v is None else v for v in of[2:]], dtype=float) for of in (mine, theirs))
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=mine[0])  # nan is where nan is


def test_a_tile_that_runs_out_of_memory_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = Pairs(rows_of(whole(0, 300, 12)), rows_of(whole(1, 260, 12)))
    tried: list[int] = []
    multiply = passes_on_torch.multiply

    def full(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        tried.append(len(x) * len(y))
        if tried[-1] > 20_000:
            raise torch.OutOfMemoryError("full")
        return multiply(x, y)

    monkeypatch.setattr(passes_on_torch, "multiply", full)
    assert_equal(*both(pairs, wanted_of(pairs), 1 << 22), 0.0)
    assert tried[0] == 78_000
    assert sum(pairs_of for pairs_of in tried if pairs_of <= 20_000) == 78_000
    monkeypatch.setattr(passes_on_torch, "multiply", lambda x, y: (_ for _ in ()).throw(torch.OutOfMemoryError("full")))
    assert torch_carrier("cpu", fewest=0)(pairs, wanted_of(pairs)) is None


def test_memory_that_runs_out_late_in_a_tile_counts_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = Pairs(rows_of(whole(0, 300, 12)), rows_of(whole(1, 260, 12)))
    nearest, times = passes_on_torch._Sweep._nearest, []

    def once(self, low, dim, side, mine, first):  # type: ignore[no-untyped-def]
        times.append(dim)
        if len(times) in (2, 5):  # kernels, balls and one list of the tile are there already
            raise torch.OutOfMemoryError("full")
        yield from nearest(self, low, dim, side, mine, first)

    monkeypatch.setattr(passes_on_torch._Sweep, "_nearest", once)
    assert_equal(*both(pairs, wanted_of(pairs), 1 << 22), 0.0)


def test_what_stays_on_the_processor() -> None:
    pairs = Pairs(rows_of(whole(0, 20, 4)), rows_of(whole(1, 20, 4)))
    assert torch_carrier("cpu", fewest=401)(pairs, wanted_of(pairs)) is None
    values = np.ones((20, 4), np.float32)
    codes = Rows(values, Space("hamming"), np.zeros((20, 2), np.int64))
    assert torch_carrier("cpu", fewest=0)(Pairs(codes, codes), PassRequest((1, 1), False, (np.empty((20, 0)),) * 2, False)) is None


def test_long_passes_tell_how_far_they_are_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes_on_torch, "LONG", 0)
    rows = rows_of(whole(0, 150, 12))
    pairs, heard = Pairs(rows, rows, within=True), []
    with placed(report=lambda share, what: heard.append((share, what))):
        torch_carrier("cpu", fewest=0, largest=2000)(pairs, wanted_of(pairs))
    assert len(heard) > 5
    assert heard == sorted(heard)
    assert heard[-1] == (1.0, "comparing images")

    def stop(share: float, what: str) -> None:
        raise Cancelled("The run was cancelled.")

    with placed(report=stop), pytest.raises(Cancelled):
        torch_carrier("cpu", fewest=0, largest=2000)(pairs, wanted_of(pairs))
