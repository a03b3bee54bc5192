"""What a page lets one download."""

import pandas as pd

from pages.components.tables.about import About
from pages.components.tables.downloads import page_of_figure


def test_a_figure_downloads_as_one_file() -> None:
    from pages.components.figures.charts import blank

    html = page_of_figure(blank("dark", 200), "dark")
    assert "<html " in html and 'src="http' not in html and len(html) > 1_000_000


def test_the_page_of_a_figure_says_what_it_is_about() -> None:
    from pages.components.figures.charts import blank

    told = About("A <b> against B", {"encoder": "Phantom eye (phantom-eye)", "mode": "corrected"}, ["A: what A says."])
    html = page_of_figure(blank("light", 200), "light", told)
    assert "<h1>A &lt;b&gt; against B</h1>" in html and "<dt>encoder</dt><dd>Phantom eye (phantom-eye)</dd>" in html
    assert "A: what A says." in html and "the grey band" in html and "$" not in html.partition("<body>")[0]


def test_rows_keep_what_they_have_and_gain_what_they_are_about() -> None:
    rows = About("t", {"encoder": "one", "mode": "corrected"}, []).on_rows(pd.DataFrame({"value": [1.0], "mode": ["compatible"]}))
    assert rows.iloc[0][["mode", "encoder"]].tolist() == ["compatible", "one"]
    assert "Compare matched with the band" in rows["how_to_read"].iloc[0]
