import pandas as pd

from pages.components.figures.recall_charts import recall_chart


def test_one_small_chart_a_way_with_intervals_and_no_line_of_a_detector_that_has_not_looked():
    rows = [
        {"planting": way, "strength": s, "detector": d, "recall": 0.5, "low": 0.3, "high": 0.8, "found": 5, "films": 10}
        for way in ("shift", "flip") for s in (2.0, 16.0) for d in ("vote", "pixels")
    ]  # fmt: skip
    figure = recall_chart(pd.DataFrame(rows), {"shift": "Shift", "flip": "Mirror"}, {"shift": "px", "flip": ""}, "light")
    assert len(figure.data) == 4 and figure.data[0].x == ("2", "16")
    assert figure.data[0].error_y.array.tolist() == [30.000000000000004] * 2 or abs(figure.data[0].error_y.array[0] - 30) < 1e-9
    assert [a.text for a in figure.layout.annotations] == ["Shift<br><sub>px</sub>", "Mirror"]
