"""Histograms."""

import numpy as np

from pages.components.figures import charts
from pages.components.style.palette import GREY


def _trace(figure: object, name: str) -> object:
    return next(t for t in figure.data if t.name == name)  # type: ignore[attr-defined]


def test_histogram_shows_shares_of_each_group() -> None:
    figure = charts.distance_histogram(charts.DistanceRatios(np.full(10, 0.2), np.full(400, 1.0), 0.7, 0.2), "mine", "#123456", "dark")
    held_out, mine = _trace(figure, "held-out real"), _trace(figure, "mine")
    assert sum(held_out.y) == 1.0 and sum(mine.y) == 1.0
    assert held_out.marker.color == GREY["dark"]
    assert figure.layout.shapes[0].x0 == 0.7
