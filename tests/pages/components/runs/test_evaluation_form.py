"""After an import the set is judged at once, against whatever one chooses, with or without a training set."""

import pytest

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def report(fake: Fake, name: str, kind: str, images: int = 60) -> tuple[str, api.ImportReport]:
    """What the import form keeps once a set has come."""
    fake.add_set(name, kind, images, 5)
    return name, api.ImportReport(f"id-{name}", images, [])


def test_an_imported_synthetic_set_is_evaluated_at_once_without_a_training_set(empty: Fake, open_page: Opener) -> None:
    empty.add_set("my-real", "real", 120, 1)
    at = open_page("data", tab="Import", _imported=report(empty, "mine", "synthetic"))
    assert not errors_of(at) and "**mine** is here: 60 synthetic images." in words_of(at)
    assert (at.selectbox(key="new-real").value, at.selectbox(key="new-train").value) == ("my-real", "none")
    assert "Takes about 40 s" in words_of(at)
    at.button(key="new-go").click().run()
    asked = empty.submitted[0]
    assert (asked.synthetic, asked.real, asked.train, asked.encoders) == ("id-mine", "id-my-real", None, ["phantom-eye"])
    assert at.progress[0].text.startswith("**Evaluating") and not errors_of(at)
    assert (at.selectbox(key="reference").value, at.selectbox(key="train").value) == ("Own choice", "none")


def test_sets_and_encoder_are_those_that_are_chosen(filled: Fake, open_page: Opener) -> None:
    filled.add_set("other-real", "real", 12, 55)
    at = open_page("data", tab="Import", _imported=report(filled, "mine", "synthetic"))
    assert (at.selectbox(key="new-real").value, at.selectbox(key="new-train").value) == ("phantom-real", "phantom-train")
    at.selectbox(key="new-real").set_value("other-real").run()
    at.selectbox(key="new-train").set_value("none").run()
    at.selectbox(key="new-encoder").set_value("pixels").run()
    at.button(key="new-go").click().run()
    asked = filled.submitted[0]
    assert (asked.real, asked.train, asked.encoders) == ("id-other-real", None, ["pixels"])
    assert [at.selectbox(key=k).value for k in ("reference", "real", "train", "encoder")] == ["Own choice", "other-real", "none", "pixels"]


@pytest.mark.parametrize("kind", ["real", "train"])
def test_real_and_training_images_are_put_to_use_at_once(kind: str, filled: Fake, open_page: Opener) -> None:
    for name in ("mine", "mine-too"):
        filled.add_set(name, "synthetic", 60, 7)
    at = open_page("data", tab="Import", _imported=report(filled, "new-ones", kind))
    assert at.selectbox(key=f"new-{kind}").value == "new-ones" and not errors_of(at)
    at.multiselect(key="new-sets").set_value(["mine", "mine-too"]).run()
    at.button(key="new-go").click().run()
    assert [(s.synthetic, getattr(s, kind)) for s in filled.submitted] == [("id-mine", "id-new-ones"), ("id-mine-too", "id-new-ones")]


def test_without_real_images_the_form_says_what_comes_next(empty: Fake, open_page: Opener) -> None:
    at = open_page("data", tab="Import", _imported=report(empty, "mine", "synthetic"))
    assert "no real images to judge it against yet" in words_of(at) and not errors_of(at)
    for page in ("overview", "trade_offs", "findings"):
        assert "1 synthetic set is here. What is missing are held-out **real images**" in words_of(open_page(page))


def test_a_set_that_was_judged_leads_to_its_numbers_and_can_be_put_away(filled: Fake, open_page: Opener) -> None:
    imported = report(filled, "mine", "synthetic")
    filled.add_run("run-mine", "evaluate", "mine", "done", "id-mine")
    at = open_page("data", tab="Import", _imported=imported)
    assert "Evaluated." in words_of(at) and at.button(key="new-trade_offs")
    at.button(key="put-away").click().run()
    assert "is here" not in words_of(at) and not errors_of(at)


def test_any_synthetic_set_of_the_data_page_can_be_evaluated(filled: Fake, open_page: Opener) -> None:
    filled.add_set("mine", "synthetic", 60, 4)
    at = open_page("data", {"look": "mine"})
    at.button(key="form-id-mine-go").click().run()
    assert [s.synthetic for s in filled.submitted] == ["id-mine"] and not errors_of(at)
