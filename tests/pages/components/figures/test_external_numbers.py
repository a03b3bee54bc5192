"""Hollow markers of others' numbers."""

import numpy as np
import pandas as pd

from pages.components.figures import external_numbers, trade_off
from pages.components.figures.fronts import trade_off_points
from pages.components.style.palette import styles
from tests.pages.fake import GENERATORS, Fake, metric_of

X, Y = metric_of("frechet_distance"), metric_of("closer_to_train")


def test_axes_widen_to_hold_hollow_markers() -> None:
    x, y = metric_of("frechet_distance"), metric_of("recall")
    fake = Fake()
    points = trade_off_points(fake.results("r", "t", "e"), x.id, y.id, None)
    look = styles({g: i for i, g in enumerate(GENERATORS)})
    figure = trade_off.figure(points, trade_off.Axes(x, y), trade_off.Scene(look, "dark"), trade_off.Layers(null=False))
    before = figure.layout.xaxis.range
    found = pd.DataFrame(
        [
            {
                "origin": "published",
                "group": "A",
                "model": "<b>M</b>",
                "x_value": 900.0,
                "y_value": 0.01,
                "warning": "bad & so",
                "source": "s",
            }
        ]
    )
    external_numbers.add(figure, found, "dark", ("X", "Y"))
    assert figure.layout.xaxis.type == "log" and before[1] < np.log10(900) < figure.layout.xaxis.range[1]
    assert figure.layout.yaxis.range[0] <= 0.01 and "500" in figure.layout.xaxis.ticktext
    drawn = figure.data[-1]
    assert drawn.text[0] == "&lt;b&gt;M&lt;/b&gt;" and "bad &amp; so" in drawn.hovertemplate and drawn.marker.symbol == "circle-x-open"
