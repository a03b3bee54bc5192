"""Trade-offs: selection, what is compared, chances, differences, the viewer."""

import pandas as pd

from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_trade_offs_selection_comes_from_the_address(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", {"set": "copycat", "x": "recall", "y": "copy_share"})
    assert not errors_of(at)
    assert at.selectbox(key="set").value == "copycat"
    assert (at.selectbox(key="x").value, at.selectbox(key="y").value) == ("recall", "copy_share")
    assert [len(d.value) for d in at.dataframe] == [7, 6] and not at.warning


def test_trade_offs_warns_when_sizes_differ(filled: Fake, open_page: Opener) -> None:
    filled.set_rows[-1]["images"] = 54
    assert "number of synthetic images differs (54, 60)" in open_page("trade_offs").warning[0].value


def test_trade_offs_compares_only_the_chosen_sets(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs")
    at.multiselect(key="compare").set_value(["phantom-ldm", "copycat"]).run()
    assert at.selectbox(key="set").options == ["phantom-ldm", "copycat"] and len(at.dataframe[0].value) == 2


def test_trade_offs_shows_the_chance_of_each_set_and_what_the_selected_one_differs_in(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", {"set": "phantom-vae", "x": "frechet_distance", "y": "closer_to_train"})
    numbers, against = at.dataframe[0].value, at.dataframe[1].value
    shares = dict(zip(numbers["set"], numbers["on the front"], strict=True))
    assert shares["phantom-oracle"] == "100%" and shares["phantom-vae"] == "0%"
    row = against.set_index("against").loc["phantom-oracle"]
    assert row["Frechet distance: excludes 0"] == "yes, worse" and row["Δ Frechet distance"].startswith("55.0 [")
    assert "The fainter a point" in words_of(at)
    at.button_group(key="draw").set_value(["Null"]).run()
    assert "on the front" not in at.dataframe[0].value and "The fainter a point" not in words_of(at)


def test_sets_without_draws_are_named_and_can_be_evaluated_again(filled: Fake, open_page: Opener) -> None:
    filled.without_draws = ("phantom-vae",)
    at = open_page("trade_offs")
    numbers = at.dataframe[0].value
    assert dict(zip(numbers["set"], numbers["on the front"], strict=True))["phantom-vae"] == "–"
    at.button(key="again").click().run()
    assert [s.synthetic for s in filled.submitted] == ["id-phantom-vae"] and "being evaluated" in words_of(at)


def test_viewer_opens_with_everything_known(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", _open=("id-copycat", "copycat-00003"))
    assert not errors_of(at)
    table = at.table[0].value
    text = "\n".join(map(str, pd.DataFrame(table).reset_index().to_numpy().ravel()))
    assert "copycat-00003" in text and "Right lower lobe consolidation" in text and "20" in text
