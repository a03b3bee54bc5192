"""Studies: what is shown, what is begun, what could not be made."""

import pandas as pd

from bench_core import api
from pages.components.figures import study_charts
from tests.pages.conftest import Opener, errors_of, plotted, words_of
from tests.pages.fake import Fake


def test_a_study_shows_its_front_its_time_and_why_cells_could_not_be_made(filled: Fake, open_page: Opener) -> None:
    at = open_page("studies")
    assert not errors_of(at)
    traces = plotted(at, "study")
    assert {"images", "classifier", "front", "phantom-ldm"} <= set(traces)
    assert traces["images"]["error_x"]["array"] and traces["images"]["error_y"]["array"]
    assert len(at.dataframe[0].value) == 28 and "made" in set(at.dataframe[0].value["state"])
    at.button(key="study-begin").click().run()
    assert filled.started_studies == (api.study_presets()["sok-release"],)


def test_a_preset_that_was_not_begun_is_offered(filled: Fake, open_page: Opener) -> None:
    at = open_page("studies", {"table": "xing-sweep"})
    assert not errors_of(at) and "No cell is made yet" in words_of(at) and "22 not made yet" in words_of(at)
    at.button(key="study-begin").click().run()
    assert "guidance_scale" in filled.started_studies[-1]


def test_one_that_runs_can_be_stopped(filled: Fake, open_page: Opener) -> None:
    filled.study_runs = True
    at = open_page("studies", {"strength": "found"})
    assert not errors_of(at) and "20 of 28 cells" in at.progress[0].text
    at.button(key="study-stop").click().run()
    assert filled.stopped_studies == ("key-sok-release",)


def test_the_front_joins_cells_that_no_other_beats() -> None:
    cells = pd.DataFrame(
        {
            "source": ["a", "b", "c"], "utility": [0.9, 0.8, 0.7], "attack_auc": [0.7, 0.5, 0.6], "release": "images", "filter": "",
            "arm": "x", "classifier": "linear", "attack": "gan_leaks",
        }
    )  # fmt: skip
    for name in ("utility", "attack"):
        value = cells["attack_auc" if name == "attack" else name]
        cells[f"{name}_low"], cells[f"{name}_high"] = value - 0.01, value + 0.01
    figure = study_charts.trade_off(cells, dict.fromkeys("abc", "#123456"), "area", "light")
    front = next(t for t in figure.data if t.name == "front")
    assert list(front.x) == [0.5, 0.7] and list(front.y) == [0.8, 0.9]
