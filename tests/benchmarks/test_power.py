"""The table of what the embedded study can see."""

import pandas as pd

from bench_core import api
from benchmarks import power


def test_a_row_a_fault_with_the_shares_of_metrics() -> None:
    rows = [
        ("blur", "", 0.8, 200, "density", 0, 12), ("blur", "", 0.8, 200, "recall", 11, 0), ("copies", "", 5.0, 600, "copy_share", 12, 0),
        ("blur", "", 1.2, 200, "recall", 12, 0), ("lost_finding", "Edema", 100.0, 200, "recall", 3, 0),
    ]  # fmt: skip
    names = ["fault", "variant", "strength", "n", "metric", "worse", "better"]
    counts = pd.DataFrame(rows, columns=names).assign(repeats=12)
    lines = list(power.table(counts.assign(share=counts["worse"] / 12), ["density", "recall", "copy_share"]))
    assert lines[2] == "| blur of 0.8 px | 200 | seen | 1 | 0.00 ↑ | 0.92 | – |"
    assert "| Edema lost in 100 % of its films | 200 | seen | 0 | – | 0.25 | – |" in lines
    assert lines[-1] == "| 5 % of exact copies | 600 | seen | 1 | – | – | 1.00 |" and len(lines) == 5


def test_requests_are_of_this_encoder() -> None:
    usual, copies = power.specs("phantom-eye", 12)
    assert usual.encoder == copies.encoder == "phantom-eye" and (usual.n, copies.n) == ([200], [600])
    assert {c.id for c in copies.metrics} <= set(api.metrics())
