"""The count of copies from stored neighbours is that of the metric, at any share."""

import pytest

from bench_core import api
from bench_core.errors import InputError, NotPossible
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, REFERENCE, evaluate, evaluation


def test_the_count_is_that_of_the_metric(study: Workspace):
    with pytest.raises(NotPossible, match="Evaluate it first"):
        api.copies_found("copies", REFERENCE)
    counted = [api.Choice(id="copies_found")]
    for name in ("copies", "fresh"):
        evaluate(evaluation(name, metrics=counted))
        count, number = api.copies_found(name, REFERENCE), api.results(REFERENCE, [name]).iloc[-1]
        assert (count.found, count.images, count.asked) == (round(number["value"] * count.images), len(api.find_set(name)), 0.001)
        assert count.share == 1 / (count.patients + 1)
        assert number["message"].startswith(count.caution) and "support no smaller share" in count.caution
        assert (count.found > count.most, count.chance < 1e-3) == (name == "copies",) * 2
    larger = api.copies_found("fresh", REFERENCE, share=0.3)
    assert larger.cut > count.cut and larger.expected > count.expected
    with pytest.raises(InputError, match="0.5"):
        api.copies_found("copies", REFERENCE, share=0.9)
    with pytest.raises(NotPossible, match="has none"):
        api.copies_found("copies", api.Reference("real", None, ENCODER))
