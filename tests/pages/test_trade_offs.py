"""Trade-offs: selection, what is compared, chances, differences."""

import pytest

from bench_core import api
from pages.components.frame.reference import ReferenceInUse
from pages.components.panels.trade_off_view import TradeOff, numbers_of
from pages.components.tables.about import about
from tests.pages.conftest import Opener, errors_of, plotted, words_of
from tests.pages.fake import Fake


def test_trade_offs_selection_comes_from_the_address(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", {"set": "copycat", "x": "recall", "y": "copy_share"})
    assert not errors_of(at)
    assert at.selectbox(key="set").value == "copycat"
    assert (at.selectbox(key="x").value, at.selectbox(key="y").value) == ("recall", "copy_share")
    assert [len(d.value) for d in at.table] == [7, 6] and not at.warning


def test_trade_offs_begins_with_metrics_that_most_sets_have(filled: Fake, open_page: Opener) -> None:
    names = [row["name"] for row in filled.set_rows if row["kind"] == "synthetic"]
    filled.lacking = {name: ("frechet_distance",) for name in names if name != "phantom-vae"}
    at = open_page("trade_offs")
    assert not errors_of(at) and at.selectbox(key="x").value != "frechet_distance"
    assert len(at.table[0].value) == len(names)


def test_trade_offs_warns_when_sizes_differ(filled: Fake, open_page: Opener) -> None:
    filled.set_rows[-1]["images"] = 54
    assert "number of synthetic images differs (54, 60)" in open_page("trade_offs").warning[0].value


def test_trade_offs_compares_only_the_chosen_sets(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs")
    at.multiselect(key="compare").set_value(["phantom-ldm", "copycat"]).run()
    assert at.selectbox(key="set").options == ["phantom-ldm", "copycat"] and len(at.table[0].value) == 2


def test_trade_offs_shows_the_chance_of_each_set_and_what_the_selected_one_differs_in(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", {"set": "phantom-vae", "x": "frechet_distance", "y": "closer_to_train"})
    numbers, against = at.table[0].value, at.table[1].value
    shares = dict(zip(numbers["set"], numbers["on the front"], strict=True))
    assert shares["phantom-oracle"] == "100%" and shares["phantom-vae"] == "0%"
    row = against.set_index("against").loc["phantom-oracle"]
    assert row["Frechet distance\\: excludes 0"] == "yes, worse" and row["Δ Frechet distance"].startswith("55.0 \\[")
    assert "The fainter a point" in words_of(at)
    at.button_group(key="draw").set_value(["Null"]).run()
    assert "on the front" not in at.table[0].value and "The fainter a point" not in words_of(at)


def test_sets_without_draws_are_named_and_can_be_evaluated_again(filled: Fake, open_page: Opener) -> None:
    filled.without_draws = ("phantom-vae",)
    at = open_page("trade_offs")
    numbers = at.table[0].value
    assert dict(zip(numbers["set"], numbers["on the front"], strict=True))["phantom-vae"] == "–"
    at.button(key="again").click().run()
    assert [s.synthetic for s in filled.submitted] == ["id-phantom-vae"] and "being evaluated" in words_of(at)


def test_what_is_not_drawn_is_one_line_with_its_reason(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    results = filled.results()
    mine = (results["set_name"] == "copycat") & (results["metric"] == "recall")
    results.loc[mine, ["status", "message"]] = ["skipped", "synthetic has n = 3 images."]
    results = results[~((results["set_name"] == "phantom-gan") & (results["metric"] == "recall"))]
    monkeypatch.setattr(api, "results", lambda *a, **k: results)
    at = open_page("trade_offs", {"x": "recall", "y": "copy_share"})
    assert "Not drawn: **phantom-gan**: no Recall; **copycat**: Recall was skipped (synthetic has n = 3 images.)" in words_of(at)
    assert not errors_of(at) and len(at.table[0].value) == 5


def test_hover_says_what_is_drawn_and_what_stands_beside_it(filled: Fake, open_page: Opener) -> None:
    query = {"x": "frechet_distance", "y": "closer_to_train"}
    mine = plotted(open_page("trade_offs", query), "plot")["phantom-vae"]
    assert "drawn, at the sizes that compare: 60.6" in mine["hovertemplate"] and mine["x"][0] == pytest.approx(60.588)
    assert "perfect 4.40 [2.74, 6.06]" in mine["hovertemplate"] and "all images 59.4 [57.7, 61.1]" in mine["hovertemplate"]
    assert "60 synthetic images" in mine["hovertemplate"]
    raw = open_page("trade_offs", query | {"draw": "Raw"})
    assert "Grey bands" in words_of(open_page("trade_offs", query)) and "Grey bands" not in words_of(raw)
    plain = plotted(raw, "plot")["phantom-vae"]
    assert "drawn, all images 59.4 [57.7, 61.1]" in plain["hovertemplate"] and plain["x"][0] == pytest.approx(59.4)


def test_the_numbers_of_the_figure_say_what_they_are(filled: Fake) -> None:
    results, metrics = filled.results(), filled.metrics()
    compared = TradeOff("recall", "copy_share", None, ["copycat", "phantom-gan"])
    reference = ReferenceInUse(
        "id-phantom-real", "id-phantom-train", "phantom-eye", "n", real_name="phantom-real", train_name="phantom-train",
        encoder_title="Phantom eye", simulated=True, n_real=120, n_train=120,
    )  # fmt: skip
    rows = numbers_of(results, compared, compared.names, {"copycat": 0.5})
    told = about("Recall against copies", reference, results.loc[rows.index], metrics)
    frame = told.on_rows(rows)
    assert len(frame) == 4 and set(frame["role"]) == {"horizontal", "vertical"} and set(frame["metric"]) == {"recall", "copy_share"}
    first = frame.iloc[0]
    assert first["real_set"] == "phantom-real (120 images)" and first["training_set"] == "phantom-train (120 images)"
    assert (first["encoder"], first["mode"], first["n_synthetic"], first["metric_version"]) == ("phantom-eye", "corrected", 60, 1)
    assert first["computed"] == "2026-11-20 10:00" and first["exported"].endswith("UTC") and first["patients"].startswith("simulated")
    assert "95 percent of perfect generators fall between null_low and null_high" in first["how_to_read"]
    page = told.html()
    assert all(
        word in page
        for word in ("Phantom eye (phantom-eye), revision r1", f"recall, version {metrics['recall'].version}", "grey band", "2026-11-20")
    )
