"""Power: what is shown, what is chosen, what is asked for."""

import json

import pytest

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_the_map_has_the_smallest_strength_seen_and_what_is_wrong(filled: Fake, open_page: Opener) -> None:
    at = open_page("power")
    assert not errors_of(at)
    drawn = json.loads(at.get("plotly_chart")[0].proto.spec)
    texts = {t for row in drawn["data"][0]["text"] for t in row}
    assert {"0.5", "–", "↑"} <= texts
    assert "Frechet distance** sees blur" in words_of(at) or "does not see blur below 0.5 px at n = 200" in words_of(at)
    table = at.dataframe[0].value
    assert "does not see a shift by up to 8 px" in set(table["in words"])
    assert "calls blur of 0.8 px better" in set(table["in words"])


def test_a_cell_and_a_size_are_in_the_address(filled: Fake, open_page: Opener) -> None:
    filled.powers = (200, 600)
    at = open_page("power", {"metric": "copy_share", "fault": "copies|", "n": "600"})
    assert not errors_of(at)
    assert "does not see less than 2 % of exact copies at n = 600" in words_of(at)
    assert at.query_params["n"] == "600"
    at = open_page("power", {"metric": "no_such"})
    assert any("no_such" in e for e in errors_of(at))


def test_without_a_study_it_is_offered_with_its_time_and_asked_for(filled: Fake, open_page: Opener) -> None:
    filled.powers = ()
    at = open_page("power")
    assert not errors_of(at) and "about 8 min" in words_of(at)
    at.button(key="empty-What can these numbers see?").click().run()
    spec = filled.submitted[-1]
    assert isinstance(spec, api.PowerSpec) and spec.n == [200] and spec.real == "id-phantom-real"


def test_with_too_few_patients_for_the_usual_size_another_one_is_offered(
    filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def few(spec: api.PowerSpec) -> float:
        if spec.n[0] > 60:
            raise api.InputError("mine has 90 patients: too few.", "Ask for at most n = 60.")
        return 100.0

    filled.powers = ()
    monkeypatch.setattr(api, "expected_power", few)
    at = open_page("power")
    assert not errors_of(at) and "Ask for at most n = 60" in words_of(at)
    at.number_input(key="more-n").set_value(50).run()
    next(b for b in at.button if "Find out at n = 50" in b.label).click().run()
    assert filled.submitted[-1].n == [50]


def test_more_can_be_asked_for_and_too_much_is_said(filled: Fake, open_page: Opener) -> None:
    at = open_page("power")
    at.number_input(key="more-n").set_value(900).run()
    assert "Ask for at most n = 738" in words_of(at) and not errors_of(at)
    at.number_input(key="more-n").set_value(400).run()
    next(b for b in at.button if "Find out at n = 400" in b.label).click().run()
    assert filled.submitted[-1].n == [400]


def test_what_a_number_cannot_see_stands_beside_it(filled: Fake, open_page: Opener) -> None:
    said = words_of(open_page("overview"))
    assert "does not see blur below 0.5 px at n = 200" in said and "power?metric=frechet_distance" in said
    said = words_of(open_page("trade_offs", {"x": "frechet_distance", "y": "copy_share"}))
    assert "does not see blur below 0.5 px at n = 200" in said and "does not see less than 2 % of exact copies at n = 200" in said
    filled.powers = ()
    assert "does not see" not in words_of(open_page("overview"))
