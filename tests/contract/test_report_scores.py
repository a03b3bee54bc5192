"""Promises that every score of reports keeps, and what each of them is by hand."""

import sys
from collections.abc import Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bench_core import registry
from bench_core.errors import UnknownName
from bench_core.registry import ReportScore, Tallies
from bench_core.reports.scores.report_rouge_l import common_subsequence, rouge_l

SCORES = list(registry.report_scores().values())
LIGHT = [one for one in SCORES if not one.package]
REFERENCES = ["Small left pleural effusion. No pneumothorax.", "Normal chest radiograph.", "Severe edema and right pacemaker."]
WORSE = ["Small left pleural effusion.", "Severe edema is seen.", "Normal chest radiograph."]


def value(counts: Tallies, weights: Sequence[float] | None = None) -> float:
    rows = np.ones(len(counts.counts)) if weights is None else np.asarray(weights, float)
    return float(counts.value((rows @ counts.counts)[None])[0])


def test_the_light_ones_come_first_and_are_those_that_the_bench_names() -> None:
    assert [one.id for one in LIGHT] == list(registry.report_scores())[: len(LIGHT)]
    assert {"report_bleu", "report_rouge_l", "report_finding_f1"} <= set(registry.report_scores())
    with pytest.raises(UnknownName, match="report_bleu"):
        registry.find_report_score("report_blue")


@pytest.mark.parametrize("score", SCORES, ids=lambda one: one.id)
def test_it_says_what_it_is_and_what_it_needs(score: ReportScore) -> None:
    assert score.title and len(score.summary) > 20 and score.paper.startswith(("arXiv:", "doi:", "https://"))
    assert score.function.__name__ == score.id == score.function.__module__.rpartition(".")[2]
    if score.package:
        assert score.also_needs
        if score.package not in sys.modules and (lack := score.missing()):
            assert f"pip install {score.installed_as}" in lack and score.also_needs in lack
    else:
        assert score.missing() is None


@pytest.mark.parametrize("score", LIGHT, ids=lambda one: one.id)
def test_the_same_reports_score_1_worse_ones_less_and_weights_are_repeats(score: ReportScore) -> None:
    assert value(score.function(REFERENCES, REFERENCES)) == pytest.approx(1.0)
    worse = score.function(WORSE, REFERENCES)
    assert 0 <= value(worse) < 1 and len(worse.counts) == 3
    repeated = score.function([WORSE[i] for i in (0, 0, 2)], [REFERENCES[i] for i in (0, 0, 2)])
    assert value(worse, [2, 0, 1]) == pytest.approx(value(repeated))
    assert value(score.function(["", "", ""], REFERENCES)) == pytest.approx(0, abs=1e-9)


def test_f1_by_hand() -> None:
    found = registry.find_report_score("report_finding_f1").function(WORSE, REFERENCES)
    assert value(found) == pytest.approx(2 * 1 / (3 + 4))  # effusion; predicted 3, stated 4
    assert value(found.findings["Pleural Effusion"]) == 1 and value(found.findings["Edema"]) == 0
    side = registry.find_report_score("report_detail_f1").function(["Small right pleural effusion."], [REFERENCES[0]])
    assert value(side) == 0
    macro = registry.find_report_score("report_finding_f1_macro").function(WORSE, REFERENCES)
    assert value(macro) == pytest.approx(1 / 4)  # effusion 1; normal, edema, devices 0


def test_bleu_is_sacrebleus_of_the_corpus() -> None:
    from sacrebleu.metrics.bleu import BLEU

    for name, order in (("report_bleu", 4), ("report_bleu_1", 1)):
        whole = BLEU(lowercase=True, max_ngram_order=order).corpus_score(WORSE, [REFERENCES]).score / 100
        assert value(registry.find_report_score(name).function(WORSE, REFERENCES)) == pytest.approx(whole)


def test_rouge_l_by_hand() -> None:
    def plain(one: Sequence[str], other: Sequence[str]) -> int:
        table = np.zeros((len(one) + 1, len(other) + 1), int)
        for i, a in enumerate(one):
            for j, b in enumerate(other):
                table[i + 1, j + 1] = table[i, j] + 1 if a == b else max(table[i, j + 1], table[i + 1, j])
        return int(table[-1, -1])

    rng = np.random.default_rng(0)
    for _ in range(50):
        one, other = (["abcd"[k] for k in rng.integers(0, 4, rng.integers(0, 90))] for _ in range(2))
        assert common_subsequence(one, other) == plain(one, other)
    assert rouge_l("police kill the gunman", "police killed the gunman") == pytest.approx(0.75)  # Lin 2004, section 3.1


def test_scores_of_other_packages_hand_over_reports_in_their_own_order(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[list[str], list[str]]] = []

    class Asked:
        target_names = ("Edema", "Fracture")

        def __init__(self, *_: Any, **__: Any) -> None: ...

        def __call__(self, refs: list[str], hyps: list[str]) -> tuple[Any, ...]:
            called.append((list(refs), list(hyps)))
            return 0.5, [0.25, 0.75], [0.25, 0.75], None, None

        compute_score = staticmethod(lambda candidates, references: [float(candidates == WORSE[:2]), float(references == REFERENCES[:2])])
        get_label = staticmethod(lambda text: [int("edema" in text.lower()), 0])

    for package, name in (("radgraph", "F1RadGraph"), ("f1chexbert", "F1CheXbert"), ("green_score", "GREEN"), ("RaTEScore", "RaTEScore")):
        module = ModuleType(package)
        setattr(module, name, Asked)
        monkeypatch.setitem(sys.modules, package, module)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=SimpleNamespace(is_available=lambda: False)))  # it is slow to load
    found = {one.id: one.function(WORSE[:2], REFERENCES[:2]) for one in SCORES if one.package}
    assert all(one.missing() is None for one in SCORES)
    assert value(found["radgraph_f1"]) == value(found["green"]) == 0.5 and value(found["rate_score"]) == 1
    assert called == [(REFERENCES[:2], WORSE[:2])] * 2
    assert value(found["chexbert_f1"]) == 0 and found["chexbert_f1"].findings["Edema"].counts.sum() == 1
