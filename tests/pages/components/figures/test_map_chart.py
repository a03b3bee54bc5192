"""The map: points or density, what is ringed, what was drawn around."""

import numpy as np
import pandas as pd
import pytest

from pages.components.figures.map_chart import MapMarks, embedding, without_labels
from pages.components.figures.map_points import map_groups, points_to_draw
from pages.components.style.palette import styles
from tests.pages.fake import GENERATORS, Fake

LOOK = styles({g: i for i, g in enumerate(GENERATORS)})


def test_map_is_drawn_in_webgl_with_context_first() -> None:
    fake = Fake()
    points = fake.projection(["id-phantom-train", "id-phantom-real", "id-phantom-gan", "id-copycat"], "e")
    shown = (points["set_name"] != "phantom-real").to_numpy()
    groups = map_groups(points, shown, "model", "Edema", LOOK, "dark")
    part = points_to_draw(points, shown, groups)
    assert part.words == ""
    figure = embedding(points, part.context, part.groups, "dark", marks=MapMarks(3))
    assert {t.type for t in figure.data} == {"scattergl"}
    assert [t.name for t in figure.data] == ["others", "copycat", "phantom-gan", "this image"]
    assert [len(t.x) for t in figure.data] == [2 * fake.count, fake.count, fake.count, 1]
    np.testing.assert_allclose(figure.data[-1].x[0], points["x"][3], rtol=1e-6)
    for trace, rows in zip(figure.data[1:3], (rows for _, rows, *_ in part.groups), strict=True):
        np.testing.assert_array_equal(trace.customdata, rows)


@pytest.fixture
def many() -> tuple[pd.DataFrame, list[tuple[str, np.ndarray, str, str]]]:
    xy = np.random.default_rng(0).normal(size=(700, 2))
    return pd.DataFrame(xy, columns=["x", "y"]), [
        ("crowd", np.arange(600), "#123456", "circle"),
        ("few", np.arange(600, 700), "#654321", "x"),
    ]


def test_density_replaces_the_points_of_large_groups_only(many: tuple) -> None:
    points, groups = many
    figure = embedding(points, np.empty(0, int), groups, "dark", marks=MapMarks(density=True))
    crowd, few = (next(t for t in figure.data if t.name == name) for name in ("crowd", "few"))
    (contour,) = [t for t in figure.data if t.type == "contour"]
    assert (contour.name, contour.line.color, contour.legendgroup) == ("crowd", "#123456", crowd.legendgroup)
    assert contour.z.sum() == pytest.approx(600, rel=0.01), "every point counts once"
    border = np.concatenate([contour.z[0], contour.z[-1], contour.z[:, 0], contour.z[:, -1]])
    assert border.max() < contour.contours.start, "no line is cut off at the edge"
    assert (crowd.marker.opacity, crowd.unselected.marker.opacity) == (0, 0)
    assert few.marker.opacity > 0.5
    assert len(crowd.x) == 600, "they can still be pointed at"


def test_what_was_drawn_stays_on_the_figure_and_the_ring_is_never_faint(many: tuple) -> None:
    points, groups = many
    area = np.array([(0, 0), (1, 0), (1, 1.5)])
    figure = embedding(points, np.empty(0, int), groups, "light", marks=MapMarks(ringed=5, areas=[area]))
    assert [s.path for s in figure.layout.selections] == ["M0.000,0.000L1.000,0.000L1.000,1.500Z"]
    assert figure.data[-1].unselected.marker.opacity == 1


def test_labels_are_left_to_the_card_but_not_in_the_download(many: tuple) -> None:
    points, groups = many
    figure = embedding(points, np.empty(0, int), groups, "dark")
    shown = without_labels(figure)
    assert {t.hoverinfo for t in shown.data} == {"none"} and not any(t.hovertemplate for t in shown.data)
    assert all(t.hovertemplate for t in figure.data)
