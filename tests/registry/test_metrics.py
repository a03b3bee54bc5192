"""A metric is a function: what its declaration reads off it."""

from pathlib import Path

import pytest

from bench_core.config import PROJECT
from bench_core.data import Score
from bench_core.errors import UnknownName
from bench_core.registry.metrics import FAMILIES, Target, find_metric, metric, metrics, question_of, target


def test_sets_settings_and_words_are_read_off_the_function() -> None:
    @metric(title="Gap", family="fidelity", goal="minimize", paper="")
    def gap(real: object, synthetic: object, *, k: int = 5, seed: int = 0) -> Score:
        """Distance.

        In more words.

        References:
            A paper.
        """
        return Score(float(k))

    found = gap.plugin  # type: ignore[attr-defined]
    assert (found.id, found.reads, found.summary, found.details, found.references) == (
        "gap", ("real", "synthetic"), "Distance.", "In more words.", "A paper.",
    )  # fmt: skip
    assert found.settings().model_dump() == {"k": 5}
    assert gap(None, None, k=2).value == 2  # it stays an ordinary function


def test_a_metric_of_another_set_is_refused() -> None:
    with pytest.raises(AssertionError, match="reads .*'fake'"):

        @metric(title="Gap", family="fidelity", goal="minimize", paper="")
        def gap(fake: object) -> Score:
            return Score(0)


def test_a_metric_lies_in_the_folder_of_its_family_under_its_id() -> None:
    for one in metrics().values():
        assert (PROJECT / "bench_core" / "metrics" / one.family / f"{one.id}.py").is_file(), one.id
        assert Path(one.function.__code__.co_filename).name == f"{one.id}.py"
    families = [one.family for one in metrics().values()]
    assert list(dict.fromkeys(families)) == [family for family in FAMILIES if family in families]


def test_every_family_answers_a_question() -> None:
    assert all(question_of(family) for family in FAMILIES)


def test_the_closest_metric_is_offered() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'precision'"):
        find_metric("precison")
    assert target(0.5) == Target(0.5)
