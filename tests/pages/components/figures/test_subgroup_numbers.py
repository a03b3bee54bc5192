"""Numbers by finding: where each lies in the range of a perfect generator, and what is said of it."""

from dataclasses import replace

import numpy as np
import pandas as pd

from bench_core.registry import Target
from pages.components.figures import subgroup_numbers
from tests.pages.fake import Fake, metric_of

LOWER, HIGHER = metric_of("frechet_distance"), metric_of("coverage")
RANGE = {"null": 4.0, "null_low": 2.0, "null_high": 5.0}


def _cells(metric: str = "frechet_distance") -> tuple[pd.DataFrame, dict[str, float]]:
    fake = Fake()
    results = fake.results("r", "t", "e")
    groups = [s.partition("=")[2] for s in results["subgroup"].unique() if "=" in s]
    counts = {g: len(fake.members("id-phantom-real", f"finding={g}")) for g in groups}
    return subgroup_numbers.cells(results, metric_of(metric), "finding", counts), {g: c / 120 for g, c in counts.items()}


def test_position_counts_half_ranges_from_the_null_and_worse_is_up() -> None:
    assert subgroup_numbers.position({"matched": 7.0, **RANGE}, LOWER) == 3
    assert subgroup_numbers.position({"matched": 3.0, **RANGE}, LOWER) == -0.5
    assert subgroup_numbers.position({"matched": 3.0, **RANGE}, HIGHER) == 0.5
    assert subgroup_numbers.position({"matched": 4.0, **RANGE}, HIGHER) == 0
    assert subgroup_numbers.position({"matched": 8.0, **RANGE}, replace(LOWER, goal=Target(4.0))) == 4
    assert np.isnan(subgroup_numbers.position({"matched": 8.0, "null": np.nan, "null_low": 1.0, "null_high": 2.0}, LOWER))
    assert subgroup_numbers.position({"matched": 1.0, "null": 0.5, "null_low": 0.5, "null_high": 0.5}, LOWER) == np.inf


def test_common_findings_come_first_and_small_ones_are_marked() -> None:
    cells, _ = _cells()
    assert cells["count"].is_monotonic_decreasing
    assert (cells["small"] == (cells["n_synthetic"] < subgroup_numbers.SMALL)).all() and cells["small"].any()
    assert subgroup_numbers.words(cells[cells["status"] == "skipped"].iloc[0].to_dict(), LOWER).startswith("Skipped: synthetic has n = 3")
    table = subgroup_numbers.table(cells, {})
    assert len(table) == len(cells) and {"matched", "perfect", "its range", "n synthetic", "n real"} <= set(table.columns)


def test_places_are_moved_apart_and_stay_in_order() -> None:
    moved = subgroup_numbers.spread_apart(np.array([0.0, 1.0, 0.0, 5.0]), 0.5)
    assert np.diff(np.sort(moved)).min() >= 0.49 and moved[3] == 5.0
    assert np.argsort(moved, kind="stable").tolist() == [0, 2, 1, 3]
