"""What if: numbers of what would remain, who goes, and the set that is made of it."""

from pytest import MonkeyPatch

from bench_core import api
from pages.components.panels.what_if_panel import thresholds
from tests.pages.conftest import Opener, errors_of, plotted, words_of
from tests.pages.fake import Fake


def test_a_threshold_moves_the_numbers_and_stands_in_the_address(filled: Fake, open_page: Opener) -> None:
    at = open_page("what_if", {"set": "phantom-gan", "at": "0.5"})
    assert not errors_of(at)
    said = words_of(at)
    assert "**30 images of 60 would go**" in said and "**0.700** :small[:gray[all images 1.20]]" in said
    at.select_slider(key="at").set_value("0.7").run()
    assert "**42 images of 60 would go**" in words_of(at) and "**0.500**" in words_of(at)
    assert (at.query_params["at"], at.query_params["set"]) == ("0.7", "phantom-gan")
    assert "perfect" not in plotted(at, "what-if") and plotted(at, "what-if")["Coverage"]["type"] == "scatter"
    between = open_page("what_if", {"at": "0.12345"})
    assert not errors_of(between) and between.query_params["at"] == "0.12345"
    assert any("'70'" in said for said in errors_of(open_page("what_if", {"at": "70"})))


def test_beside_a_perfect_generator_matched_values_stand(filled: Fake, open_page: Opener) -> None:
    at = open_page("what_if", {"set": "phantom-gan", "perfect": "1", "at": "0.5"})
    assert not errors_of(at)
    assert "perfect 0.500 [0.400, 0.600]" in words_of(at) and "**0.500** :small[:gray[all images 1.00]]" in words_of(at)
    assert "perfect generator" in plotted(at, "what-if")


def test_the_set_is_asked_for_with_its_threshold(filled: Fake, open_page: Opener) -> None:
    at = open_page("what_if", {"set": "phantom-gan", "at": "0.7"})
    next(b for b in at.button if "Make this set of 18 images" in b.label).click().run()
    spec = filled.submitted[-1]
    assert isinstance(spec, api.FilterSpec) and (spec.images, spec.threshold, spec.filter.id) == ("id-phantom-gan", 0.7, "drop_near_copies")
    assert spec.name == "phantom-gan · drop near copies 0.7" and (spec.real, spec.train) == ("id-phantom-real", "id-phantom-train")


def test_slower_numbers_when_they_are_asked_for(filled: Fake, open_page: Opener) -> None:
    at = open_page("what_if")
    at.multiselect(key="slower").set_value(["kernel_distance"]).run()
    at.button(key="compute-slower").click().run()
    assert not errors_of(at) and "Kernel distance" in set(at.dataframe[0].value["number"])


def test_what_cannot_be_says_what_would_be_needed(filled: Fake, open_page: Opener) -> None:
    at = open_page("what_if", {"filter": "best_of_n"})
    assert not errors_of(at) and "needs an encoder that reads text" in words_of(at)
    at = open_page("what_if", {"reference": "Own choice", "train": "none"})
    assert not errors_of(at) and at.selectbox(key="filter").options == [api.filters()[i].title for i in ("best_of_n", "resample_labels")]
    at = open_page("what_if", {"reference": "Own choice", "train": "none", "filter": "cap_per_patient"})
    assert "needs a training set" in "".join(errors_of(at))


def test_numbers_stand_below_their_axis_and_what_says_nothing_is_left_out(
    filled: Fake, open_page: Opener, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.pages.fake.filters.ABLE", ["frechet_distance", "coverage", "tstr_auroc"])
    at = open_page("what_if", {"at": "0.5"})
    assert not errors_of(at) and "Privacy: no number can be had here." in words_of(at)
    told = [any("all images" in m.value for m in column.markdown) for column in at.columns]
    assert told[7:11] == [True, True, False, True], "after the three choices and the four selectors"
    table = at.dataframe[0].value
    assert list(table["number"])[2:4] == ["Coverage"] * 2 and not {"matched", "perfect", "note"} & set(table)


def test_sliders_stop_at_round_numbers() -> None:
    near, cap = api.filters()["drop_near_copies"].threshold, api.filters()["cap_per_patient"].threshold
    stops = thresholds([0.4066, 0.51, 0.923], near)
    assert stops[0] <= 0.4066 and stops[-1] >= 0.923 and 0.5 in stops and len(stops) < 90
    assert all(len(f"{stop:g}") <= 5 for stop in stops)
    assert thresholds([9, 3, 1], cap) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert 0.5 in thresholds([], near)
