"""The reference in use: chosen once, kept in the address, read by every page."""

import pytest

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_own_choice_of_sets_is_kept_across_pages(filled: Fake, open_page: Opener) -> None:
    filled.add_set("other-real", "real", 12, 55)
    at = open_page("overview")
    at.selectbox(key="reference").set_value("Own choice").run()
    at.selectbox(key="real").set_value("other-real").run()
    at.switch_page("pages/trade_offs.py").run()
    assert at.selectbox(key="real").value == "other-real" and not errors_of(at)


def test_a_reference_without_training_set_says_so(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"reference": "Own choice", "train": "none"})
    assert not errors_of(at) and "no training set" in words_of(at)


@pytest.mark.parametrize("parameter", ["reference", "study"])
def test_the_reference_is_read_from_addresses_of_today_and_of_before(parameter: str, filled: Fake, open_page: Opener) -> None:
    """A link that was sent when the reference was called a study shows what it showed, and is one of today from then on."""
    filled.add_set("other-real", "real", 12, 55)
    at = open_page("overview", {parameter: "Own choice", "real": "other-real", "train": "none", "encoder": "pixels"})
    assert not errors_of(at) and at.selectbox(key="reference").value == "Own choice"
    assert [at.selectbox(key=key).value for key in ("real", "train", "encoder")] == ["other-real", "none", "pixels"]
    assert "Own choice" in at.query_params["reference"] and "study" not in at.query_params
    at.selectbox(key="reference").set_value("Simulated cohort").run()
    assert at.selectbox(key="reference").value == "Simulated cohort" and not {"reference", "study"} & set(at.query_params)


def test_pages_ask_for_numbers_against_the_reference_in_use(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(api, "results", lambda reference: asked.append(reference) or Fake.results(filled, reference))
    assert not errors_of(open_page("overview"))
    assert not errors_of(open_page("overview", {"reference": "Own choice", "train": "none", "encoder": "pixels"}))
    fields = [(r.real, r.train, r.encoder) for r in asked]
    assert fields == [("id-phantom-real", "id-phantom-train", "phantom-eye"), ("id-phantom-real", None, "pixels")]


def test_a_reference_of_two_names_is_one(filled: Fake, open_page: Opener) -> None:
    filled.add_set("other-real", "real", 12, 55)
    filled.set_rows.append({**filled.set_rows[-1], "name": "the same"})
    at = open_page("overview", {"reference": "Own choice", "real": "other-real", "train": "none", "encoder": "pixels"})
    assert not errors_of(at) and "real 12" in words_of(at)
