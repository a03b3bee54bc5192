"""Modes never mix in a chart; published and imported numbers are hollow and only where space and mode are the same."""

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from bench_core import api
from pages.components.figures import external_numbers, published_chart, trade_off
from pages.components.figures.fronts import trade_off_points
from pages.components.panels import modes
from pages.components.style.palette import styles
from tests.chexgenbench_files import CONDITIONAL, SHARDED, WHOLE
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import GENERATORS, Fake, metric_of

SPACE = {"mode": "compatible", "encoder": "rad-dino", "x": "frechet_distance", "y": "recall"}


def plotted(at: object, key: str) -> dict:
    """What a page gave Plotly, by the name of the trace."""
    chart = next(e for e in at.get("plotly_chart") if key in str(e.proto.id))  # type: ignore[attr-defined]
    return {t.get("name"): t for t in json.loads(chart.proto.spec)["data"]}


@pytest.fixture
def both(filled: Fake) -> Fake:
    filled.modes = ["corrected", "compatible"]
    return filled


def test_trade_offs_draw_one_mode_and_the_table_shows_both(both: Fake, open_page: Opener) -> None:
    corrected = open_page("trade_offs", {"x": "frechet_distance", "y": "recall"})
    compatible = open_page("trade_offs", {"x": "frechet_distance", "y": "recall", "mode": "compatible", "draw": ""})
    assert not errors_of(corrected) + errors_of(compatible)
    one, two = plotted(corrected, "plot"), plotted(compatible, "plot")
    assert set(two) == {t for t in one if t in GENERATORS} and len(two) == 7
    expected = both.results("r", "t", "e").query("mode == 'compatible' and metric == 'recall' and set_name == 'copycat'")["value"].iloc[0]
    assert two["copycat"]["y"][0] == pytest.approx(expected) and one["copycat"]["y"][0] != pytest.approx(expected)
    table = corrected.dataframe[-1].value
    assert list(table.columns[:5]) == ["set", "metric", "corrected", "compatible", "difference"] and len(table) == 14
    assert "closer_to_train" not in compatible.selectbox(key="x").options


def test_other_pages_show_corrected_numbers_only(both: Fake, open_page: Opener) -> None:
    at = open_page("overview")
    assert not errors_of(at)
    both.modes = ["corrected"]
    assert words_of(open_page("overview")) == words_of(at)


def test_compatible_numbers_are_offered_where_there_are_none(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", {"mode": "compatible"})
    assert "No number in compatible mode yet" in words_of(at)
    next(b for b in at.button if b.label == "Evaluate in compatible mode").click().run()
    asked = filled.submitted
    assert len(asked) == 7 and {s.mode for s in asked} == {"compatible"} and not errors_of(at)
    assert {s.real for s in asked} == {"id-phantom-real"}
    assert "queued or running" in words_of(at)


def test_hollow_markers_stand_only_in_their_space_and_mode(both: Fake, open_page: Opener) -> None:
    api.import_results("rerun", [("image_generation_metrics.csv", WHOLE.encode())])
    at = open_page("trade_offs", SPACE)
    assert not errors_of(at)
    traces = plotted(at, "plot")
    printed = traces["published: Sana"]
    assert (printed["x"], printed["y"], printed["marker"]["symbol"]) == ([54.225], [0.614], "circle-open")
    assert traces["imported: Flux.1-Dev"]["marker"]["symbol"] == "diamond-open"
    assert traces["imported: Flux.1-Dev"]["x"] == [122.05]
    assert (
        traces["published: UniX (512)"]["marker"]["symbol"] == "circle-x-open"
        and "shards" in traces["published: UniX (512)"]["hovertemplate"]
    )
    assert sum(n.startswith("published") for n in traces if n) == 13  # once a model, whoever printed it again
    at.toggle(key="theirs").set_value(False).run()
    assert not any(n.startswith(("published", "imported")) for n in plotted(at, "plot") if n)
    for other in ({"mode": "corrected"}, {"encoder": "phantom-clip"}):
        at = open_page("trade_offs", {**SPACE, **other})
        assert not any(n.startswith(("published", "imported")) for n in plotted(at, "plot") if n), other
        assert not at.toggle


def test_axes_widen_to_hold_hollow_markers() -> None:
    x, y = metric_of("frechet_distance"), metric_of("recall")
    fake = Fake()
    points = trade_off_points(fake.results("r", "t", "e"), x.id, y.id, None)
    look = styles({g: i for i, g in enumerate(GENERATORS)})
    figure = trade_off.figure(points, trade_off.Axes(x, y), trade_off.Scene(look, "dark"), trade_off.Layers(null=False))
    before = figure.layout.xaxis.range
    found = pd.DataFrame(
        [
            {
                "origin": "published",
                "group": "A",
                "model": "<b>M</b>",
                "x_value": 900.0,
                "y_value": 0.01,
                "warning": "bad & so",
                "source": "s",
            }
        ]
    )
    external_numbers.add(figure, found, "dark", ("X", "Y"))
    assert figure.layout.xaxis.type == "log" and before[1] < np.log10(900) < figure.layout.xaxis.range[1]
    assert figure.layout.yaxis.range[0] <= 0.01 and "500" in figure.layout.xaxis.ticktext
    drawn = figure.data[-1]
    assert drawn.text[0] == "&lt;b&gt;M&lt;/b&gt;" and "bad &amp; so" in drawn.hovertemplate and drawn.marker.symbol == "circle-x-open"


def test_both_needs_numbers_in_both_modes() -> None:
    fake = Fake()
    fake.modes = ["corrected", "compatible"]
    frame = fake.results("r", "t", "e")
    frame.loc[(frame["set_name"] == "copycat") & (frame["mode"] == "compatible"), "status"] = "failed"
    parts = {m: frame[frame["mode"] == m] for m in fake.modes}
    table = modes.both(parts, fake.metrics(), ["recall", "closer_to_train"], list(GENERATORS))
    assert set(table["metric"]) == {"Recall"} and "copycat" not in set(table["set"]) and len(table) == 6


def test_published_page_shows_cells_with_their_warning_and_source(filled: Fake, open_page: Opener) -> None:
    at = open_page("published")
    assert not errors_of(at)
    table = at.dataframe[0].value
    assert table["model"].iloc[0].startswith("Sana + JustLLMGRPO") and (table["source"] != "").all()
    assert table.set_index("model").loc["Sana", "value"] == 54.225
    assert set(table.loc[table["suspect"] == "⚠", "model"]) == {"UniX (256)", "UniX (512)"}
    at.selectbox(key="finding").set_value("finding=Pneumothorax").run()
    table = at.dataframe[0].value.set_index("model")
    assert table.loc["SD V1-5", "suspect"] == "⚠" and "permuted" in table.loc["SD V1-5", "warning"]
    assert "never findings with each other" in at.warning[0].value
    at = open_page("published", {"printed": "Avg. pixel distance"})
    assert (at.dataframe[0].value["suspect"] == "⚠").all() and "no metric of ours is the same" in words_of(at)


def test_imported_files_stand_beside_the_published_ones(filled: Fake, open_page: Opener) -> None:
    api.import_results("rerun", [("image_generation_metrics.csv", SHARDED.encode()), ("conditional.csv", CONDITIONAL.encode())])
    at = open_page("published")
    table = at.dataframe[0].value
    mine = table[table["by"] == "rerun"].set_index("model")
    assert mine.loc["Sana", "value"] == 54.225 and "shards" in mine.loc["Sana", "warning"]
    assert "imported file image_generation_metrics.csv, row 1" in mine.loc["Sana", "source"]
    at.pills(key="by").set_value(["rerun"]).run()
    assert set(at.dataframe[0].value["by"]) == {"rerun"} and not errors_of(at)
    at.pills(key="by").set_value([]).run()
    assert "Choose whose numbers" in at.info[0].value


def test_our_own_numbers_join_only_in_the_same_space(both: Fake, open_page: Opener) -> None:
    inside = open_page("published", {"encoder": "rad-dino"})
    assert "ours: phantom-real" in plotted(inside, "published-chart") and "● ours" in words_of(inside)
    assert "ours: phantom-real" not in plotted(open_page("published", {"encoder": "pixels"}), "published-chart")


def test_published_has_other_points_and_statements(filled: Fake, open_page: Opener) -> None:
    at = open_page("published", {"view": "others"})
    assert "none of these compares" in words_of(at) and len(at.dataframe[0].value) > 90
    at.multiselect(key="papers").set_value(["Naeem 2020 reference output"]).run()
    assert len(at.dataframe[0].value) == 4
    at.segmented_control(key="view").set_value("words").run()
    assert "third-party summary" in set(at.dataframe[0].value["origin"]) and not errors_of(at)


def test_data_page_imports_result_files_and_deletes_them(filled: Fake, open_page: Opener) -> None:
    at = open_page("data", {"bring": "numbers"}, tab="Import")
    at.text_input(key="results-name").set_value("rerun").run()
    at.file_uploader(key="results-files").upload("m.csv", WHOLE.replace("54.225", "x").encode()).run()
    press = lambda: next(b for b in at.button if b.label == "Import numbers").click().run()  # noqa: E731
    press()
    assert "row 1, column 'FID (RadDino)': 'x' is no number" in at.error[0].value
    at.checkbox(key="results-skip").check().run()
    press()
    assert "9 numbers imported" in at.success[0].value and "row 1" in at.warning[0].value
    assert "9 numbers of 1 models" in words_of(at)
    at.button(key="delete-rerun").click().run()
    assert filled.deleted == ["rerun"] and "9 numbers of 1 models" not in words_of(at) and not errors_of(at)


def test_chart_of_one_metric_puts_the_best_on_top_and_marks_what_is_suspect() -> None:
    rows = pd.DataFrame(
        {"origin": ["published", "imported", "ours"], "group": "g", "model": ["a", "b", "c"], "value": [0.2, 0.9, 0.5],
         "warning": ["", "odd", ""], "low": [np.nan, np.nan, 0.4], "high": [np.nan, np.nan, 0.6]}
    )  # fmt: skip
    figure: go.Figure = published_chart.figure(rows, "Recall", "higher", "light")
    assert list(figure.layout.yaxis.categoryarray) == ["a", "c", "b"]  # the last category is drawn on top
    assert [t.marker.symbol for t in figure.data] == ["circle-open", "diamond-x-open", "circle"]
    assert figure.data[2].error_x.array[0] == pytest.approx(0.1) and figure.data[0].error_x.array is None
    lower = published_chart.figure(rows, "FID", "lower", "light")
    assert list(lower.layout.yaxis.categoryarray) == ["b", "c", "a"]
