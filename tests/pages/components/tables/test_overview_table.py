"""The table of the overview: rows, names that explain themselves, one precision for one null, what is coloured."""

import re

import pandas as pd

from pages.components.style.palette import Style, styles
from pages.components.tables.overview_table import Remarks, SetRow, overview_html
from pages.components.tables.verdicts import By, verdicts
from tests.pages.fake import GENERATORS, METRICS, Fake, metric_of

ALL = {m: metric_of(m) for m in METRICS}
LOOK = styles({g: i for i, g in enumerate(GENERATORS)}, ["<b>mine</b>"])
REAL = SetRow("Real images", "id-real", "What a perfect generator scores.", Style(0), [("r1", b"RIFF")])


def table(results: pd.DataFrame, by: By = "each", blind: dict[str, list[str]] | None = None) -> str:
    rows = results[results["subgroup"] == "all"]
    sets = rows.drop_duplicates("set_name")
    shown = [
        SetRow(n, i, f"What made {n}.", LOOK.of(n, g), [(f"{n}-1", b"RIFF")])
        for n, i, g in zip(sets["set_name"], sets["synthetic"], sets["generator"], strict=True)
    ]
    return overview_html(rows, ALL, shown, REAL, "dark", Remarks(verdicts(rows, ALL, by), blind or {}))


def rows_of(html: str) -> list[str]:
    return re.findall(r"<tr[ >].*?</tr>", html.partition("<tbody>")[2], re.DOTALL)


def test_a_row_for_each_set_below_that_of_real_images() -> None:
    rows = rows_of(table(Fake().results()))
    assert len(rows) == 1 + len(GENERATORS) and "class='real'" in rows[0]
    assert "<b>0.900</b>" in rows[0] and "data-set" not in rows[0]
    assert all(f"data-set='{name}'" in html for name, html in zip(GENERATORS, rows[1:], strict=False) if name in html)


def test_rows_and_images_can_be_opened_and_say_what_made_them() -> None:
    row = next(r for r in rows_of(table(Fake().results())) if "data-set='copycat'" in r)
    assert "href='trade_offs?set=copycat'" in row and "What made copycat." in row
    assert "data-image='[&#34;id-copycat&#34;, &#34;copycat-1&#34;]'" in row and "aria-label='Open image copycat-1'" in row


def test_what_a_number_cannot_see_stands_below_its_name_and_leads_to_its_power() -> None:
    html = table(Fake().results(), blind={"frechet_distance": ["does not see <blur>", "calls noise better"]})
    head = html.partition("<tbody>")[0]
    assert "href='power?metric=frechet_distance' title='does not see &lt;blur&gt;; calls noise better'" in head
    assert "does not see &lt;blur&gt; · 1 more" in head and "power?" not in table(Fake().results())


def test_names_are_escaped() -> None:
    results = Fake().results()
    results.loc[results["set_name"] == "copycat", ["set_name", "generator"]] = "<b>mine</b>"
    html = table(results)
    assert "<b>mine</b>" not in html and "&lt;b&gt;mine&lt;/b&gt;" in html


def test_one_null_is_written_in_one_precision_whatever_stands_beside_it() -> None:
    results = Fake().results()
    mine = (results["metric"] == "frechet_distance") & (results["subgroup"] == "all")
    results.loc[mine, "null"] = 0.72514
    results.loc[mine, "matched"] = [0.0391, 3.6, 26.44, 0.9, 131.2, 0.5, 2.0]
    nulls = re.findall(r"<small>perfect (0\.7\d*)</small>", table(results))
    assert len(nulls) == len(GENERATORS) and set(nulls) == {"0.725"}


def test_families_are_coloured_only_where_they_stand_out_together() -> None:
    """One number of eight just outside its range is what chance does; it has a colour by itself, its family has none."""
    results = Fake().results()
    for column in ("null_low", "null_high"):
        results[column] = results["null"] + (0.1 if column == "null_high" else -0.1) * results["null"].abs()
    results["matched"] = results["null"]
    one = (results["set_name"] == "phantom-gan") & (results["metric"] == "frechet_distance") & (results["subgroup"] == "all")
    results.loc[one, "matched"] = results.loc[one, "null_high"] * 1.01
    row = {by: next(r for r in rows_of(table(results, by)) if "data-set='phantom-gan'" in r) for by in ("each", "family", "page")}
    assert "color:#FF9A70" in row["each"] and "1 of 4 outside" in row["each"]
    assert "color:#FF9A70" not in row["family"] and "1 of 4 outside" in row["family"]
    assert "color:#FF9A70" not in row["page"]
