"""A tour of five stops: links, one sentence each, the way on and out."""

from urllib.parse import parse_qs, urlsplit

from pages.components.frame.tour import PLACES, STOPS, address_of
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_five_stops_on_pages_that_are_there_each_with_one_sentence() -> None:
    assert len(STOPS) == 5 and all(stop.page in PLACES for stop in STOPS)
    for number, stop in enumerate(STOPS, start=1):
        parts = urlsplit(address_of(number))
        assert parts.path == stop.page and parse_qs(parts.query)["tour"] == [str(number)]
        assert 0 < len(stop.sentence) < 110 and stop.sentence[-1] in ".?"


def test_a_link_opens_its_stop_and_leads_on_and_out(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"tour": "3", "set": "copycat"})
    assert not errors_of(at) and f"**3 of 5 · Memorization** {STOPS[2].sentence}" in words_of(at)
    assert at.selectbox(key="set").value == "copycat", "what the address says stands"
    at.button(key="tour-on").click().run()
    assert at.title[0].value == "What if" and "**4 of 5" in words_of(at) and list(at.query_params["tour"]) == ["4"]
    assert at.selectbox(key="set").value == "phantom-ldm-overfit", "what the stop shows takes the place of what was chosen"


def test_whoever_leaves_sees_nothing_of_it_any_more(filled: Fake, open_page: Opener) -> None:
    at = open_page("queue", {"tour": "2"})
    assert "tour" not in at.query_params and at.button(key="tour-return").label == "Back to the tour, 2 of 5"
    at.button(key="tour-leave").click().run()
    assert not [b for b in at.button if str(b.key).startswith("tour")] and not errors_of(at)


def test_whoever_opens_another_page_can_come_back(filled: Fake, open_page: Opener) -> None:
    at = open_page("queue", _tour=1)
    assert "**1 of 5" not in words_of(at)
    at.button(key="tour-return").click().run()
    assert at.title[0].value == "Generate" and "**1 of 5" in words_of(at) and at.button(key="tour-back").disabled
    assert at.text_area(key="prompt").value == STOPS[0].further["prompt"]


def test_a_stop_that_is_not_there_is_said(filled: Fake, open_page: Opener) -> None:
    at = open_page("queue", {"tour": "9"})
    assert "The tour has stops 1 to 5." in words_of(at) and "tour" not in at.query_params and not errors_of(at)
