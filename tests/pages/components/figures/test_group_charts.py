"""Figures of numbers by finding, of how metrics agree, and of chances: they say what the data say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bench_core.registry import Target
from pages.components.figures import by_group, group_charts
from pages.components.style.palette import styles
from tests.pages.fake_api import GENERATORS, Fake, metric_of

LOOK = styles({g: i for i, g in enumerate(GENERATORS)})


LOWER, HIGHER = metric_of("frechet_distance"), metric_of("coverage")


RANGE = {"null": 4.0, "null_low": 2.0, "null_high": 5.0}


def _cells(metric: str = "frechet_distance") -> tuple[pd.DataFrame, dict[str, float]]:
    fake = Fake()
    results = fake.results("r", "t", "e")
    groups = [s.partition("=")[2] for s in results["subgroup"].unique() if "=" in s]
    counts = {g: len(fake.members("id-phantom-real", f"finding={g}")) for g in groups}
    return by_group.cells(results, metric_of(metric), "finding", counts), {g: c / 120 for g, c in counts.items()}


def test_position_counts_half_ranges_from_the_null_and_worse_is_up() -> None:
    assert by_group.position({"matched": 7.0, **RANGE}, LOWER) == 3
    assert by_group.position({"matched": 3.0, **RANGE}, LOWER) == -0.5
    assert by_group.position({"matched": 3.0, **RANGE}, HIGHER) == 0.5
    assert by_group.position({"matched": 4.0, **RANGE}, HIGHER) == 0
    assert by_group.position({"matched": 8.0, **RANGE}, replace(LOWER, goal=Target(4.0))) == 4
    assert np.isnan(by_group.position({"matched": 8.0, "null": np.nan, "null_low": 1.0, "null_high": 2.0}, LOWER))
    assert by_group.position({"matched": 1.0, "null": 0.5, "null_low": 0.5, "null_high": 0.5}, LOWER) == np.inf


def test_nothing_inside_the_range_of_a_perfect_generator_is_coloured() -> None:
    assert group_charts.tone(np.array([-1.0, 0.0, 0.4, 1.0])).tolist() == [0, 0, 0, 0]
    assert group_charts.tone(np.array([-4.0, 4.0, 16.0, 1e9, np.inf])).tolist() == pytest.approx([-0.5, 0.5, 1, 1, 1])


def test_common_findings_come_first_and_small_ones_are_marked() -> None:
    cells, _ = _cells()
    assert cells["count"].is_monotonic_decreasing
    assert (cells["small"] == (cells["n_synthetic"] < by_group.SMALL)).all() and cells["small"].any()
    assert by_group.words(cells[cells["status"] == "skipped"].iloc[0].to_dict(), LOWER).startswith("Skipped: synthetic has n = 3")
    table = by_group.table(cells, {})
    assert len(table) == len(cells) and {"matched", "perfect", "its range", "n synthetic", "n real"} <= set(table.columns)


def test_heat_map_has_a_cell_a_set_and_finding_with_value_and_n() -> None:
    cells, share = _cells()
    row = cells[cells["status"] == "ok"].iloc[5]
    figure = group_charts.heat_map(cells, LOWER, "dark", share, (row["set_name"], row["group"]))
    plain, small, words, clicks = figure.data
    assert len(clicks.customdata) == len(cells)
    y, x = list(cells["group"].unique()).index(row["group"]), list(cells["set_name"].unique()).index(row["set_name"])
    shade = (small if row["small"] else plain).z[y][x]
    assert shade == group_charts.tone(np.array([row["position"]]))[0]
    assert np.isnan((plain if row["small"] else small).z[y][x]) and small.opacity < 0.5
    assert f"n {row['n_synthetic']}" in words.text[y][x] and ("<b>" in words.text[y][x]) == (abs(row["position"]) > 1)
    assert len(figure.layout.shapes) == 1 and figure.layout.shapes[0].x0 == x - 0.48
    assert "–<br>" in "".join(words.text.ravel())


def test_long_tail_draws_the_null_range_of_each_finding() -> None:
    cells, share = _cells()
    figure = group_charts.long_tail(cells, LOWER, LOOK, "light", share, "phantom-gan")
    own = cells[(cells["set_name"] == "phantom-gan") & (cells["status"] == "ok")]
    bars = [s for s in figure.layout.shapes if s.type == "rect"]
    assert len(bars) == len(own)
    assert sorted(s.y1 for s in bars) == pytest.approx(sorted(own["null_high"]))
    points = next(t for t in figure.data if t.name == "phantom-gan")
    assert list(points.y) == own["matched"].tolist() and figure.layout.xaxis.type == "log"
    assert [cells["group"][int(i)] for i in points.customdata] == own["group"].tolist()
    assert group_charts.long_tail(cells, LOWER, LOOK, "dark", {}, "phantom-gan").data == ()


def test_places_are_moved_apart_and_stay_in_order() -> None:
    moved = by_group.spread_apart(np.array([0.0, 1.0, 0.0, 5.0]), 0.5)
    assert np.diff(np.sort(moved)).min() >= 0.49 and moved[3] == 5.0
    assert np.argsort(moved, kind="stable").tolist() == [0, 2, 1, 3]
