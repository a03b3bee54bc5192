"""Overview: what stands there without numbers; rows, try-outs, colours."""

import pytest

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_results_without_numbers_are_an_empty_state(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = filled.results().iloc[:0]
    monkeypatch.setattr(api, "results", lambda *a, **k: nothing)
    for page in ("overview", "trade_offs"):
        at = open_page(page)
        assert not errors_of(at) and "No generator has been evaluated" in words_of(at)


def try_out(fake: Fake) -> None:
    """A set of 12 images with numbers."""
    fake.add_set("try-out", "synthetic", 12, 91)
    fake.add_run("run-try-out", "evaluate", "try-out", "done", "id-try-out")
    fake.by_finding += ("try-out",)


@pytest.mark.parametrize("page", ["overview", "trade_offs", "findings", "agreement"])
def test_small_try_outs_are_compared_only_if_chosen(page: str, filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(at: object) -> bool:
        drawn = "".join(str(c.proto.spec) for c in at.get("plotly_chart"))  # type: ignore[attr-defined]
        tables = "".join(str(d.value.to_csv()) for d in at.dataframe)  # type: ignore[attr-defined]
        return "try-out" in drawn + tables or "data-set='try-out'" in words_of(at)  # type: ignore[arg-type]

    try_out(filled)
    at = open_page(page)
    chooser = at.multiselect(key="compare")
    assert not shown(at) and "without 1 try-out" in chooser.placeholder and "try-out · 12 images" in chooser.options
    everybody = [r["name"] for r in filled.judged()]
    asked: list[list[str]] = []
    redundancy = api.redundancy
    monkeypatch.setattr(api, "redundancy", lambda r, names: asked.append(list(names)) or redundancy(r, names))
    at = open_page(page, {"compare": ",".join(everybody)})
    assert shown(at) or asked == [everybody], "few images correlate with nothing, but they were asked for"


def test_a_workspace_of_small_sets_shows_them(empty: Fake, open_page: Opener) -> None:
    empty.add_set("my-real", "real", 30, 1)
    try_out(empty)
    at = open_page("overview")
    assert "data-set='try-out'" in words_of(at) and at.multiselect(key="compare").placeholder == "all 1"


def test_a_set_that_is_opened_is_compared(filled: Fake, open_page: Opener) -> None:
    try_out(filled)
    at = open_page("trade_offs", {"set": "try-out"})
    assert at.selectbox(key="set").value == "try-out"
    assert "Report" in [b.proto.label for b in at.get("download_button")]


def test_overview_explains_names_and_has_a_row_for_real_images(filled: Fake, open_page: Opener) -> None:
    filled.add_set("mine", "synthetic", 60, 91)
    filled.add_run("run-mine", "evaluate", "mine", "done", "id-mine")
    at = open_page("overview")
    words = words_of(at)
    assert {"copycat", "mine"} <= {b.proto.label for b in at.get("download_button")}, "a report of each set"
    assert "A small model of the simulated cohort." in words and "Imported: made elsewhere." in words
    assert "phantom-real: what a perfect generator scores." in words


def test_overview_says_what_chance_alone_would_do_and_colours_as_chosen(filled: Fake, open_page: Opener) -> None:
    at = open_page("overview")
    assert "of perfect generators about **4.9** would, by chance alone. Colours go by families" in words_of(at)
    at = open_page("overview", {"colours": "page"})
    assert "remain coloured once all of them are taken together" in words_of(at) and not errors_of(at)


def test_a_reference_without_training_set_is_no_zero_training_images(filled: Fake, open_page: Opener) -> None:
    words = words_of(open_page("overview", {"reference": "Own choice", "train": "none"}))
    assert "without a training set" in words and "0 training" not in words


def test_a_row_opens_its_set_and_an_image_the_viewer(filled: Fake, open_page: Opener) -> None:
    at = open_page("overview", _row="copycat")
    assert at.title[0].value == "Trade-offs" and at.selectbox(key="set").value == "copycat"
