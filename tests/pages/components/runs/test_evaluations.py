"""Numbers that are lacking are offered by every page that shows some, for the sets, the reference and the encoder in use."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake

PAGES = ("overview", "trade_offs", "findings", "agreement")
WITHOUT_TRAIN = {"reference": "Own choice", "train": "none", "encoder": "pixels"}


@pytest.fixture
def brought(empty: Fake) -> Fake:
    """What a user has after an import: real images, two synthetic sets of which no number exists, and no training set."""
    empty.add_set("my-real", "real", 120, 1)
    empty.add_set("mine", "synthetic", 60, 2)
    empty.add_set("mine-too", "synthetic", 60, 3)
    return empty


def button(at: AppTest, label: str) -> Any:
    return next(b for b in at.button if b.label.startswith(label))


@pytest.mark.parametrize("page", PAGES)
def test_sets_without_numbers_are_evaluated_with_one_click_and_the_time_told(page: str, brought: Fake, open_page: Opener) -> None:
    at = open_page(page)
    words = words_of(at)
    assert not errors_of(at) and "Generate images" not in [b.label for b in at.button if b.key != "way-generate"]
    assert "my-real \\(120 held-out images\\), no training set, phantom-eye" in words
    assert "Takes about 80 s, as the last evaluations against this reference took." in words
    button(at, "Evaluate 2 sets").click().run()
    asked = {(s.synthetic, s.real, s.train, tuple(s.encoders)) for s in brought.submitted}
    assert asked == {(f"id-{n}", "id-my-real", None, ("phantom-eye",)) for n in ("mine", "mine-too")}
    assert at.progress[0].text.startswith("**Evaluating") and at.progress[0].text.endswith("1 more") and not errors_of(at)
    assert not any(b.label.startswith("Evaluate") for b in at.button)


@pytest.mark.parametrize("page", PAGES)
def test_only_the_chosen_sets_are_evaluated(page: str, brought: Fake, open_page: Opener) -> None:
    at = open_page(page)
    chooser = next(m for m in at.multiselect if m.label == "Sets" and m.key != "compare")
    chooser.set_value(["mine"]).run()
    button(at, "Evaluate mine").click().run()
    assert [s.synthetic for s in brought.submitted] == ["id-mine"]


@pytest.mark.parametrize("page", PAGES)
def test_without_any_synthetic_set_a_page_says_how_to_get_one(page: str, empty: Fake, open_page: Opener) -> None:
    empty.add_set("my-real", "real", 120, 1)
    at = open_page(page)
    assert {"Generate images", "Import my own"} <= {b.label for b in at.button} and not errors_of(at)


@pytest.mark.parametrize("page", PAGES)
def test_an_encoder_that_cannot_run_says_what_it_lacks_and_offers_one_that_can(
    page: str, brought: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    lack = "The weights of a/b are not on this machine. hf download a/b"
    monkeypatch.setattr(api, "encoder_missing", lambda i: None if i == "phantom-eye" else lack)
    at = open_page(page, {"encoder": "rad-dino"})
    assert "The weights of a/b are not on this machine. The Catalog" in words_of(at) and "hf download" not in words_of(at)
    button(at, "Use phantom-eye instead").click().run()
    assert at.selectbox(key="encoder").value == "phantom-eye" and button(at, "Evaluate 2 sets")


@pytest.mark.parametrize("page", PAGES)
def test_a_newer_set_is_offered_in_a_line_and_the_rest_stands(page: str, filled: Fake, open_page: Opener) -> None:
    filled.add_set("mine", "synthetic", 60, 2)
    filled.by_finding = tuple(r["name"] for r in filled.judged())
    at = open_page(page)
    assert not errors_of(at) and "yet of **mine**" in words_of(at)
    button(at, "Evaluate mine").click().run()
    assert [s.synthetic for s in filled.submitted] == ["id-mine"] and at.progress[0].text.startswith("**Evaluating")


def test_why_an_evaluation_failed_stands_where_its_numbers_would(brought: Fake, open_page: Opener) -> None:
    brought.add_run("run-1", "evaluate", "mine", "failed", "id-mine", error="The disk is full.", hint="Make room.")
    at = open_page("trade_offs")
    assert "The last evaluation of mine failed: The disk is full." in at.error[0].value and "Make room." in at.error[0].value


def test_another_evaluation_of_the_set_is_not_taken_for_this_one(filled: Fake, open_page: Opener) -> None:
    """It is being judged by another encoder: that fills no page of this one."""
    filled.add_set("mine", "synthetic", 60, 2)
    filled.submit(api.EvaluateSpec(synthetic="id-mine", real="id-phantom-real", train="id-phantom-train", encoders=["rad-dino"]))
    at = open_page("overview")
    assert button(at, "Evaluate mine")


def test_the_encoder_list_says_which_can_run_and_which_have_numbers(
    filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "encoder_missing", lambda i: "weights" if i == "pixels" else None)
    at = open_page("overview")
    assert at.selectbox(key="encoder").options == ["phantom-eye · has numbers", "rad-dino · ready", "pixels · not here"]
    at.selectbox(key="encoder").set_value("rad-dino").run()
    assert at.selectbox(key="encoder").value == "rad-dino" and "rad-dino" in at.query_params["encoder"]


def test_nothing_that_is_lacking_is_said_of_a_page_that_is_whole(filled: Fake, open_page: Opener) -> None:
    assert "No numbers yet" not in words_of(open_page("overview"))
