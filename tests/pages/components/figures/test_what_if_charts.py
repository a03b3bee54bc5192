"""The charts of what remains."""

import numpy as np
import pandas as pd

from bench_core import api
from bench_core.frames import WHAT_REMAINS
from pages.components.figures.what_if_charts import Remains, chart


def rows(judged: bool, shares: tuple[float, ...] = (1.0, 0.8, 0.5)) -> pd.DataFrame:
    null = {"matched": 0.3, "null": 0.5, "null_low": 0.4, "null_high": 0.6, "low": 0.1, "high": 0.4}
    more = null if judged else dict.fromkeys(null)
    facts = {"family": "variety", "threshold": np.nan, "message": ""}
    return WHAT_REMAINS.of(
        [{"metric": m, "kept": int(100 * s), "share": s, "value": s / 4, **facts, **more} for s in shares for m in ("coverage", "recall")]
    )


def test_values_alone_or_matched_values_beside_the_band() -> None:
    metrics = ["coverage", "recall"]
    plain = chart(Remains(rows(False), rows(False, (0.8,)), metrics), api.metrics(), "#009E73", "dark")
    names = [trace.name for trace in plain.data]
    assert names == ["Coverage", "now", "Recall", "now"] and list(plain.data[0].y) == [0.25, 0.2, 0.125]
    assert plain.data[1].x[0] == 0.8 and plain.data[1].y[0] == 0.2
    judged = chart(Remains(rows(True), rows(True, (0.8,)), metrics), api.metrics(), "#009E73", "light")
    assert [trace.name for trace in judged.data][:4] == ["perfect generator", "interval", "Coverage", "now"]
    assert set(judged.data[2].y) == {0.3} and max(judged.data[0].y) == 0.6
    assert plain.layout.xaxis.range[0] > plain.layout.xaxis.range[1], "what remains shrinks to the right"


def test_where_a_number_cannot_be_had_no_point_stands() -> None:
    nothing = rows(True, (0.0,))
    nothing.loc[:, ["value", "matched", "null", "null_low", "null_high"]] = np.nan
    curve = pd.concat([rows(True), nothing])
    figure = chart(Remains(curve, nothing, ["coverage"]), api.metrics(), "#009E73", "light")
    drawn = {trace.name: trace for trace in figure.data}
    assert np.isnan(drawn["now"].y[0]) and list(drawn["Coverage"].y[:3]) == [0.3] * 3 and np.isnan(drawn["Coverage"].y[3])
    assert all(np.isfinite(figure.layout.yaxis.range))
