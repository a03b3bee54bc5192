"""The other views of the page Utility: tasks, reports read from images, predictions of other programs."""

import pytest

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


@pytest.mark.parametrize("task", ["segmentation", "reports"])
def test_a_task_shows_its_arms_and_another_set_can_be_asked_for(filled: Fake, open_page: Opener, task: str) -> None:
    at = open_page("utility", {"view": task})
    assert not errors_of(at) and len(at.get("plotly_chart")) == 2
    assert ("does not know where things are" in words_of(at)) == (task == "segmentation")
    at.selectbox(key=f"more-{task}").select("phantom-gan").run()
    at.button(key=f"train-{task}").click().run()
    spec = filled.submitted[-1]
    assert isinstance(spec, api.TaskSpec) and (spec.synthetic, spec.task) == ("id-phantom-gan", task)
    assert (spec.encoder is None) == (task == "segmentation")


def test_without_a_study_a_task_is_offered(filled: Fake, open_page: Opener) -> None:
    filled.learned = ()
    at = open_page("utility", {"view": "segmentation"})
    assert not errors_of(at) and "about 5 min" in words_of(at)
    at.button(key="empty-What are these images worth for segmentation?").click().run()
    assert isinstance(filled.submitted[-1], api.TaskSpec)


def test_reports_read_from_images_stand_beside_real_ones(filled: Fake, open_page: Opener) -> None:
    at = open_page("utility", {"view": "reading", "reading-set": "phantom-ldm"})
    assert not errors_of(at) and len(at.get("plotly_chart")) == 2
    assert at.dataframe[0].value["missed"].tolist() == ["Pneumothorax left"] and "30 different reports" in words_of(at)
    filled.unread = ("id-phantom-gan",)
    at = open_page("utility", {"view": "reading", "reading-set": "phantom-gan"})
    assert not errors_of(at) and "not encoded with Phantom eye" in words_of(at)


def test_predictions_are_scored_and_what_is_wrong_with_them_is_said(filled: Fake, open_page: Opener) -> None:
    at = open_page("utility", {"view": "predictions"})
    assert not errors_of(at) and "pip install radgraph" in words_of(at)
    at.file_uploader(key="predictions").upload("mine.jsonl", b'{"prediction": "a", "reference": "b"}', "application/json").run()
    assert not errors_of(at) and len(at.get("plotly_chart")) == 2 and "20 pairs of reports" in words_of(at)
    at.file_uploader(key="predictions").upload("bad.jsonl", b"{}", "application/json").run()
    assert any("there is no 'reference'" in e for e in errors_of(at))


def test_an_address_without_that_view_says_so(filled: Fake, open_page: Opener) -> None:
    assert any("nothing" in e for e in errors_of(open_page("utility", {"view": "nothing"})))
