"""Histograms and maps."""

import numpy as np
import pytest

from pages.components.figures import charts
from pages.components.figures.charts import blank
from pages.components.figures.map_points import map_groups, points_to_draw
from pages.components.style.palette import GREY, Theme, styles
from tests.pages.fake import GENERATORS, Fake

LOOK = styles({g: i for i, g in enumerate(GENERATORS)})


def _trace(figure: object, name: str) -> object:
    return next(t for t in figure.data if t.name == name)  # type: ignore[attr-defined]


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
