"""Histograms."""

import numpy as np
import pytest

from pages.components.figures import charts
from pages.components.figures.charts import blank
from pages.components.style.palette import GREY, Theme


def _trace(figure: object, name: str) -> object:
    return next(t for t in figure.data if t.name == name)  # type: ignore[attr-defined]


def test_histogram_shows_shares_of_each_group() -> None:
    figure = charts.distance_histogram(charts.DistanceRatios(np.full(10, 0.2), np.full(400, 1.0), 0.7, 0.2), "mine", "#123456", "dark")
    held_out, mine = _trace(figure, "held-out real"), _trace(figure, "mine")
    assert sum(held_out.y) == 1.0 and sum(mine.y) == 1.0
    assert held_out.marker.color == GREY["dark"]
    assert figure.layout.shapes[0].x0 == 0.7


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_figure_does_not_change_the_look_of_the_next(theme: Theme):
    """The layout that all figures share is validated once and copied."""
    first = blank(theme, 200, showlegend=True, xaxis={"range": [0, 1]})
    first.layout.yaxis.tickfont.size = 40
    with pytest.raises(ValueError, match="xaxes"):
        first.update_layout(xaxes={"range": [0, 1]})
    again = blank(theme, 300)
    assert (again.layout.height, again.layout.showlegend) == (300, False)
    assert (again.layout.xaxis.range, again.layout.yaxis.tickfont.size) == (None, 12)
