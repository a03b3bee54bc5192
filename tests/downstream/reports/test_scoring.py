"""Intervals over patients, and chance."""

import numpy as np
import pytest

from bench_core import phantom
from bench_core.downstream.reports.predictions import Predictions
from bench_core.downstream.reports.scoring import _pairings, scored
from bench_core.errors import MissingPackage, UnknownName


def pairs(n: int = 60) -> Predictions:
    """A reader that finds all and words it in its own way."""
    table = phantom.cohort_table(5, films=n)
    rng = np.random.default_rng(0)
    words = [phantom.write_report(phantom.parse(text), rng) for text in table["prompt"]]
    return Predictions(words, table["prompt"].tolist(), table["image_id"].tolist(), table["subject_id"].tolist())


def test_who_finds_all_and_words_it_otherwise_has_f1_of_1_and_less_bleu() -> None:
    rows = {(row["score"], row["finding"]): row for row in scored(pairs())}
    f1, bleu = rows["report_finding_f1", "all"], rows["report_bleu", "all"]
    assert f1["value"] == f1["low"] == f1["high"] == 1 and 0.2 < f1["chance"] < 0.6
    assert 0.1 < bleu["low"] < bleu["value"] < bleu["high"] < 0.6 and bleu["chance"] < bleu["low"]
    edema = rows["report_finding_f1", "Edema"]
    assert edema["reports"] == sum(phantom.parse(text).labels["Edema"] for text in pairs().references)


def test_intervals_are_over_patients_and_chance_is_of_other_patients() -> None:
    one = pairs(30)
    doubled = Predictions([*one.predictions] * 2, [*one.references] * 2, [], [*(one.patients or [])] * 2)
    singly, twice = (next(r for r in scored(p, ["report_rouge_l"]) if r["finding"] == "all") for p in (one, doubled))
    assert (twice["low"], twice["high"]) == pytest.approx((singly["low"], singly["high"]))
    for order in _pairings(doubled, 0):
        assert sorted(order) == list(range(60)) and (doubled.units[order] != doubled.units).all()


def test_scores_that_are_not_there_say_so() -> None:
    with pytest.raises(UnknownName, match="report_bleu"):
        scored(pairs(4), ["report_blue"])
    with pytest.raises(MissingPackage, match=r"GREEN \(green\) cannot run here.*pip install green_score"):
        scored(pairs(4), ["green"])
