"""Every page on an empty and on a filled workspace, with and without the frame around it, and when something goes wrong."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bench_core import api
from pages.components.frame.menu import FOLDER, MENU
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake

PAGES = [page[0] for group in MENU.values() for page in group]
NO_STUDY = ("queue", "generate", "catalog", "methods", "published")


def test_menu_lists_every_page_that_exists() -> None:
    assert sorted(PAGES) == sorted(p.stem for p in FOLDER.glob("*.py"))


@pytest.mark.parametrize("page", PAGES)
def test_page_answers_its_question_on_a_filled_workspace(page: str, filled: Fake, open_page: Opener) -> None:
    at = open_page(page)
    assert not errors_of(at)
    assert at.title[0].value and at.caption[0].value.endswith("?")
    assert at.selectbox(key="study").value == "Simulated cohort"
    assert "Simulated patients, no clinical meaning" in words_of(at) + "".join(c.value for c in at.sidebar.caption)


@pytest.mark.parametrize("page", [p for p in PAGES if p not in NO_STUDY])
def test_empty_page_offers_the_embedded_study(page: str, empty: Fake, open_page: Opener) -> None:
    at = open_page(page)
    assert not errors_of(at)
    at.button(key="prepare-demo").click().run()
    assert empty.demo_started and not errors_of(at)
    assert at.progress[0].text == "nothing made yet"


@pytest.mark.parametrize("page", NO_STUDY)
def test_pages_that_need_no_study_work_on_an_empty_workspace(page: str, empty: Fake, open_page: Opener) -> None:
    assert not errors_of(open_page(page))


@pytest.mark.parametrize("page", PAGES)
def test_page_runs_without_app_py(page: str, filled: Fake) -> None:
    at = AppTest.from_file(str(FOLDER / f"{page}.py"), default_timeout=240).run()
    assert not errors_of(at) and at.title[0].value


@pytest.mark.parametrize("page", PAGES)
def test_whatever_goes_wrong_is_a_box_with_a_hint_and_never_a_traceback(
    page: str, filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **more: Any) -> None:
        raise RuntimeError("secret detail")

    def refusing(*args: Any, **more: Any) -> None:
        raise api.InputError("The database is locked.", "Wait a moment.")

    for function, expected in ((broken, "the server's log"), (refusing, "Wait a moment.")):
        for name in ("sets", "studies", "data_version"):
            monkeypatch.setattr(api, name, function)
        at = open_page(page)
        assert not at.exception and expected in at.error[0].value
        assert "secret detail" not in at.error[0].value


def test_names_that_people_type_are_shown_as_they_are(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-odd", "generate", "![x](http://a.example/b.png) :red[no]", "queued", None, owner="ann@b.example", position=1)
    words = words_of(open_page("queue"))
    assert r"\!\[x\]\(http\://a.example/b.png\) \:red\[no\]" in words
    assert "ann@b.example" not in words and "ann\u2060@b.example" in words


@pytest.mark.parametrize("page", ["overview", "trade_offs", "findings", "agreement", "embeddings", "memorization"])
def test_a_set_that_no_generator_of_ours_made_stands_among_the_others(page: str, filled: Fake, open_page: Opener) -> None:
    filled.add_set("imported", "synthetic", filled.count, 78)
    filled.add_run("run-imported", "evaluate", "imported", "done", "id-imported")
    filled.by_finding += ("imported",)
    at = open_page(page, {"set": "imported", "colour": "model"})
    assert not errors_of(at)
    assert "imported" in words_of(at) + "".join(str(c.proto.spec) for c in at.get("plotly_chart"))
