"""Utility: what is shown, what is chosen, what is asked for."""

import json

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_arms_controls_and_what_was_not_trained_are_shown(filled: Fake, open_page: Opener) -> None:
    at = open_page("utility")
    assert not errors_of(at)
    figures = {chart.proto.id.split("-")[-1]: json.loads(chart.proto.spec) for chart in at.get("plotly_chart")}
    lines = [t["name"] for t in json.loads(at.get("plotly_chart")[0].proto.spec)["data"]]
    assert len(figures) >= 1 and lines[0] == "Real only" and {"Real + synthetic", "Real + duplicates"} <= set(lines)
    assert "**Real + reconstructed** was not trained" in words_of(at)
    assert "Real + synthetic, set by set." in words_of(at)
    gains, table = (frame.value for frame in at.dataframe[:2])
    assert gains["figure"].tolist() == ["Gain beside few real images"] and gains["null"].tolist() == [0.05]
    assert table.loc[table["arm"] == "Real + synthetic", "gain"].max() > 0.02


def test_set_measure_and_share_are_in_the_address(filled: Fake, open_page: Opener) -> None:
    at = open_page("utility", {"set": "copycat", "measure": "auprc", "share": "1.0", "finding": "rare"})
    assert not errors_of(at)
    assert at.query_params["set"] == "copycat" and at.query_params["measure"] == "auprc"
    at = open_page("utility", {"set": "no-such-set"})
    assert any("no-such-set" in e for e in errors_of(at))


def test_without_a_study_it_is_offered_and_asked_for(filled: Fake, open_page: Opener) -> None:
    filled.studied = ()
    at = open_page("utility")
    assert not errors_of(at) and "about 5 min" in words_of(at)
    at.button(key="empty-What are these images worth for training?").click().run()
    spec = filled.submitted[-1]
    assert isinstance(spec, api.UtilitySpec) and spec.real == "id-phantom-real" and spec.train == "id-phantom-train"


def test_another_set_can_be_asked_for(filled: Fake, open_page: Opener) -> None:
    at = open_page("utility")
    at.selectbox(key="more-set").select("phantom-gan").run()
    at.selectbox(key="more-classifier").select("mlp").run()
    next(b for b in at.button if b.label.startswith("Train and test")).click().run()
    spec = filled.submitted[-1]
    assert isinstance(spec, api.UtilitySpec) and (spec.synthetic, spec.classifier) == ("id-phantom-gan", "mlp")
