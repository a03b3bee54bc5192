"""The trade-off figure says what the data say."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.components.figures import trade_off
from pages.components.figures.fronts import front, trade_off_points
from pages.components.style.palette import Theme, styles
from tests.pages.fake import GENERATORS, Fake, metric_of

LOOK = styles({g: i for i, g in enumerate(GENERATORS)})
X, Y = metric_of("frechet_distance"), metric_of("closer_to_train")
LOWER, HIGHER = metric_of("frechet_distance"), metric_of("coverage")


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


def test_a_point_is_the_fainter_the_less_likely_it_is_on_the_front() -> None:
    points = trade_off_points(Fake().results("r", "t", "e"), LOWER.id, HIGHER.id, None)
    chance = {"phantom-oracle": 1.0, "phantom-gan": 0.0, "copycat": 0.5}
    figure = trade_off.figure(points, trade_off.Axes(LOWER, HIGHER), trade_off.Scene(LOOK, "dark"), trade_off.Layers(chance=chance))
    shown = {t.name: t for t in figure.data}
    assert shown["phantom-oracle"].marker.opacity == 1 == shown["phantom-vae"].marker.opacity
    assert shown["phantom-gan"].marker.opacity == trade_off.OPACITY
    assert trade_off.OPACITY < shown["copycat"].marker.opacity < 1
    assert "50% of draws" in shown["copycat"].hovertemplate and "draws" not in shown["phantom-vae"].hovertemplate
