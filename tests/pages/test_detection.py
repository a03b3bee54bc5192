"""Detection: curves, what is missed, and what is offered where nothing was planted or looked for."""

import json

from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_recall_is_drawn_by_way_and_detector_and_what_is_missed_is_said(filled: Fake, open_page: Opener) -> None:
    at = open_page("detection", {"share": "0.01"})
    assert not errors_of(at)
    drawn = json.loads(at.get("plotly_chart")[0].proto.spec)
    assert len(drawn["data"]) == 4 * 10 and {t["name"] for t in drawn["data"]} == {
        "Vote",
        "Aligned pixels",
        "Copy encoder",
        "Encoder in use",
    }
    said = words_of(at)
    assert "by the vote: blend 50 % of another film 60%; blend 30 % of another film 80%." in said
    assert "Held-out films flagged: Vote 1 of 100" in said and at.metric[0].value == "0.923"


def test_planting_and_looking_are_offered(filled: Fake, open_page: Opener) -> None:
    filled.searched = False
    at = open_page("detection")
    assert not errors_of(at) and "waits to be searched" in words_of(at) and "It takes about" in words_of(at)
    filled.planted = []
    at = open_page("detection")
    assert not errors_of(at) and [b.label for b in at.button if b.label == "Plant copies"]
    assert "Planting takes about" in words_of(at)
