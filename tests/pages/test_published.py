"""Published: cells with their warnings and sources, imported files, our own numbers of the same space."""

from bench_core import api
from tests.chexgenbench_files import CONDITIONAL, SHARDED
from tests.pages.conftest import Opener, errors_of, plotted, words_of
from tests.pages.fake import Fake


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


def test_published_has_other_points_and_statements(filled: Fake, open_page: Opener) -> None:
    at = open_page("published", {"view": "others"})
    assert "none of these compares" in words_of(at) and len(at.dataframe[0].value) > 90
    at.multiselect(key="papers").set_value(["Naeem 2020 reference output"]).run()
    assert len(at.dataframe[0].value) == 4
    at.segmented_control(key="view").set_value("words").run()
    assert "third-party summary" in set(at.dataframe[0].value["origin"]) and not errors_of(at)


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
    assert "No numbers in compatible mode yet" not in words_of(inside)
    assert "ours: phantom-real" in plotted(inside, "published-chart") and "● ours" in words_of(inside)
    assert "ours: phantom-real" not in plotted(open_page("published", {"encoder": "pixels"}), "published-chart")


def test_our_sets_without_numbers_on_the_protocol_are_offered(filled: Fake, open_page: Opener) -> None:
    at = open_page("published", {"encoder": "rad-dino"})
    assert "No numbers in compatible mode yet of" in words_of(at) and not errors_of(at)
    next(b for b in at.button if b.label.startswith("Evaluate 7 sets in compatible mode")).click().run()
    assert {(s.mode, tuple(s.encoders)) for s in filled.submitted} == {("compatible", ("rad-dino",))} and len(filled.submitted) == 7
