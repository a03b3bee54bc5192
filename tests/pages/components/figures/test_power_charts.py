"""What numbers can see, drawn."""

import numpy as np
import pytest

from bench_core import api
from pages.components.figures import power_charts
from tests.pages.fake import METRICS, REFERENCE, Fake, metric_of

ALL = {m: metric_of(m) for m in METRICS}


def test_cells_are_toned_by_what_is_seen_and_clicks_name_them() -> None:
    limits = api.power_limits(Fake().power(REFERENCE))
    faults = api.faults()
    figure = power_charts.power_map(limits, faults, ALL, "dark", ("frechet_distance", "blur", ""))
    heat, clicks = figure.data
    rows = power_charts.rows_of(limits, faults)
    blur, shift = ([r.fault.id for r in rows].index(name) for name in ("blur", "shift"))
    frechet, density, recall = ([m for m in METRICS if m != "trtr_auroc"].index(m) for m in ("frechet_distance", "density", "recall"))
    assert heat.text[blur][frechet] == "0.5" and heat.z[blur][frechet] > power_charts.LEAST
    assert heat.text[blur][density] == "↑" and heat.z[blur][density] == power_charts.WRONG
    assert heat.text[blur][recall] == "–" and heat.z[shift][recall] == power_charts.UNSEEN
    assert rows[shift].title == "Shift (to be borne up to 2)"
    assert "frechet_distance|blur|" in clicks.customdata and len(figure.layout.shapes) == 1
    assert sum(r.fault.id == "lost_finding" for r in rows) == 3
    assert (figure.layout.xaxis.side, figure.layout.xaxis.tickangle) == ("top", -90)  # slanted, the last names would be left out


def test_what_may_not_be_seen_is_wrong_where_it_is() -> None:
    shift, blur = api.faults()["shift"], api.faults()["blur"]
    assert power_charts.tone({"seen": 2.0, "better": np.nan}, shift) == power_charts.WRONG
    assert power_charts.LEAST < power_charts.tone({"seen": 4.0, "better": np.nan}, shift) < power_charts.MOST  # so much may be seen
    assert power_charts.tone({"seen": 0.3, "better": np.nan}, blur) == power_charts.MOST
    assert power_charts.tone({"seen": 4.0, "better": np.nan}, blur) == pytest.approx(power_charts.LEAST)


def test_shares_are_drawn_with_their_intervals_and_what_counts_as_seen() -> None:
    counts = Fake().power(REFERENCE)
    mine = counts[(counts["metric"] == "frechet_distance") & (counts["fault"] == "blur")]
    figure = power_charts.strengths(mine, api.faults()["blur"], 0.05, "light")
    line = figure.data[0]
    assert list(line.x) == ["0.3", "0.5", "0.8", "1.2", "2", "4"] and line.y[1] == 100 and line.y[0] == pytest.approx(100 / 12)
    assert np.all(np.array(line.error_y.array) >= 0) and {s.y0 for s in figure.layout.shapes} == {80, 5}
