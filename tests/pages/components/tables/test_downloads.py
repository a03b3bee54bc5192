"""What a page lets one download."""

from pages.components.tables.downloads import page_of_figure


def test_a_figure_downloads_as_one_file() -> None:
    from pages.components.figures.charts import blank

    html = page_of_figure(blank("dark", 200), "dark")
    assert "<html>" in html and 'src="http' not in html and len(html) > 1_000_000
