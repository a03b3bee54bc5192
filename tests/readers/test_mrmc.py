"""Means over readers and differences of generators from a frame of answers: the arrays, and what is said where answers are missing."""

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from bench_core.readers.covariances import covariances
from bench_core.readers.mrmc import mean_share, panels, reader_differences, reader_means, why_not_crossed
from bench_core.readers.obuchowski_rockette import components, difference, mean_over_readers
from bench_core.readers.u_statistics import area_difference
from tests.readers.studies import study


def test_generators_share_the_real_films() -> None:
    everything, generators = panels(study())
    assert everything.slice == "all" and everything.readings.positive.shape == (1, 3, 24)
    assert generators.modalities == ("one", "two") and generators.readings.positive.shape == (2, 3, 24)
    assert np.isnan(generators.readings.positive[0]).sum() == 3 * 12, "films of the other generator"
    assert_allclose(generators.readings.negative[0], generators.readings.negative[1])
    assert why_not_crossed(generators) == ""


def test_means_are_those_of_the_arrays() -> None:
    answers = study()
    found = reader_means(answers).set_index(["slice", "value", "figure", "method", "scope"])
    readings = panels(answers)[0].readings
    expected = mean_over_readers(readings.areas[0], covariances(readings, "delong"))
    row = found.loc["all", "", "auc", "OR DeLong", "readers and cases"]
    assert_allclose(
        row[["mean", "se", "df", "low", "high"]].to_list(), [expected.value, expected.se, expected.df, expected.low, expected.high]
    )
    assert row[["readers", "n_synthetic", "n_real"]].tolist() == [3, 24, 12]
    sided = answers[answers["choice"].isin(["real", "synthetic"])]
    right = sided.assign(right=sided["choice"] == sided["truth"]).groupby("reader")["right"].mean()
    assert_allclose(found.loc["all", "", "accuracy", "OR shared cases", "cases"]["mean"], right.mean())


def test_differences_are_those_of_the_arrays() -> None:
    answers = study(1)
    found = reader_differences(answers).set_index(["method", "scope"])
    readings = panels(answers)[1].readings
    expected = difference(components(readings.areas, covariances(readings, "jackknife")), 0, 1)
    row = found.loc["OR jackknife", "readers and cases"]
    assert_allclose(row[["difference", "se", "p_value"]].to_list(), [expected.value, expected.se, expected.p_value])
    one_shot = area_difference(readings, 0, 1)
    assert_allclose(found.loc["U-statistic", "readers and cases"]["se"], one_shot.se)


def test_what_is_missing_is_named_and_only_the_one_shot_method_goes_on() -> None:
    answers = study()
    gone = (answers["reader"] == "b") & answers["case_id"].isin(["one3", "real5"]) & (answers["question"] == "real_or_synthetic")
    some = answers[~gone]
    said = why_not_crossed(panels(some)[0])
    assert said == "The study is not fully crossed: b has no rating of 2 cases (one3, real5)."
    assert set(reader_means(some).query("figure == 'auc'")["method"]) == {"U-statistic"}
    assert set(reader_differences(some)["method"]) == {"U-statistic"}


def test_a_side_alone_is_a_rating_of_two_steps() -> None:
    answers = study(scale=4)
    sides = answers.assign(rating=np.where(answers["question"] == "real_or_synthetic", np.nan, answers["rating"]))
    found = panels(sides)[0].readings
    asked = answers[(answers["question"] == "real_or_synthetic") & (answers["reader"] == "a")]
    hits = (asked.loc[asked["truth"] == "synthetic", "choice"] == "synthetic").mean()
    passes = (asked.loc[asked["truth"] == "real", "choice"] == "real").mean()
    assert_allclose(found.areas[0, 0], (hits + passes) / 2)


def test_all_right_has_the_exact_interval_of_the_cases() -> None:
    found = mean_share(np.ones((3, 20)), null=0.5)
    assert_allclose([found.value, found.low, found.high], [1, 0.025 ** (1 / 20), 1], rtol=1e-9)


def test_a_mean_share_of_readers_who_saw_the_same_is_not_surer_than_one_of_them() -> None:
    right = (np.random.default_rng(0).random(40) < 0.7).astype(float)
    one = mean_share(right[None], "cases", null=0.5)
    three = mean_share(np.tile(right, (3, 1)), "cases", null=0.5)
    assert_allclose(three.se, one.se)
    assert_allclose(one.se, np.sqrt(right.var(ddof=1) / 40))


def test_nothing_comes_of_nothing() -> None:
    nothing = study().iloc[:0]
    assert panels(nothing) == [] and not len(reader_means(nothing)) and not len(reader_differences(nothing))
    assert isinstance(reader_means(study(generators=())), pd.DataFrame)
