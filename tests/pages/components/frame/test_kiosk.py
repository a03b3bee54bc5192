"""A screen that anybody may use, as pages see it."""

import contextlib
import json

import pytest

from pages.components.frame import kiosk
from tests.pages.conftest import Opener
from tests.pages.fake import Fake


def test_a_kiosk_watches_each_visit_and_other_sites_do_not(filled: Fake, open_page: Opener) -> None:
    def data_of_kiosk() -> list[dict]:
        found = [json.loads(e.proto.json or "{}") for e in open_page("queue").get("bidi_component")]
        return [data for data in found if "countdown" in data]

    assert data_of_kiosk() == [] and filled.visits == ()
    filled.kiosk = 90
    assert data_of_kiosk() == [{"seconds": 90, "countdown": 10}]
    assert filled.visits == (("visit", "visitor"),), "a guest of its own, not the one of the cookie"


def test_a_set_that_a_visit_imports_goes_with_it_also_where_the_page_goes_on_elsewhere(
    filled: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kiosk.who, "guest", lambda: "visitor")
    monkeypatch.setattr(kiosk.who, "signed_in", lambda: None)
    filled.kiosk = 90
    for name, comes in (("new", True), ("copycat", True), ("refused", False)):
        with contextlib.suppress(RuntimeError), kiosk.of_visit(name):
            if comes and name == "new":
                filled.add_set(name, "synthetic", 2, 91)
            raise RuntimeError("the page is drawn anew")
    assert filled.visits == (("made", "new"),)
