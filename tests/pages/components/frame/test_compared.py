"""Which sets are compared, and which one is looked at: to open a set is to compare it, and what it lacks is said."""

import pytest

from tests.pages.conftest import Opener, errors_of, plotted, words_of
from tests.pages.fake import Fake

NEEDS_TRAIN = ("closer_to_train", "copy_share", "tstr_auroc")
"""Metrics of the stand-in that a set has no numbers of when it was evaluated without a training set."""


def bring(filled: Fake, name: str = "mine", images: int = 60, judged: bool = True) -> None:
    filled.add_set(name, "synthetic", images, 77)
    if judged:
        filled.add_run(f"run-{name}", "evaluate", name, "done", f"id-{name}")


def test_an_opened_set_is_drawn_on_axes_that_it_has(filled: Fake, open_page: Opener) -> None:
    assert open_page("trade_offs").selectbox(key="y").value == "closer_to_train"
    bring(filled)
    filled.lacking = {"mine": NEEDS_TRAIN}
    at = open_page("trade_offs", {"set": "mine"})
    assert not errors_of(at)
    assert at.selectbox(key="y").value == "coverage" and at.selectbox(key="set").value == "mine"
    assert "mine" in plotted(at, "plot") and "Not drawn" not in words_of(at)


def test_a_set_without_a_number_on_an_axis_is_looked_at_all_the_same(filled: Fake, open_page: Opener) -> None:
    bring(filled)
    filled.lacking = {"mine": NEEDS_TRAIN}
    at = open_page("trade_offs", {"set": "mine", "y": "closer_to_train"})
    assert not errors_of(at)
    assert at.selectbox(key="set").value == "mine" and "**mine**: no Closer to train" in words_of(at)
    assert "mine" not in plotted(at, "plot") and "phantom-ldm" in plotted(at, "plot")


@pytest.mark.parametrize("page", ["trade_offs", "findings"])
def test_an_opened_set_is_added_to_those_that_were_chosen_and_may_be_taken_out(page: str, filled: Fake, open_page: Opener) -> None:
    at = open_page(page, {"set": "copycat", "compare": "phantom-ldm,phantom-gan"})
    assert not errors_of(at)
    assert at.selectbox(key="set").value == "copycat"
    assert at.multiselect(key="compare").value == ["phantom-ldm", "phantom-gan", "copycat"]
    assert at.query_params["compare"] == "phantom-ldm,phantom-gan,copycat"
    at.multiselect(key="compare").set_value(["phantom-ldm", "phantom-gan"]).run()
    assert at.multiselect(key="compare").value == ["phantom-ldm", "phantom-gan"]
    assert at.selectbox(key="set").value != "copycat" and not errors_of(at)


def test_a_button_that_opens_a_set_compares_it_too(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", compare=["phantom-ldm"], _opened="phantom-ldm", _carry={"set": "copycat"})
    assert at.multiselect(key="compare").value == ["phantom-ldm", "copycat"] and at.selectbox(key="set").value == "copycat"


@pytest.mark.parametrize(
    ("page", "lacks"), [("trade_offs", "no numbers against this reference"), ("findings", "no Kernel distance by finding")]
)
def test_a_set_that_was_not_evaluated_is_said_to_be_here(page: str, lacks: str, filled: Fake, open_page: Opener) -> None:
    filled.by_finding = tuple(row["name"] for row in filled.judged())
    bring(filled, judged=False)
    at = open_page(page, {"set": "mine"})
    said = errors_of(at) + [w.value for w in at.warning]
    assert any("asks for 'mine' under Selected" in s and lacks in s and "evaluate it" in s for s in said), said
    assert not any("no such thing" in s for s in said) and at.query_params["set"] == "mine"
    assert any("Evaluate mine" in b.label for b in at.button), "the page offers it"
