"""One number as a cell, all numbers of a set, and those behind a chart."""

import numpy as np

from pages.components.style.palette import styles
from pages.components.tables.glance import SHAPES, CellLook, cell, headline_metrics, numbers_html, wide_table
from tests.pages.fake import METRICS, Fake, metric_of

ALL = {m: metric_of(m) for m in METRICS}


def test_a_headline_falls_back_to_another_metric_of_the_family() -> None:
    results = Fake().results()
    results.loc[results["metric"] == "frechet_distance", "status"] = "skipped"
    assert headline_metrics(results, ALL)["fidelity"] == "kernel_distance"


def test_skipped_numbers_say_why() -> None:
    results = Fake().results()
    mine = (results["metric"] == "coverage") & (results["set_name"] == "copycat")
    results.loc[mine, ["status", "message", "value"]] = ["skipped", 'n = 4 < 10 "images"', np.nan]
    html = numbers_html(results, ALL, "copycat", "light")
    assert "skipped" in html and "n = 4 &lt; 10 &#34;images&#34;" in html
    table = wide_table(results, ALL, ["coverage"], ["copycat", "phantom-gan"])
    assert table.iloc[0, 2].startswith("skipped: n = 4") and "perfect 0.900 [" in table.iloc[1, 2]


ROW = {
    "status": "ok", "message": "", "value": 0.370, "low": 0.345, "high": 0.396, "matched": 0.591, "null": 0.602, "null_low": 0.559,
    "null_high": 0.646,
}  # fmt: skip


def test_what_compares_with_a_perfect_generator_stands_large() -> None:
    """A perfect generator's coverage of all images is far below what it scores at the sizes of the null: that is no failure."""
    html = cell(ROW, metric_of("coverage"), "dark")
    assert "<b style='color:inherit'>0.591</b> <small>perfect 0.602 [0.559, 0.646]</small>" in html
    assert "<small>all images 0.370 [0.345, 0.396]</small>" in html and html.index("0.591") < html.index("0.370")
    bad = ROW | {"matched": 0.3}
    assert "color:inherit" not in cell(bad, metric_of("coverage"), "dark")
    assert "color:inherit" in cell(bad, metric_of("coverage"), "dark", CellLook(coloured=False))


def test_without_a_null_the_value_of_all_images_stands_large() -> None:
    row = ROW | dict.fromkeys(("matched", "null", "null_low", "null_high"), np.nan)
    html = cell(row, metric_of("coverage"), "light", CellLook(short=True))
    assert ">0.370</b>" in html and "perfect" not in html.replace("perfect generator is known", "")


def test_all_numbers_of_a_set_stand_under_their_family() -> None:
    html = numbers_html(Fake().results(), ALL, "copycat", "light")
    families = list(dict.fromkeys(m.family for m in ALL.values()))
    heads = [html.index(f"colspan='2'>{f}<") for f in families]
    first = [min(html.index(f"metric={i}'") for i, m in ALL.items() if m.family == f) for f in families]
    assert heads == sorted(heads) and html.count("class='family'") == len(families)
    assert all(a < b for a, b in zip(heads, first, strict=True))


def test_every_marker_has_a_swatch() -> None:
    assert {s.marker for s in styles({str(i): None for i in range(60)}).values()} <= set(SHAPES)
