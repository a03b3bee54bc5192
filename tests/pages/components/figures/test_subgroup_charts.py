"""Figures of numbers by finding."""

import numpy as np
import pandas as pd
import pytest

from pages.components.figures import subgroup_charts, subgroup_numbers
from pages.components.style.palette import styles
from tests.pages.fake import GENERATORS, Fake, metric_of

LOOK = styles({g: i for i, g in enumerate(GENERATORS)})
LOWER, HIGHER = metric_of("frechet_distance"), metric_of("coverage")


def _cells(metric: str = "frechet_distance") -> tuple[pd.DataFrame, dict[str, float]]:
    fake = Fake()
    results = fake.results("r", "t", "e")
    groups = [s.partition("=")[2] for s in results["subgroup"].unique() if "=" in s]
    counts = {g: len(fake.members("id-phantom-real", f"finding={g}")) for g in groups}
    return subgroup_numbers.cells(results, metric_of(metric), "finding", counts), {g: c / 120 for g, c in counts.items()}


def test_nothing_inside_the_range_of_a_perfect_generator_is_coloured() -> None:
    assert subgroup_charts.tone(np.array([-1.0, 0.0, 0.4, 1.0])).tolist() == [0, 0, 0, 0]
    assert subgroup_charts.tone(np.array([-4.0, 4.0, 16.0, 1e9, np.inf])).tolist() == pytest.approx([-0.5, 0.5, 1, 1, 1])


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
