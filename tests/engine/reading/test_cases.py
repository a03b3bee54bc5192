"""Which films a study shows, in which order, and which designs there are."""

from collections import Counter
from typing import Any

import pytest

from bench_core import api
from bench_core.engine.reading.cases import sequence_of
from bench_core.engine.reading.design import asked_of
from bench_core.errors import InputError, NameTaken, SettingError, UnknownName
from bench_core.store.workspace import Workspace
from tests.engine.reading.studies import design


def test_cases_are_balanced_and_no_film_comes_twice_but_as_a_repeat(sets: Workspace) -> None:
    study = sets.reading.study(api.create_reading(design()))
    cases = study["cases"]
    assert Counter(c["block"] for c in cases) == {"training": 2, "main": 16, "repeat": 4}
    main = [c for c in cases if c["block"] == "main"]
    assert Counter((c["truth"], c["generator"]) for c in main) == {
        ("real", ""): 8, ("synthetic", "drawn-one"): 4, ("synthetic", "drawn-two"): 4
    }  # fmt: skip
    assert Counter(c["finding"] for c in main)["Edema"] in (7, 8, 9)
    once = [(f["set"], f["image"]) for c in cases if c["block"] != "repeat" for f in c["films"]]
    assert len(set(once)) == len(once) == 18
    by_id = {c["id"]: c for c in cases}
    assert all(by_id[c["repeat_of"]]["films"] == c["films"] and c["id"] != c["repeat_of"] for c in cases if c["block"] == "repeat")
    again = sets.reading.study(api.create_reading(design(name="again")))
    assert again["cases"] == cases and again["secret"] != study["secret"], "the seed decides the films, and nothing of what readers see"


@pytest.mark.parametrize("reader", ["Ann", "Bob", "Cora"])
def test_each_reader_has_an_order_in_which_halves_are_alike_and_repeats_are_far(sets: Workspace, reader: str) -> None:
    asked = design(cases=24, repeats=8)
    cases = {c["id"]: c for c in sets.reading.study(api.create_reading(asked))["cases"]}
    order = sequence_of(asked, list(cases.values()), reader)
    assert sorted(order) == sorted(cases) and order == sequence_of(asked, list(cases.values()), reader)
    assert order != sequence_of(asked, list(cases.values()), f"{reader}2")
    assert [cases[i]["block"] for i in order[:2]] == ["training"] * 2
    first = Counter(cases[i]["generator"] for i in order[2:14])
    assert first == {"": 6, "drawn-one": 3, "drawn-two": 3}
    gaps = [order.index(i) - order.index(c["repeat_of"]) for i, c in cases.items() if c["block"] == "repeat"]
    assert min(gaps) >= 12


def test_several_films_have_their_real_one_at_any_place(sets: Workspace) -> None:
    study = sets.reading.study(api.create_reading(design(questions=["which_is_real"], options=3, cases=8, training=0, repeats=0)))
    for case in study["cases"]:
        kinds = [film["set_name"] == "kept-films" for film in case["films"]]
        assert kinds.index(True) + 1 == int(case["truth"]) and sum(kinds) == 1 and len({f["set"] for f in case["films"]}) == 2
    assert len({case["truth"] for case in study["cases"]}) > 1


def test_foils_carry_the_prompt_of_another_finding(sets: Workspace) -> None:
    asked = design(questions=["shows_prompt"], real_share=0, foils=0.5, cases=12, training=0, repeats=0)
    cases = sets.reading.study(api.create_reading(asked))["cases"]
    assert Counter(c["own_prompt"] for c in cases) == {"yes": 6, "no": 6}
    assert all((c["finding"] in c["prompt"]) == (c["own_prompt"] == "yes") for c in cases)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"questions": []}, "questions"),
        ({"questions": ["real_or_synthetic", "real_or_synthetic"]}, "twice"),
        ({"questions": ["which_is_real", "quality"]}, "alone"),
        ({"repeats": 9}, "twice as many"),
        ({"real": ""}, "names no real set"),
        ({"real_share": 1.0}, "both kinds"),
        ({"foils": 0.2}, "foils"),
        ({"synthetic": ["drawn-one", "drawn-one"]}, "named twice"),
        ({"confidence": 7}, "confidence"),
        ({"colour": "red"}, "no setting 'colour'"),
    ],
)
def test_a_design_that_cannot_be_says_why(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        design(**wrong)


def test_a_study_that_cannot_be_is_not_made(sets: Workspace) -> None:
    for wrong, error, words in (
        ({"cases": 100}, InputError, "has 30 films"), ({"real": "drawn-one"}, InputError, "synthetic images"),
        ({"synthetic": ["nothing"]}, UnknownName, "nothing"),
    ):  # fmt: skip
        with pytest.raises(error, match=words):
            api.create_reading(design(**wrong))
    api.create_reading(design())
    with pytest.raises(NameTaken, match="turing"):
        api.create_reading(design())
    assert len(api.readings()) == 1


def test_scales_have_keys_and_a_middle_or_none() -> None:
    words = {c: [key[0] for key in asked_of(design(confidence=c))[0].keys] for c in (4, 5, 6, 100)}
    assert words == {4: list("1234"), 5: list("12345"), 6: list("123456"), 100: []}
