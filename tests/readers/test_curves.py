"""Points of ROC curves, and confidence against truth."""

import numpy as np
from numpy.testing import assert_allclose

from bench_core.readers.accuracy import reader_accuracy
from bench_core.readers.curves import calibration, roc_points
from tests.readers.studies import study


def test_the_area_under_the_points_is_the_area() -> None:
    answers = study()
    points, areas = roc_points(answers), reader_accuracy(answers)
    for row in areas.to_dict("records"):
        own = points.query("slice == @row['slice'] and value == @row['value'] and reader == @row['reader']")
        assert_allclose(np.trapezoid(own["tpr"], own["fpr"]), row["auc"], rtol=1e-9)
    assert own[["fpr", "tpr"]].iloc[0].tolist() == [0, 0] and own[["fpr", "tpr"]].iloc[-1].tolist() == [1, 1]


def test_the_mean_curve_lies_between_and_has_the_mean_area() -> None:
    answers = study(films=40)
    points = roc_points(answers).query("slice == 'all' and reader == 'mean'")
    areas = reader_accuracy(answers).query("slice == 'all'")["auc"]
    assert abs(np.trapezoid(points["tpr"], points["fpr"]) - areas.mean()) < 0.01
    assert (np.diff(points["tpr"]) >= -1e-12).all()


def test_calibration_counts_synthetic_films_by_rating() -> None:
    answers = study()
    found = calibration(answers).set_index(["reader", "rating"])
    asked = answers[(answers["question"] == "real_or_synthetic") & (answers["reader"] == "b")]
    for rating, films in asked.groupby("rating"):
        row = found.loc["b", rating]
        assert_allclose(
            [row["n"], row["synthetic"], row["confidence"]], [len(films), (films["truth"] == "synthetic").mean(), (rating - 1) / 4]
        )


def test_a_long_scale_has_ten_steps() -> None:
    answers = study(scale=100, readers="a", films=60)
    assert len(calibration(answers).query("reader == 'a'")) <= 10
    assert not len(calibration(answers.iloc[:0]))
