"""The results table: which of several numbers it shows, and values per image."""

import pytest

from bench_core import api
from bench_core.errors import NotPossible, UnknownName
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, QUICK, REFERENCE, evaluate, evaluation


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


def test_values_per_image(study: Workspace):
    evaluate(evaluation())
    values = api.per_image("fresh", ENCODER, "nearest_train_distance")
    assert list(values.index) == list(api.find_set("fresh").table["image_id"])
    assert values.notna().all()
    with pytest.raises(NotPossible):
        api.per_image("fresh", ENCODER, "frechet_distance")


def test_numbers_are_read_against_a_reference(study: Workspace):
    """Without a training set: whatever it was; without a reference: all."""
    evaluate(evaluation())
    evaluate(evaluation().model_copy(update={"train": None, "metrics": [api.Choice(id="frechet_distance")]}))
    asked = {
        "all": None, "with train": REFERENCE, "any train": api.Reference("real", None, ENCODER),
        "another encoder": api.Reference("real", None, "phantom-eye"), "another real": api.Reference("train", None, ENCODER),
    }  # fmt: skip
    rows = {name: len(api.results(reference)) for name, reference in asked.items()}
    assert rows == {"all": len(QUICK) + 1, "with train": len(QUICK), "any train": len(QUICK) + 1, "another encoder": 0, "another real": 0}
    with pytest.raises(UnknownName):
        api.results(api.Reference("", None, ENCODER))
    ids = {name: api.find_set(name).id for name in ("real", "train")}
    found = [api.Reference(ids["real"], train, ENCODER) for train in (ids["train"], None)]
    assert api.references() == found, "the one with a training set first"
    assert [r.name for r in api.references()] == [f"real / train · {ENCODER}", f"real · {ENCODER}"]
