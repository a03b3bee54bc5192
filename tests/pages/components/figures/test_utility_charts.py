"""Figures of utility as data."""

import numpy as np

from bench_core import api
from pages.components.figures.utility_charts import curve, gains, low_data, style_of
from tests.pages.fake import REFERENCE, Fake

ROWS = Fake().utility(REFERENCE)
ROWS = ROWS[(ROWS["set_name"] == "copycat") & (ROWS["measure"] == "auroc") & (ROWS["finding"] == "all")]


def test_one_line_per_arm_over_the_real_images_in_use() -> None:
    figure = low_data(ROWS, api.arms(), "AUROC", "light")
    assert [t.name for t in figure.data][0] == "Real only" and len(figure.data) == ROWS["arm"].nunique()
    assert list(figure.layout.xaxis.tickvals) == [90, 9000]
    assert all(np.isfinite(t.x).all() for t in figure.data)


def test_controls_are_grey_and_others_are_told_apart() -> None:
    for theme in ("dark", "light"):
        styles = {name: style_of(name, api.arms(), theme) for name in api.arms()}
        controls = {styles[n][0] for n in styles if api.arms()[n].control}
        assert len(controls) == 1 and len(set(styles.values())) == len(styles)


def test_gains_keep_their_order_and_curves_their_diagonal() -> None:
    rows = ROWS[(ROWS["share"] == 0.01) & (ROWS["arm"] != "real_only")].assign(label=lambda r: r["arm"])
    figure = gains(rows, api.arms(), dict.fromkeys(rows["label"], "#000"), "gain", "dark")
    assert [t.y[0] for t in figure.data] == rows["label"].tolist()
    points = Fake().utility_curves(REFERENCE, "copycat", "linear")
    drawn = curve(points[points["curve"] == "roc"], api.arms(), "roc", "dark")
    assert list(drawn.data[0].x) == [0, 1] and len(drawn.data) == 1 + points["arm"].nunique()
