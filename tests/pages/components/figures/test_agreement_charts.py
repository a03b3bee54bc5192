"""Which metrics agree, drawn."""

import numpy as np
import pandas as pd

from pages.components.figures import agreement_charts
from pages.components.style.palette import styles
from tests.pages.fake import GENERATORS, METRICS, Fake, metric_of

LOOK = styles({g: i for i, g in enumerate(GENERATORS)})


LOWER, HIGHER = metric_of("frechet_distance"), metric_of("coverage")


def test_matrix_shows_each_pair_twice_and_bold_only_what_is_sure() -> None:
    pairs = pd.DataFrame(
        [
            ("recall", "coverage", 0.9, 0.5, 0.99, 7),
            ("recall", "density", 0.3, -0.6, 0.9, 7),
            ("coverage", "density", *[np.nan] * 3, 7),
        ],
        columns=["first", "second", "rho", "low", "high", "n"],
    )
    figure = agreement_charts.matrix(pairs, {m: metric_of(m) for m in METRICS}, "dark", ("coverage", "recall"))
    heat, clicks = figure.data
    assert heat.z[0][1] == heat.z[1][0] == 0.9 and np.isnan(heat.z[0][0])
    assert heat.text[0][1] == "<b>.90</b>" and "<b>" not in heat.text[0][2] and ".30" in heat.text[2][0] and "–" in heat.text[1][2]
    assert list(clicks.customdata) == ["0", "0", "1", "1", "2", "2"] and len(figure.layout.shapes) == 2


def test_a_pair_of_metrics_is_drawn_over_the_sets_that_have_both() -> None:
    results = Fake().results("r", "t", "e")
    results.loc[(results["set_name"] == "copycat") & (results["metric"] == "coverage"), "status"] = "failed"
    figure = agreement_charts.pair(results, LOWER, HIGHER, LOOK, "light")
    assert {t.name for t in figure.data} == set(GENERATORS) - {"copycat"}
