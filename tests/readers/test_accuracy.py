"""Shares and areas of single readers: closed forms, and numbers counted by hand."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from bench_core.readers.accuracy import area, choice_accuracy, reader_accuracy, share
from bench_core.readers.answers import READ_ANSWERS
from tests.readers.studies import study


def test_clopper_and_pearson() -> None:
    assert_allclose(share(0, 10), (0, 0, 1 - 0.025**0.1), rtol=1e-9)
    assert_allclose(share(10, 10), (1, 0.025**0.1, 1), rtol=1e-9)
    assert_allclose(share(7, 20), (0.35, 0.1539092, 0.5921885), rtol=1e-6)  # R: binom.test(7, 20)
    assert np.isnan(share(0, 0)).all()


def test_delong_of_distinct_ratings() -> None:
    """Of 3 against 3 with one pair turned: placements 1, 1, 2/3 on each side, each with variance 1/27."""
    value, low, high = area(np.array([2.5, 4, 5]), np.array([1, 2, 3.0]))
    assert_allclose(value, 8 / 9)
    reach = 1.959963984540054 * np.sqrt(2 / 27 / 3) / (8 / 81)
    logit = np.log(8)
    assert_allclose([low, high], 1 / (1 + np.exp(-(logit + np.array([-reach, reach])))), rtol=1e-9)


def test_an_area_of_one_ends_where_the_smaller_side_says() -> None:
    assert_allclose(area(np.array([4.0, 5, 5]), np.array([1.0, 2, 3, 3])), (1, 0.025 ** (1 / 3), 1), rtol=1e-9)
    assert np.isnan(area(np.array([]), np.array([1.0]))).all()


def test_a_reader_is_counted_by_hand() -> None:
    rows = [
        ("a", truth, choice) for truth, choice in (("real", "real"),) * 6 + (("real", "synthetic"),) * 2 + (("synthetic", "synthetic"),) * 5
    ]
    rows += [("a", "synthetic", "real"), ("a", "synthetic", "unsure")]
    rating = {"real": 1.0, "unsure": 3.0, "synthetic": 5.0}
    frame = study(readers="a", films=1).iloc[:1]
    answers = READ_ANSWERS.of(
        [
            {
                **frame.to_dict("records")[0],
                "case_id": str(i),
                "truth": truth,
                "choice": choice,
                "rating": rating[choice],
                "generator": "",
                "answered_at": None,
            }
            for i, (_, truth, choice) in enumerate(rows)
        ]
    )
    found = reader_accuracy(answers).iloc[0]
    assert (found["n"], found["n_synthetic"], found["unsure"], found["n_sided"]) == (15, 7, 1, 14)
    assert_allclose(found[["accuracy", "sensitivity", "specificity"]].astype(float), [11 / 14, 5 / 6, 6 / 8])
    assert_allclose(found[["sensitivity_low", "sensitivity_high"]].astype(float), share(5, 6)[1:])
    assert_allclose(found["p_value"], 0.1025641026, rtol=1e-6)  # R: fisher.test(matrix(c(5, 1, 2, 6), 2))
    pairs = 6 * (5 + 1 + 0.5) + 2 * (5 / 2)
    assert_allclose(found["auc"], pairs / 56)


def test_slices_name_generators_and_findings() -> None:
    found = reader_accuracy(study())
    assert set(zip(found["slice"], found["value"], strict=True)) == {
        ("all", ""), ("generator", "one"), ("generator", "two"), ("finding", "Edema"), ("finding", "No Finding"),
    }  # fmt: skip
    by = found.set_index(["slice", "value", "reader"])["n"]
    assert by["all", "", "a"] == 36 and by["generator", "one", "b"] == 24 and by["finding", "Edema", "c"] == 18


@pytest.mark.parametrize("block", ["training", "repeat"])
def test_only_the_main_block_counts(block: str) -> None:
    answers = study(readers="a")
    more = answers.assign(block=block, choice="real", rating=1.0)
    assert reader_accuracy(pd.concat([answers, more], ignore_index=True)).equals(reader_accuracy(answers))


def test_choices_against_chance() -> None:
    row = study(readers="a", films=1).to_dict("records")[0] | {"answered_at": None}
    places = ["1"] * 9 + ["2"] * 3
    answers = READ_ANSWERS.of(
        [
            {
                **row,
                "question": "which_is_real",
                "case_id": str(i),
                "truth": "1",
                "choice": c,
                "options": 4,
                "generator": "one",
                "finding": "",
            }
            for i, c in enumerate(places)
        ]
    )
    found = choice_accuracy(answers).iloc[0]
    assert (found["right"], found["n"], found["chance"]) == (9, 12, 0.25)
    assert_allclose(found["p_value"], 0.000391662121, rtol=1e-6)  # R: binom.test(9, 12, 1/4)
