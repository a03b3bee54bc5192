"""Embeddings: a map is asked for."""

from bench_core import api
from tests.pages.conftest import Opener, words_of
from tests.pages.fake import Fake


def test_map_is_asked_for_where_it_was_never_made(filled: Fake, open_page: Opener) -> None:
    filled.projected = False
    at = open_page("embeddings")
    next(b for b in at.button if b.label == "Make the map").click().run()
    request = filled.submitted[0]
    assert isinstance(request, api.ProjectSpec)
    assert {"id-phantom-train", "id-phantom-real", "id-copycat"} <= set(request.sets)
    assert "Making the map" in at.progress[0].text


def test_an_address_brings_back_what_was_drawn_and_the_ring(filled: Fake, open_page: Opener) -> None:
    points = filled.projection([r["id"] for r in filled.set_rows], "phantom-eye")
    point = points[points["kind"] == "synthetic"].iloc[0]
    everything = points.groupby("set_id").size().sum()
    low, high = points[["x", "y"]].min() - 1, points[["x", "y"]].max() + 1
    low, high = low - 9, high + 9  # the fake draws a map as it is asked for
    area = f"{low['x']},{low['y']},{high['x']},{low['y']},{high['x']},{high['y']},{low['x']},{high['y']}"
    at = open_page("embeddings", {"ring": f"{point['set_id']}/{point['image_id']}", "area": area, "draw": "density"})
    words = words_of(at)
    assert f"**{everything:,}** images" in words
    assert f"Ringed: {point['set_name']}" in words
    chart = at.get("plotly_chart")[0].proto.spec
    assert "this image" in chart and '"selections":[{' in chart
    next(b for b in at.button if b.key == "clear-ring").click().run()
    assert not {"ring", "area", "of"} & set(at.query_params)
    assert "Ringed" not in words_of(at)


def test_an_image_that_is_not_on_the_map_is_said(filled: Fake, open_page: Opener) -> None:
    at = open_page("embeddings", {"ring": "id-copycat/nobody"})
    assert "Image nobody is not on this map" in at.info[0].value


def test_a_set_without_numbers_is_offered_for_the_map_and_a_try_out_is_not(filled: Fake, open_page: Opener) -> None:
    filled.add_set("mine", "synthetic", 60, 77)
    filled.add_set("try-out", "synthetic", 12, 78)
    filled.projected = False
    at = open_page("embeddings")
    assert "mine" in at.multiselect(key="compare").options and "try-out" not in at.multiselect(key="compare").options
    next(b for b in at.button if b.label == "Make the map").click().run()
    assert "id-mine" in filled.submitted[0].sets and "id-try-out" not in filled.submitted[0].sets
