"""Figures of reader studies show every point, chance, and each reader in one colour and marker."""

import pandas as pd

from pages.components.figures import reader_charts as charts


def test_the_curve_has_every_point_of_each_reader_and_their_mean_in_ink() -> None:
    points = pd.DataFrame(
        {"reader": ["Ann", "Ann", "Bob", "mean"], "fpr": [0, 0.5, 0.2, 0.3], "tpr": [0, 0.9, 0.7, 0.8], "threshold": [9, 3, 4, None]}
    )
    colours = charts.reader_colours(points["reader"], "light")
    figure = charts.roc(points, colours, "light")
    assert set(colours) == {"Ann", "Bob"} and colours["Ann"] != colours["Bob"]
    chance, ann, bob, mean = figure.data
    assert (list(chance.x), list(ann.x), list(ann.y)) == ([0, 1], [0, 0.5], [0, 0.9])
    assert (ann.line.color, ann.marker.symbol) == colours["Ann"] and bob.name == "Bob"
    assert mean.name == "mean of readers" and mean.line.color not in {colour for colour, _ in colours.values()}


def test_shares_have_intervals_and_chance() -> None:
    rows = pd.DataFrame({"label": ["Ann"], "value": [0.6], "low": [0.4], "high": [0.9], "tone": ["#000"], "symbol": ["circle"]})
    figure = charts.bars(rows, 0.25, "found", "dark")
    assert figure.layout.shapes[0].x0 == 0.25
    bar = figure.data[0]
    assert round(bar.x[0] + bar.error_x.array[0], 9) == 0.9 and round(bar.x[0] - bar.error_x.arrayminus[0], 9) == 0.4


def test_ratings_are_shares_of_each_source() -> None:
    answers = pd.DataFrame({"source": ["real", "real", "drawn", "drawn", "drawn"], "rating": [5, 5, 1, 1, 5], "scale": 5})
    found = {bar.name: dict(zip(bar.y, bar.x, strict=True)) for bar in charts.ratings(answers, "dark").data}
    assert found == {"1": {"drawn": 2 / 3, "real": 0.0}, "5": {"drawn": 1 / 3, "real": 1.0}}
