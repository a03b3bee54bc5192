"""A screen that anybody may use, as pages see it."""

import json

from tests.pages.conftest import Opener, errors_of
from tests.pages.fake import Fake


def test_a_kiosk_watches_each_visit_and_other_sites_do_not(filled: Fake, open_page: Opener) -> None:
    def data_of_kiosk() -> list[dict]:
        found = [json.loads(e.proto.json or "{}") for e in open_page("queue").get("bidi_component")]
        return [data for data in found if "countdown" in data]

    assert data_of_kiosk() == [] and filled.visits == ()
    filled.kiosk = 90
    assert data_of_kiosk() == [{"seconds": 90, "countdown": 10}]
    assert filled.visits == (("visit", "visitor"),), "a guest of its own, not the one of the cookie"
    assert not errors_of(open_page("queue"))
