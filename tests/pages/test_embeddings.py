"""Embeddings: a map is asked for."""

from bench_core import api
from tests.pages.conftest import Opener
from tests.pages.fake import Fake


def test_map_is_asked_for_where_it_was_never_made(filled: Fake, open_page: Opener) -> None:
    filled.projected = False
    at = open_page("embeddings")
    next(b for b in at.button if b.label == "Make the map").click().run()
    request = filled.submitted[0]
    assert isinstance(request, api.ProjectSpec)
    assert {"id-phantom-train", "id-phantom-real", "id-copycat"} <= set(request.sets)
    assert "Making the map" in at.progress[0].text


def test_a_set_without_numbers_is_offered_for_the_map_and_a_try_out_is_not(filled: Fake, open_page: Opener) -> None:
    filled.add_set("mine", "synthetic", 60, 77)
    filled.add_set("try-out", "synthetic", 12, 78)
    filled.projected = False
    at = open_page("embeddings")
    assert "mine" in at.multiselect(key="compare").options and "try-out" not in at.multiselect(key="compare").options
    next(b for b in at.button if b.label == "Make the map").click().run()
    assert "id-mine" in filled.submitted[0].sets and "id-try-out" not in filled.submitted[0].sets
