"""A writer that learns from films with reports writes what films show; its vocabulary is that of the reports."""

import numpy as np
import pytest

from bench_core.arms.materials import Stage
from bench_core.downstream.reports.decoder import UNKNOWN, Vocabulary, WriterTraining
from bench_core.downstream.reports.writing import MEASURES, ReportWriting

TEXTS = ("Small left pleural effusion.", "Severe edema.", "Normal chest radiograph. No pneumothorax.")


def films(n: int, seed: int) -> tuple[np.ndarray, list[str]]:
    rng = np.random.default_rng(seed)
    return np.eye(3)[np.arange(n) % 3] + 0.1 * rng.normal(size=(n, 3)), [TEXTS[i % 3] for i in range(n)]


def test_words_come_back_and_what_one_report_alone_says_is_unknown() -> None:
    vocabulary = Vocabulary([*TEXTS, *TEXTS, "Zebra."], 64)
    numbers = vocabulary.numbers([TEXTS[2], "Zebra."])
    assert vocabulary.text(numbers[0][1:]) == TEXTS[2].lower() and numbers[1, 1] == UNKNOWN
    assert Vocabulary(TEXTS * 2, 4).numbers(["severe edema is severe"]).shape == (1, 4)


def test_reports_say_what_films_show() -> None:
    (values, texts), (asked, references) = films(60, 0), films(12, 1)
    how = WriterTraining(steps=60, batch=24, width=32, layers=1)
    task = ReportWriting(values, texts, asked, references, Vocabulary(texts, how.longest), how)
    said = task.train((Stage(np.arange(60)),), 0)
    every = np.ones((1, 12))
    value = {name: tallies.value(every @ tallies.counts)[0] for name, tallies in task.tallies(said).items()}
    assert set(value) == set(MEASURES) and value["report_finding_f1"] > 0.9 and value["report_bleu"] > 0.9
    assert said == task.train((Stage(np.arange(60)),), 0)
    shuffled = ReportWriting(values, np.random.default_rng(0).permutation(texts).tolist(), asked, references, task.vocabulary, how)
    tallies = shuffled.tallies(shuffled.train((Stage(np.arange(60)),), 0))["report_finding_f1"]
    assert tallies.value(every @ tallies.counts)[0] < 0.8
    assert pytest.approx(value["report_rouge_l"], abs=0.1) == 1
