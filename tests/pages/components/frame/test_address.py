"""Choices in the address: what is not there is said, and a copied link holds the defaults."""

import pytest

from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        ("trade_offs", {"set": "foo"}, "'foo' under Selected"),
        ("trade_offs", {"x": "frechet"}, "'frechet' under Horizontal"),
        ("trade_offs", {"compare": "copycat,foo"}, "'foo' under Sets"),
        ("overview", {"encoder": "nix"}, "'nix' under Encoder"),
        ("overview", {"reference": "Simulated cohorts"}, "Did you mean 'Simulated cohort'?"),
        ("data", {"tab": "rooms"}, "'rooms' under the tabs"),
        ("memorization", {"share": "0.3"}, "'0.3' under"),
        ("catalog", {"kind": "cars"}, "'cars' under Kind"),
    ],
)
def test_what_is_not_there_is_said_and_nothing_stands_in_its_place(
    page: str, query: dict[str, str], said: str, filled: Fake, open_page: Opener
) -> None:
    at = open_page(page, query)
    assert said in errors_of(at)[0]
    assert not at.get("plotly_chart") and not at.get("arrow_data_frame")
    assert dict(at.query_params) == query
    assert said in errors_of(at.run())[0], "until something else is chosen"


def test_choosing_something_else_mends_it(filled: Fake, open_page: Opener) -> None:
    at = open_page("overview", {"encoder": "nix"})
    at.selectbox(key="encoder").set_value("phantom-eye").run()
    assert not errors_of(at) and not at.query_params


def test_the_choices_of_a_page_hold_its_defaults(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", {"y": "copy_share"})
    chosen = at.session_state["_chosen"]
    assert {"reference", "encoder", "mode", "x", "y", "size", "compare", "draw", "set"} <= set(chosen)
    assert chosen["y"] == "copy_share" and chosen["reference"] == "Simulated cohort"
    assert dict(at.query_params) == {"y": "copy_share"}
    again = open_page("trade_offs", chosen)
    assert not errors_of(again) and again.session_state["_chosen"] == chosen


def test_a_page_that_does_not_exist_is_said_until_another_is_opened(filled: Fake, open_page: Opener) -> None:
    at = open_page("data", {"no_page": "sets/data"})
    assert "There is no page `sets/data`; this is Data" in words_of(at) and not at.query_params
    assert "There is no page" in words_of(at.run())
    assert "There is no page" not in words_of(at.switch_page("pages/methods.py").run())


def test_the_page_of_a_list_is_in_the_address(filled: Fake, open_page: Opener) -> None:
    for number in range(30):
        filled.add_run(f"more-{number}", "evaluate", f"more-{number}", "done", "id-copycat")
    assert "more-29" in words_of(open_page("queue"))
    last = open_page("queue", {"page": "99"})
    assert "more-29" not in words_of(last) and last.query_params["page"] == "4"
