"""All sets at a glance, and all numbers of one."""

import numpy as np

from pages.components.style.palette import styles
from pages.components.tables.glance import SHAPES, csv, glance, headline_metrics, numbers_html, wide_table
from tests.pages.fake import GENERATORS, METRICS, Fake, metric_of

ALL = {m: metric_of(m) for m in METRICS}


LOOK = styles({g: i for i, g in enumerate(GENERATORS)}, ["<b>mine</b>"])


def test_glance_has_a_headline_for_each_family_and_escapes_names() -> None:
    results = Fake().results("r", "t", "e")
    assert list(headline_metrics(results, ALL)) == ["fidelity", "variety", "alignment", "privacy", "utility"]
    results.loc[results["set_name"] == "copycat", ["set_name", "generator"]] = "<b>mine</b>"
    html = glance(results, ALL, LOOK, "dark", {})
    assert "<b>mine</b>" not in html and "&lt;b&gt;mine&lt;/b&gt;" in html
    assert html.count("<tr>") == 8 and "perfect: 0.900" in html


def test_glance_falls_back_to_another_metric_of_the_family() -> None:
    results = Fake().results("r", "t", "e")
    results.loc[results["metric"] == "frechet_distance", "status"] = "skipped"
    assert headline_metrics(results, ALL)["fidelity"] == "kernel_distance"


def test_skipped_numbers_say_why() -> None:
    results = Fake().results("r", "t", "e")
    mine = (results["metric"] == "coverage") & (results["set_name"] == "copycat")
    results.loc[mine, ["status", "message", "value"]] = ["skipped", 'n = 4 < 10 "images"', np.nan]
    html = numbers_html(results, ALL, "copycat", "light")
    assert "skipped" in html and "n = 4 &lt; 10 &quot;images&quot;" in html
    table = wide_table(results, ALL, ["coverage"], ["copycat", "phantom-gan"])
    assert table.iloc[0, 2].startswith("skipped: n = 4") and "perfect:" in table.iloc[1, 2]


def test_all_numbers_of_a_set_stand_under_their_family() -> None:
    html = numbers_html(Fake().results("r", "t", "e"), ALL, "copycat", "light")
    families = list(dict.fromkeys(m.family for m in ALL.values()))
    heads = [html.index(f"colspan='2'>{f}<") for f in families]
    first = [min(html.index(f"metric={i}'") for i, m in ALL.items() if m.family == f) for f in families]
    assert heads == sorted(heads) and html.count("class='family'") == len(families)
    assert all(a < b for a, b in zip(heads, first, strict=True))


def test_csv_cannot_run_formulas_in_a_spreadsheet() -> None:
    import pandas as pd

    text = csv(pd.DataFrame({"prompt": ["=1+1", "plain"], "value": [-0.5, 1.0]})).decode()
    assert "'=1+1" in text and "\n" in text and "-0.5" in text


def test_every_marker_has_a_swatch() -> None:
    assert {s.marker for s in styles({str(i): None for i in range(60)}).values()} <= set(SHAPES)
