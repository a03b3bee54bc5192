"""Every page on an empty and on a filled workspace, with and without the frame around it, and when something goes wrong."""

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bench_core import api
from pages.components.frame.menu import FOLDER, MENU
from pages.components.style.words import inert, plain
from tests.pages.conftest import Opener, errors_of, markdown_of, plotted, words_of
from tests.pages.fake import Fake

PAGES = [page[0] for group in MENU.values() for page in group]
NO_STUDY = ("queue", "generate", "catalog", "methods", "published", "reading_room")


def test_menu_lists_every_page_that_exists() -> None:
    assert sorted(PAGES) == sorted(p.stem for p in FOLDER.glob("*.py"))


@pytest.mark.parametrize("page", PAGES)
def test_page_answers_its_question_on_a_filled_workspace(page: str, filled: Fake, open_page: Opener) -> None:
    at = open_page(page)
    assert not errors_of(at)
    assert at.title[0].value and at.caption[0].value.endswith("?")
    assert at.selectbox(key="reference").value == "Simulated cohort"
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
def test_page_runs_without_app_py(page: str, request: pytest.FixtureRequest) -> None:
    """Those that lead to others with their numbers; the rest, which have nothing of the frame in their numbers, on an empty workspace."""
    request.getfixturevalue("filled" if page in ("overview", "trade_offs", "findings", "memorization") else "empty")
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
        for name in ("sets", "references", "data_version"):
            monkeypatch.setattr(api, name, function)
        at = open_page(page)
        assert not at.exception and expected in at.error[0].value
        assert "secret detail" not in at.error[0].value


def test_names_that_people_type_are_shown_as_they_are(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-odd", "generate", "![x](http://a.example/b.png) :red[no]", "queued", None, owner="ann@b.example", position=1)
    words = words_of(open_page("queue"))
    assert "\\!\\[x\\]\\(http\u2060\\://a.example/b.png\\) \\:red\\[no\\]" in words
    assert "ann@b.example" not in words and "ann\u2060@b.example" in words


@pytest.fixture
def imported(filled: Fake) -> Fake:
    """Beside the study: sets with numbers that none of our generators made, one of them of a generator whose card is gone."""
    for name, generator in (("imported", ""), ("another", ""), ("orphan", "a-card-that-is-gone")):
        filled.add_set(name, "synthetic", filled.count, 78, generator)
        filled.add_run(f"run-{name}", "evaluate", name, "done", f"id-{name}")
        filled.by_finding += (name,)
    return filled


@pytest.mark.parametrize("page", PAGES)
def test_a_set_that_no_generator_of_ours_made_breaks_no_page_and_stands_among_the_others(
    page: str, imported: Fake, open_page: Opener
) -> None:
    at = open_page(page, {"set": "imported", "colour": "model", "mode": "corrected"})
    assert not errors_of(at) and not any("could not" in w.value for w in at.warning)
    if page in ("overview", "trade_offs", "findings", "agreement", "embeddings", "memorization"):
        assert "imported" in words_of(at) + "".join(str(c.proto.spec) for c in at.get("plotly_chart"))


@pytest.mark.parametrize("name", ["another", "orphan"])
def test_it_has_one_colour_and_marker_on_every_page(name: str, imported: Fake, open_page: Opener) -> None:
    """Whatever other sets a page shows: Memorization shows one, Trade-offs two, the others all of them."""
    both = f"{name},copycat"
    trade_off = plotted(open_page("trade_offs", {"compare": both}), "plot")[name]["marker"]
    tail = plotted(open_page("findings", {"set": name}), "tail")[name]["marker"]
    pair = plotted(open_page("agreement", {"compare": f"{both},phantom-gan"}), "pair")[name]["marker"]
    points = plotted(open_page("embeddings", {"colour": "model", "compare": both}), "map")[name]["marker"]
    assert {(m["color"], m["symbol"]) for m in (trade_off, tail, pair, points)} == {(trade_off["color"], trade_off["symbol"])}
    assert plotted(open_page("memorization", {"set": name}), "histogram")[name]["marker"]["color"] == trade_off["color"]
    others = plotted(open_page("trade_offs"), "plot")
    assert (trade_off["color"], trade_off["symbol"]) not in {
        (t["marker"]["color"], t["marker"]["symbol"]) for n, t in others.items() if n != name and "marker" in t
    }


def test_a_figure_that_cannot_be_drawn_is_one_line_and_the_rest_stands(
    imported: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **more: Any) -> None:
        raise KeyError("secret detail")

    monkeypatch.setattr("pages.components.figures.trade_off.figure", broken)
    at = open_page("trade_offs")
    assert [w.value for w in at.warning] == ["TriadCXR could not draw the figure; the reason is in the server's log."]
    assert not errors_of(at) and at.selectbox(key="set").value and len(at.table[0].value) == 10
    monkeypatch.setattr("pages.components.tables.overview_table.headline_metrics", broken)
    at = open_page("overview")
    assert [w.value for w in at.warning] == ["TriadCXR could not draw the table; the reason is in the server's log."]
    assert not errors_of(at) and at.button(key="way-generate")


MARKUP = "a`b ![x](http://evil.example/a.png) <img src=x> $x$ :violet[x] [x](http://evil.example)"
LIVE = re.compile(r"(?<!\\)\[x(?<!\\)\]|(?<!\\)<img|(?<!\\)\$x|(?<!\\):violet")
CODE = re.compile(r"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)")
"""What Markdown would make something of; a backslash before it makes it text."""


@pytest.fixture
def marked(filled: Fake, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """All that somebody may call or write so: sets, runs, owners, errors, messages, prompts, cards and what they lack."""
    for kind in ("synthetic", "real", "train"):
        filled.add_set(f"{kind} {MARKUP}", kind, 60, 91)
        filled.tables[f"id-{kind} {MARKUP}"]["prompt"] = MARKUP
    name = f"synthetic {MARKUP}"
    for status in ("failed", "running", "queued", "cancelled", "done"):
        more = {"error": f"{MARKUP} failed.", "hint": MARKUP, "owner": MARKUP, "message": f"warning: {MARKUP}", "position": 1}
        filled.add_run(f"run-{status}", "generate", MARKUP, status, f"id-{name}", **more)
    filled.add_run("run-judged", "evaluate", name, "done", f"id-{name}")
    filled.by_finding += (name,)
    texts = ("title", "family", "summary", "trained_on", "licence", "repo_id", "revision", "settings_source", "preprocessing")
    for kind in ("generators", "encoders"):
        cards = {
            i: card.model_copy(update={t: MARKUP for t in texts if t in type(card).model_fields})
            for i, card in getattr(filled, kind)().items()
        }
        monkeypatch.setattr(api, kind, lambda cards=cards: cards)
    for kind in ("generator_missing", "encoder_missing"):
        monkeypatch.setattr(api, kind, lambda which: MARKUP if which in ("phantom-vae", "rad-dino") else None)
    return filled


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", ["generators", "encoders"])
def test_what_somebody_called_a_thing_is_text(page: str, kind: str, marked: Fake, open_page: Opener) -> None:
    """Nothing is made of it wherever Markdown is drawn, labels and tooltips too; in HTML it is escaped."""
    if kind == "encoders" and page != "catalog":
        pytest.skip("only the catalog has tabs of cards")
    name = f"synthetic {MARKUP}"
    asked = {
        "set": name,
        "look": name,
        "compare": f"{name},copycat",
        "run": "run-failed",
        "runs": "run-failed,run-running,run-done",
        "kind": kind,
    }
    at = open_page(page, asked)
    assert not at.exception
    drawn = [CODE.sub("", text) for text in markdown_of(at)]
    assert len(drawn) > 5 and [text for text in drawn if LIVE.search(text)] == []
    assert not [part.proto.body for part in at.get("html") if "<img src=x" in part.proto.body]


def test_live_markup_is_told_from_text() -> None:
    for text in ("![x](http://a)", "[x](http://a)", "<img src=x>", "$x$", ":violet[b]", r"\![x](http://a)"):
        assert LIVE.search(text), text
    assert not LIVE.search(plain(MARKUP)) and not LIVE.search(inert(MARKUP))
