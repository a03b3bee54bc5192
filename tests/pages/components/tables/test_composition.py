"""What an area holds."""

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from pages.components.tables.composition import by_finding, by_set, composition_html


@pytest.fixture
def points() -> pd.DataFrame:
    frame = pd.DataFrame({"set_name": ["real"] * 4 + ["<b>mine"] * 4 + ["gan"] * 2, "kind": ["real"] * 4 + ["synthetic"] * 6})
    for finding in api.FINDINGS:
        frame[finding] = np.nan
    frame["Edema"] = [1, 1, 0, 0, 1, 1, 1, 0, 0, -1]
    return frame


def test_sets_are_counted_with_their_share(points: pd.DataFrame) -> None:
    found = by_set(points, np.ones(10, bool), np.array([0, 4, 5, 6]))
    assert found.to_dict("list") == {
        "kind": ["synthetic", "synthetic", "real"], "set_name": ["<b>mine", "gan", "real"], "here": [3, 0, 1], "share": [0.75, 0.0, 0.25],
    }  # fmt: skip


def test_findings_are_compared_with_everywhere_else_and_uncertain_ones_left_out(points: pd.DataFrame) -> None:
    found = by_finding(points, np.ones(10, bool), np.array([0, 4, 5, 9]))
    assert found["finding"].tolist() == ["Edema"]
    assert found.iloc[0][["here", "elsewhere"]].tolist() == [1.0, 2 / 6]
    shown = np.ones(10, bool)
    shown[1] = False
    assert by_finding(points, shown, np.array([0, 4, 5])).iloc[0]["elsewhere"] == 1 / 5


def test_names_of_people_are_text(points: pd.DataFrame) -> None:
    rows = np.array([0, 4])
    html = composition_html(by_set(points, np.ones(10, bool), rows), by_finding(points, np.ones(10, bool), rows), "dark")
    assert "&lt;b&gt;mine" in html and "<b>mine" not in html
    assert "Edema" in html
