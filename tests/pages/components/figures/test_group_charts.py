"""Figures of numbers by finding, of how metrics agree, and of chances: they say what the data say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bench_core.registry import Target
from pages.components.figures import agreement_charts, subgroup_charts, subgroup_numbers, trade_off
from pages.components.figures.fronts import trade_off_points
from pages.components.panels import comparing
from pages.components.style.palette import styles
from tests.pages.fake import GENERATORS, METRICS, Fake, metric_of

LOOK = styles({g: i for i, g in enumerate(GENERATORS)})
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


def test_nothing_inside_the_range_of_a_perfect_generator_is_coloured() -> None:
    assert subgroup_charts.tone(np.array([-1.0, 0.0, 0.4, 1.0])).tolist() == [0, 0, 0, 0]
    assert subgroup_charts.tone(np.array([-4.0, 4.0, 16.0, 1e9, np.inf])).tolist() == pytest.approx([-0.5, 0.5, 1, 1, 1])


def test_common_findings_come_first_and_small_ones_are_marked() -> None:
    cells, _ = _cells()
    assert cells["count"].is_monotonic_decreasing
    assert (cells["small"] == (cells["n_synthetic"] < subgroup_numbers.SMALL)).all() and cells["small"].any()
    assert subgroup_numbers.words(cells[cells["status"] == "skipped"].iloc[0].to_dict(), LOWER).startswith("Skipped: synthetic has n = 3")
    table = subgroup_numbers.table(cells, {})
    assert len(table) == len(cells) and {"matched", "perfect", "its range", "n synthetic", "n real"} <= set(table.columns)


def test_heat_map_has_a_cell_a_set_and_finding_with_value_and_n() -> None:
    cells, share = _cells()
    row = cells[cells["status"] == "ok"].iloc[5]
    figure = subgroup_charts.heat_map(cells, LOWER, "dark", share, (row["set_name"], row["group"]))
    plain, small, words, clicks = figure.data
    assert len(clicks.customdata) == len(cells)
    y, x = list(cells["group"].unique()).index(row["group"]), list(cells["set_name"].unique()).index(row["set_name"])
    shade = (small if row["small"] else plain).z[y][x]
    assert shade == subgroup_charts.tone(np.array([row["position"]]))[0]
    assert np.isnan((plain if row["small"] else small).z[y][x]) and small.opacity < 0.5
    assert f"n {row['n_synthetic']}" in words.text[y][x] and ("<b>" in words.text[y][x]) == (abs(row["position"]) > 1)
    assert len(figure.layout.shapes) == 1 and figure.layout.shapes[0].x0 == x - 0.48
    assert "–<br>" in "".join(words.text.ravel())


def test_long_tail_draws_the_null_range_of_each_finding() -> None:
    cells, share = _cells()
    figure = subgroup_charts.long_tail(cells, LOWER, LOOK, "light", share, "phantom-gan")
    own = cells[(cells["set_name"] == "phantom-gan") & (cells["status"] == "ok")]
    bars = [s for s in figure.layout.shapes if s.type == "rect"]
    assert len(bars) == len(own)
    assert sorted(s.y1 for s in bars) == pytest.approx(sorted(own["null_high"]))
    points = next(t for t in figure.data if t.name == "phantom-gan")
    assert list(points.y) == own["matched"].tolist() and figure.layout.xaxis.type == "log"
    assert [cells["group"][int(i)] for i in points.customdata] == own["group"].tolist()
    assert subgroup_charts.long_tail(cells, LOWER, LOOK, "dark", {}, "phantom-gan").data == ()


def test_places_are_moved_apart_and_stay_in_order() -> None:
    moved = subgroup_numbers.spread_apart(np.array([0.0, 1.0, 0.0, 5.0]), 0.5)
    assert np.diff(np.sort(moved)).min() >= 0.49 and moved[3] == 5.0
    assert np.argsort(moved, kind="stable").tolist() == [0, 2, 1, 3]


def test_matrix_shows_each_pair_twice_and_bold_only_what_is_sure() -> None:
    pairs = pd.DataFrame(
        [
            ("recall", "coverage", 0.9, 0.5, 0.99, 7),
            ("recall", "density", 0.3, -0.6, 0.9, 7),
            ("coverage", "density", *[np.nan] * 3, 7),
        ],
        columns=["first", "second", "rho", "low", "high", "n"],
    )
    figure = agreement_charts.matrix(pairs, {m: metric_of(m) for m in METRICS}, "dark", ("coverage", "recall"))
    heat, clicks = figure.data
    assert heat.z[0][1] == heat.z[1][0] == 0.9 and np.isnan(heat.z[0][0])
    assert heat.text[0][1] == "<b>.90</b>" and "<b>" not in heat.text[0][2] and ".30" in heat.text[2][0] and "–" in heat.text[1][2]
    assert list(clicks.customdata) == ["0", "0", "1", "1", "2", "2"] and len(figure.layout.shapes) == 2


def test_a_pair_of_metrics_is_drawn_over_the_sets_that_have_both() -> None:
    results = Fake().results("r", "t", "e")
    results.loc[(results["set_name"] == "copycat") & (results["metric"] == "coverage"), "status"] = "failed"
    figure = agreement_charts.pair(results, LOWER, HIGHER, LOOK, "light")
    assert {t.name for t in figure.data} == set(GENERATORS) - {"copycat"}


def test_a_point_is_the_fainter_the_less_likely_it_is_on_the_front() -> None:
    points = trade_off_points(Fake().results("r", "t", "e"), LOWER.id, HIGHER.id, None)
    chance = {"phantom-oracle": 1.0, "phantom-gan": 0.0, "copycat": 0.5}
    figure = trade_off.figure(points, trade_off.Axes(LOWER, HIGHER), trade_off.Scene(LOOK, "dark"), trade_off.Layers(chance=chance))
    shown = {t.name: t for t in figure.data}
    assert shown["phantom-oracle"].marker.opacity == 1 == shown["phantom-vae"].marker.opacity
    assert shown["phantom-gan"].marker.opacity == trade_off.OPACITY
    assert trade_off.OPACITY < shown["copycat"].marker.opacity < 1
    assert "50% of draws" in shown["copycat"].hovertemplate and "draws" not in shown["phantom-vae"].hovertemplate


def test_differences_are_told_from_the_side_of_the_selected_set() -> None:
    pairs = pd.DataFrame(
        [
            ("frechet_distance", "a", "b", 3.0, 1.0, 5.0, True, "second", "value"),
            ("frechet_distance", "b", "c", 1.0, -1.0, 3.0, False, "", "matched"),
        ],
        columns=["metric", "first", "second", "difference", "low", "high", "excludes_zero", "better", "basis"],
    )
    metrics = {"frechet_distance": LOWER}
    told = comparing.differences_of(pairs, "b", metrics, ["frechet_distance"]).set_index("against")
    assert told.loc["a"].tolist() == ["-3.00 [-5.00, -1.00]", "yes, better"]
    assert told.loc["c"].tolist() == ["1.00 [-1.00, 3.00] (matched)", "no"]
    assert comparing.differences_of(pairs, "a", metrics, ["frechet_distance"]).iloc[0, 2] == "yes, worse"
