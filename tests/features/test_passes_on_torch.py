"""Passes carried to a device of torch find what the compiled ones find; torch's own processor device is the device here."""

import numpy as np
import pytest
import torch

from bench_core.engine.scoring.score_sets import score_sets
from bench_core.errors import Cancelled
from bench_core.features import FeatureSet, base, gpu, passes_on_torch
from bench_core.features.gpu import gpu_named
from bench_core.features.pairs import Pairs
from bench_core.features.passes import PassFindings, PassRequest
from bench_core.features.passes_here import found_here
from bench_core.features.passes_on_torch import gpu_carrier, torch_carrier
from bench_core.features.place import placed
from bench_core.features.rows import Rows, Space
from bench_core.features.tiles import gap
from bench_core.spec import Scoring

TILES = [1 << 22, 999, 64]


def rows_of(values: np.ndarray, patients: int = 0) -> Rows:
    """Rows with equal contents numbered alike, some to a patient."""
    values = np.ascontiguousarray(values, dtype=np.float32)
    content = np.unique(values, axis=0, return_inverse=True)[1].reshape(-1)
    patient = np.arange(len(values)) // patients if patients else -1 - np.arange(len(values))
    return Rows(values, Space(), np.stack([patient, content], axis=1))


def whole(seed: int, n: int, d: int) -> np.ndarray:
    """Integers whose column means are 0: all products are exact in float32, in whatever order they are added up."""
    half = np.random.default_rng(seed).integers(-6, 7, size=(n // 2, d))
    return np.concatenate([half, -half]).astype(np.float32)


def balls(rows: Rows, others: Rows, k: int = 3) -> np.ndarray:  # (N, k)
    """Distances of each row to its first others, exactly: some pairs lie on the very edge of a ball."""
    out = [[gap(rows.values, i, others.values, j) for j in range(i % 5, i % 5 + k)] for i in range(len(rows))]
    return np.sort(np.array(out), axis=1)


def both(pairs: Pairs, wanted: PassRequest, largest: int) -> tuple[tuple[PassFindings, PassFindings], tuple[PassFindings, PassFindings]]:
    carried = torch_carrier("cpu", fewest=0, largest=largest)(pairs, wanted)
    assert carried is not None
    return carried, found_here(pairs, wanted)


def wanted_of(pairs: Pairs, widths: tuple[int, int] = (7, 7), apart: bool = False, counted: bool = True, sums: bool = True) -> PassRequest:
    none = np.empty((len(pairs.a), 0)), np.empty((len(pairs.b), 0))
    given = (balls(pairs.a, pairs.b), balls(pairs.b, pairs.a)[:, :2]) if counted and not pairs.within else none
    return PassRequest(widths, apart, given, sums)


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


@pytest.mark.parametrize("width", [1, 7, 8, 40, 771])
def test_exact_gaps_are_those_of_the_compiled_code_to_the_last_bit(width: int) -> None:
    x, y = (np.random.default_rng(seed).normal(size=(20, width)).astype(np.float32) for seed in (0, 1))
    found = passes_on_torch.gaps(torch.tensor(x), torch.tensor(y)).numpy()
    np.testing.assert_array_equal(found, [gap(x, i, y, i) for i in range(20)])


@pytest.mark.parametrize("width", [16, 768, 4096])
def test_the_worst_order_of_adding_stays_within_half_the_rounding_bound(width: int) -> None:
    """One product after the other inside each portion, on the rows with the largest partial sums: equal ones."""
    x = (np.random.default_rng(0).normal(size=(2000, width)) + 1).astype(np.float32)
    product = np.zeros(len(x), np.float32)
    for start in range(0, width, passes_on_torch.DEEP):
        part = x[:, start : start + passes_on_torch.DEEP]
        product += np.cumsum(part * part, axis=1, dtype=np.float32)[:, -1]
    exact = np.einsum("nd,nd->n", x, x, dtype=np.float64)
    off = 2 * np.abs(product - exact) / (2 * exact)  # of a distance, which is two norms less twice the product
    assert 0 < off.max() < Space().rounding(width) / 2


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


def test_what_stays_on_the_processor() -> None:
    pairs = Pairs(rows_of(whole(0, 20, 4)), rows_of(whole(1, 20, 4)))
    assert torch_carrier("cpu", fewest=401)(pairs, wanted_of(pairs)) is None
    values = np.ones((20, 4), np.float32)
    codes = Rows(values, Space("hamming"), np.zeros((20, 2), np.int64))
    assert torch_carrier("cpu", fewest=0)(Pairs(codes, codes), PassRequest((1, 1), False, (np.empty((20, 0)),) * 2, False)) is None


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


def test_kernel_totals_of_subsets_are_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "KEPT", 0)
    rows, columns = np.arange(0, 120, 2), np.arange(0, 80, 3)
    carried: list[PassRequest] = []
    carry = torch_carrier("cpu", fewest=0, largest=500)

    def noted(pairs: Pairs, wanted: PassRequest) -> tuple[PassFindings, PassFindings] | None:
        carried.append(wanted)
        return carry(pairs, wanted)

    def totals() -> list[float]:
        one, other = FeatureSet(whole(0, 120, 12)), FeatureSet(whole(1, 80, 12))  # anew: sets remember their sums
        of = (one.take(rows), other.take(columns)), (one.take(rows), one.take(rows[:20]))
        return [x.kernel_sum(y, kernel) for x, y in of for kernel in ("cubic", "gaussian")]  # type: ignore[arg-type]

    here = totals()
    with placed(carrier=noted):
        there = totals()
    assert there == pytest.approx(here, rel=2e-12)
    assert sum(wanted.sums and wanted.widths == (0, 0) for wanted in carried) == 4
