"""Findings of the field: sentence, verdict, chart, claim and command; and the section on which metric to look at."""

from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_every_finding_has_its_verdict_its_claim_and_its_command(filled: Fake, open_page: Opener) -> None:
    at = open_page("field")
    assert not errors_of(at)
    words = words_of(at)
    assert "2 reproduced, 1 not reproduced here, 1 not enough sets here" in words
    assert "Somebody" in words and "arXiv 0000.00000" in words and "python -m bench_core study chexgenbench" in words
    assert len(at.get("plotly_chart")) == 3 and "No set here has what this needs" in words


def test_the_metric_to_look_at_is_told_with_n(filled: Fake, open_page: Opener) -> None:
    at = open_page("agreement")
    assert not errors_of(at)
    assert "n = 7" in words_of(at) and "an observation on these sets, not a rule" in words_of(at)


def test_without_training_it_says_what_is_needed(filled: Fake, open_page: Opener) -> None:
    filled.worth_known = False
    at = open_page("agreement")
    assert not errors_of(at) and "needs four sets" in words_of(at)
