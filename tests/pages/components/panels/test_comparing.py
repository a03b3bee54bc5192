"""Two sets side by side."""

import pandas as pd

from pages.components.panels import comparing
from tests.pages.fake import metric_of

LOWER, HIGHER = metric_of("frechet_distance"), metric_of("coverage")


def test_differences_are_told_from_the_side_of_the_selected_set() -> None:
    pairs = pd.DataFrame(
        [
            ("frechet_distance", "a", "b", 3.0, 1.0, 5.0, True, "second", "value"),
            ("frechet_distance", "b", "c", 1.0, -1.0, 3.0, False, "", "matched"),
            ("frechet_distance", "b", "d", float("nan"), float("nan"), float("nan"), False, "", ""),
        ],
        columns=["metric", "first", "second", "difference", "low", "high", "excludes_zero", "better", "basis"],
    )
    metrics = {"frechet_distance": LOWER}
    told = comparing.differences_of(pairs, "b", metrics, ["frechet_distance"]).set_index("against")
    assert told.loc["a"].tolist() == ["-3.00 [-5.00, -1.00]", "yes, better"]
    assert told.loc["d"].tolist() == ["– (no values at one size)", "–"]
    assert told.loc["c"].tolist() == ["1.00 [-1.00, 3.00] (matched)", "no"]
    assert comparing.differences_of(pairs, "a", metrics, ["frechet_distance"]).iloc[0, 2] == "yes, worse"
