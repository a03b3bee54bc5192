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
