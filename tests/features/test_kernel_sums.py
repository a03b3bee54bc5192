"""Kernel sums of parts of sets."""

import numpy as np
import pytest

from bench_core.features import FeatureSet, base
from bench_core.features.pairs import Pairs
from bench_core.features.passes import PassFindings, PassRequest
from bench_core.features.passes_on_torch import torch_carrier
from bench_core.features.place import placed
from tests.features.exact_rows import whole


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
