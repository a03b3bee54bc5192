"""The results table: which of several numbers it shows, and values per image."""

import pytest

from bench_core import api
from bench_core.errors import NotPossible
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, QUICK, evaluate, evaluation


def test_a_number_without_an_interval_does_not_hide_one_that_has_it(study: Workspace):
    evaluate(evaluation())
    evaluate(evaluation(intervals=False, subgroup="finding"))
    frame = api.results(synthetic=["fresh"])
    frame = frame[frame["subgroup"] == "all"]
    assert frame["metric"].tolist() == [c.id for c in QUICK]
    assert frame["low"].notna().all()
    evaluate(evaluation("copies", intervals=False))
    frame = api.results(synthetic=["copies"])
    assert len(frame) == 3 and frame["low"].isna().all() and frame["value"].notna().all()


def test_values_an_image(study: Workspace):
    evaluate(evaluation())
    values = api.per_image("fresh", ENCODER, "nearest_train_distance")
    assert list(values.index) == list(api.find_set("fresh").table["image_id"])
    assert values.notna().all()
    with pytest.raises(NotPossible):
        api.per_image("fresh", ENCODER, "frechet_distance")
