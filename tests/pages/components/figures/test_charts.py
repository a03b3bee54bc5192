"""Histograms and maps."""

import numpy as np

from pages.components.figures import charts
from pages.components.figures.map_points import map_groups, points_to_draw
from pages.components.style.palette import GREY, styles
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
