"""One metric of many models."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from pages.components.figures import published_chart


def test_chart_of_one_metric_puts_the_best_on_top_and_marks_what_is_suspect() -> None:
    rows = pd.DataFrame(
        {"origin": ["published", "imported", "ours"], "group": "g", "model": ["a", "b", "c"], "value": [0.2, 0.9, 0.5],
         "warning": ["", "odd", ""], "low": [np.nan, np.nan, 0.4], "high": [np.nan, np.nan, 0.6]}
    )  # fmt: skip
    figure: go.Figure = published_chart.figure(rows, "Recall", "higher", "light")
    assert list(figure.layout.yaxis.categoryarray) == ["a", "c", "b"]  # the last category is drawn on top
    assert [t.marker.symbol for t in figure.data] == ["circle-open", "diamond-x-open", "circle"]
    assert figure.data[2].error_x.array[0] == pytest.approx(0.1) and figure.data[0].error_x.array is None
    lower = published_chart.figure(rows, "FID", "lower", "light")
    assert list(lower.layout.yaxis.categoryarray) == ["b", "c", "a"]
