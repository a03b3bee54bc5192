"""Curves of attacks: rates that n supports, on log axes; planted leaks, full where seen."""

import numpy as np
import pandas as pd

from pages.components.figures.attack_charts import doses, roc
from tests.pages.fake.attacks import _row


def test_the_curve_has_the_rates_that_n_supports() -> None:
    row = _row("gan_leaks", 0.57, "leak", "")
    curve = pd.DataFrame({"fpr": [0, 0, 0.01, 1], "tpr": [0, 0.02, 0.05, 1]})
    figure = roc(curve, row, "dark")
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert list(figure.data[2].x) == [0.01] and figure.data[2].error_y.array[0] == 0.06 - 0.044
    assert min(figure.data[1].x) >= 10 ** figure.layout.xaxis.range[0] * 0.999


def test_doses_are_full_where_they_are_seen_beside_the_perfect_generator() -> None:
    figure = doses(_row("gan_leaks", 0.57, "leak", ""), "light")
    assert list(figure.data[0].marker.symbol) == ["circle-open", "circle-open", "circle", "circle"]
    assert figure.layout.shapes[0].y0 == 0.48 and np.isclose(figure.data[0].y[-1], 1.0)
    empty = doses({**_row("x", 0.5, "leak", ""), "controls": {"perfect": None, "planted": []}}, "light")
    assert not len(empty.data[0].x)
