"""Findings: cells, and evaluations that are asked for."""

import pytest

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_findings_judges_each_cell_and_offers_the_sets_that_are_missing(filled: Fake, open_page: Opener) -> None:
    at = open_page("findings", {"set": "phantom-gan", "finding": "Edema", "metric": "frechet_distance"})
    assert not errors_of(at)
    numbers = at.dataframe[0].value
    assert len(numbers) == 3 * 13 and set(numbers["set"]) == {"copycat", "phantom-ldm", "phantom-gan"}
    assert "Worse than the range of a perfect generator" in words_of(at)
    at.button(key="rest-corrected-finding").click().run()
    assert len(filled.submitted) == 4
    assert {(s.subgroup, s.real, s.train) for s in filled.submitted} == {("finding", "id-phantom-real", "id-phantom-train")}


def test_findings_that_were_never_evaluated_are_asked_for(filled: Fake, open_page: Opener) -> None:
    at = open_page("findings", {"groups": "view"})
    next(b for b in at.button if b.label.startswith("Evaluate 7 sets by view · about 5 min")).click().run()
    assert [s.subgroup for s in filled.submitted] == ["view"] * 7 and not errors_of(at)
    assert at.progress[0].text.startswith("**Evaluating work") and not any(b.label.startswith("Evaluate") for b in at.button)


def test_the_first_metric_is_one_that_is_there(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets that were evaluated by a few metrics of one's own choice: the page begins with one of those."""
    everything = filled.results()
    monkeypatch.setattr(api, "results", lambda *_, **__: everything[everything["metric"] == "density"])
    at = open_page("findings")
    assert at.selectbox(key="metric").value == "density" and len(at.dataframe[0].value) and not errors_of(at)
