"""What pages read numbers against, chosen in the sidebar and kept across pages."""

from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_own_choice_of_sets_is_kept_across_pages(filled: Fake, open_page: Opener) -> None:
    filled.add_set("other-real", "real", 12, 55)
    at = open_page("overview")
    at.selectbox(key="study").set_value("Own choice").run()
    at.selectbox(key="real").set_value("other-real").run()
    at.switch_page("pages/trade_offs.py").run()
    assert at.selectbox(key="real").value == "other-real" and not errors_of(at)


def test_a_study_without_training_set_says_so(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"study": "Own choice", "train": "none"})
    assert not errors_of(at) and "no training set" in words_of(at)
