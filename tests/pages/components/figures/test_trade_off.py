"""Figures say what the data say."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.components.figures import charts, trade_off
from pages.components.figures.axes import extent, log_ticks
from pages.components.figures.fronts import front, trade_off_points
from pages.components.figures.map_points import map_groups, points_to_draw
from pages.components.figures.point_labels import label_sides
from pages.components.style.palette import GREY, Theme, styles
from tests.pages.fake import GENERATORS, Fake, metric_of

LOOK = styles({g: i for i, g in enumerate(GENERATORS)})
X, Y = metric_of("frechet_distance"), metric_of("closer_to_train")


def _points() -> pd.DataFrame:
    return trade_off_points(Fake().results("r", "t", "e"), X.id, Y.id, None)


def _figure(points: pd.DataFrame, theme: Theme = "dark", **layers: Any) -> go.Figure:
    return trade_off.figure(points, trade_off.Axes(X, Y), trade_off.Scene(LOOK, theme), trade_off.Layers(**layers))


def _trace(figure: object, name: str) -> object:
    return next(t for t in figure.data if t.name == name)  # type: ignore[attr-defined]


def test_matched_values_are_plotted_where_the_null_is_drawn_and_values_where_not() -> None:
    points = _points()
    row = points.set_index("set_name").loc["phantom-gan"]
    with_null = _trace(_figure(points), "phantom-gan")
    without = _trace(_figure(points, null=False), "phantom-gan")
    assert with_null.x[0] == row["x_matched"] and without.x[0] == row["x_value"]
    assert row["x_matched"] != row["x_value"]


def test_null_bands_lie_where_the_null_range_is() -> None:
    points = _points()
    bands = _figure(points).layout.shapes
    assert len(bands) == 2
    assert (bands[0].x0, bands[0].x1) == (points["x_null_low"].median(), points["x_null_high"].median())
    assert not _figure(points, null=False).layout.shapes


def test_error_bars_reach_from_low_to_high() -> None:
    points = _points()
    trace = _trace(_figure(points, null=False), "phantom-vae")
    row = points.set_index("set_name").loc["phantom-vae"]
    np.testing.assert_allclose(
        [trace.x[0] - trace.error_x.arrayminus[0], trace.x[0] + trace.error_x.array[0]], [row["x_low"], row["x_high"]]
    )


def test_colour_and_marker_are_those_of_the_generator_in_each_theme() -> None:
    for theme in ("dark", "light"):
        trace = _trace(_figure(_points(), theme), "copycat")
        assert trace.marker.color == LOOK["copycat"].colour(theme)
        assert trace.marker.symbol == LOOK["copycat"].marker


def test_front_is_drawn_through_its_points_in_order() -> None:
    points = _points()
    line = _trace(_figure(points, on_front=np.array([True] * 3 + [False] * 4)), "Pareto front")
    assert list(line.x) == sorted(line.x) and len(line.x) == 3
    assert front(points, X, Y).any()


def test_size_grows_with_the_third_metric_whichever_way_is_better() -> None:
    for metric, best in (("kernel_distance", "phantom-oracle"), ("coverage", "phantom-oracle")):
        points = trade_off_points(Fake().results("r", "t", "e"), X.id, Y.id, metric)
        figure = trade_off.figure(points, trade_off.Axes(X, Y, metric_of(metric)), trade_off.Scene(LOOK, "dark"))
        sizes = {t.name: t.marker.size for t in figure.data if t.name in GENERATORS}
        assert max(sizes, key=sizes.get) == best  # type: ignore[arg-type]


def test_labels_of_close_points_do_not_stand_on_the_same_side() -> None:
    sides = label_sides(np.array([0.5, 0.52]), np.array([0.5, 0.5]), ["phantom-ldm", "phantom-gan"])
    assert sides[0] != sides[1]


def test_log_ticks_are_written_in_full_and_within_reach() -> None:
    ticks = log_ticks(np.array([4.0, 60.0]))
    assert "10" in ticks["ticktext"] and "50" in ticks["ticktext"]
    assert all(1.9 < t < 121 for t in ticks["tickvals"])


def test_histogram_shows_shares_of_each_group() -> None:
    figure = charts.distance_histogram(charts.DistanceRatios(np.full(10, 0.2), np.full(400, 1.0), 0.7, 0.2), "mine", "#123456", "dark")
    held_out, mine = _trace(figure, "held-out real"), _trace(figure, "mine")
    assert sum(held_out.y) == 1.0 and sum(mine.y) == 1.0
    assert held_out.marker.color == GREY["dark"]
    assert figure.layout.shapes[0].x0 == 0.7


def test_map_is_drawn_in_webgl_with_context_first() -> None:
    fake = Fake()
    points = fake.projection(["id-phantom-train", "id-phantom-real", "id-phantom-gan", "id-copycat"], "e")
    shown = (points["set_name"] != "phantom-real").to_numpy()
    groups = map_groups(points, shown, "model", "Edema", LOOK, "dark")
    part = points_to_draw(points, shown, groups)
    assert part.words == ""
    figure = charts.embedding(points, part.context, part.groups, "dark", found=3)
    assert {t.type for t in figure.data} == {"scattergl"}
    assert [t.name for t in figure.data] == ["others", "copycat", "phantom-gan", "this image"]
    assert [len(t.x) for t in figure.data] == [2 * fake.count, fake.count, fake.count, 1]
    np.testing.assert_allclose(figure.data[-1].x[0], points["x"][3], rtol=1e-6)


def test_a_map_says_what_it_leaves_out() -> None:
    points = Fake().projection(["id-phantom-train", "id-phantom-real"], "e")
    few = pd.concat([points, points.head(3).assign(kind="synthetic", set_id="few", set_name="few")], ignore_index=True)
    shown = np.ones(len(few), dtype=bool)
    groups = map_groups(few, shown, "set", "Edema", LOOK, "dark")
    part = points_to_draw(few, shown, groups, most=23)
    each = len(points) // 2
    assert part.words.startswith(f"Drawn: 10 of {each} training, 10 of {each} real, all 3 synthetic. Left out")
    assert [len(g[1]) for g in part.groups] == [10, 10, 3] and len(part.context) == 0


def test_groups_by_finding_leave_training_and_unknown_images_grey() -> None:
    points = Fake().projection(["id-phantom-train", "id-phantom-real"], "e")
    points.loc[points.index[-1], "Edema"] = np.nan
    shown = np.ones(len(points), dtype=bool)
    groups = map_groups(points, shown, "finding", "Edema", LOOK, "light")
    rows = np.concatenate([g[1] for g in groups])
    assert len(rows) == (points["kind"] == "real").sum() - 1
    assert {g[0] for g in groups} <= {"Edema present", "Edema absent", "Edema uncertain"}
    assert sum(len(g[1]) for g in map_groups(points, shown, "set", "Edema", LOOK, "dark")) == len(points)


def test_an_axis_holds_points_bars_and_band_and_shows_zero_where_it_is_near() -> None:
    low, high = extent(np.array([0.2, 0.6]), np.array([0.1, 0.9, np.nan]), log=False) or []
    assert low <= 0 and high > 0.9
    low, high = extent(np.array([0.85, 0.95]), np.array([0.8, 1.0]), log=False) or []
    assert 0.7 < low < 0.8 and high > 1.0


def test_a_band_that_reaches_zero_does_not_dwarf_a_logarithmic_axis() -> None:
    low, high = extent(np.array([0.5, 25.0]), np.array([1e-12, 1.7, 34.0]), log=True) or []
    assert 10**low > 0.5 / 5 and 34 < 10**high < 60
