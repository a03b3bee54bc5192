"""Modes never mix in a chart; published and imported numbers are hollow and only where space and mode are the same."""

import pytest

from bench_core import api
from pages.components.panels import modes
from tests.chexgenbench_files import WHOLE
from tests.pages.conftest import Opener, errors_of, plotted, words_of
from tests.pages.fake import GENERATORS, Fake

SPACE = {"mode": "compatible", "encoder": "rad-dino", "x": "frechet_distance", "y": "recall"}


def test_trade_offs_draw_one_mode_and_the_table_shows_both(both: Fake, open_page: Opener) -> None:
    corrected = open_page("trade_offs", {"x": "frechet_distance", "y": "recall"})
    compatible = open_page("trade_offs", {"x": "frechet_distance", "y": "recall", "mode": "compatible", "draw": ""})
    assert not errors_of(corrected) + errors_of(compatible)
    one, two = plotted(corrected, "plot"), plotted(compatible, "plot")
    assert set(two) == {t for t in one if t in GENERATORS} and len(two) == 7
    expected = both.results().query("mode == 'compatible' and metric == 'recall' and set_name == 'copycat'")["value"].iloc[0]
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
    next(b for b in at.button if b.label.startswith("Evaluate 7 sets in compatible mode")).click().run()
    asked = filled.submitted
    assert len(asked) == 7 and {s.mode for s in asked} == {"compatible"} and not errors_of(at)
    assert {s.real for s in asked} == {"id-phantom-real"}
    assert at.progress[0].text.endswith("6 more")


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
    for other in ({"mode": "corrected"}, {"encoder": "phantom-eye"}):
        at = open_page("trade_offs", {**SPACE, **other})
        assert not any(n.startswith(("published", "imported")) for n in plotted(at, "plot") if n), other
        assert not at.toggle


def test_both_needs_numbers_in_both_modes() -> None:
    fake = Fake()
    fake.modes = ["corrected", "compatible"]
    frame = fake.results()
    frame.loc[(frame["set_name"] == "copycat") & (frame["mode"] == "compatible"), "status"] = "failed"
    parts = {m: frame[frame["mode"] == m] for m in fake.modes}
    table = modes.both(parts, fake.metrics(), ["recall", "closer_to_train"], list(GENERATORS))
    assert set(table["metric"]) == {"Recall"} and "copycat" not in set(table["set"]) and len(table) == 6
