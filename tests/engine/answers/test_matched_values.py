"""Which matched values are made when, and what an earlier version left."""

from pathlib import Path

import numpy as np

from bench_core import api
from bench_core.engine.answers.matched_values import matched_values
from bench_core.engine.answers.results import results_frame
from bench_core.engine.keys import sizes_key
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, QUICK, evaluate
from tests.fakes import write_images


def test_a_small_set_has_the_larger_one_matched_at_its_size(study: Workspace, tmp_path: Path):
    """Copies has 60 images, fresh 15 prompts of two: when fresh is evaluated too, copies is matched at 15; equal sizes make nothing."""
    write_images(tmp_path / "many", 130, seed=5)
    api.import_images("many", tmp_path / "many", None, "real")
    reference = api.Reference("many", "train", ENCODER)

    def matched() -> dict[str, list[int]]:
        rows = results_frame(study, reference, None, with_step=True).to_dict("records")
        return {row["set_name"]: list(matched_values(study, row, {})) for row in rows if row["metric"] == "frechet_distance"}

    for name, sizes in (("copies", {"copies": [60]}), ("fresh", {"copies": [60, 15], "fresh": [15]})):
        evaluate(api.EvaluateSpec(synthetic=name, real="many", train="train", encoders=[ENCODER], metrics=QUICK))
        assert matched() == sizes
    (row,) = api.compare(reference, ["frechet_distance"]).to_dict("records")
    assert row["basis"] == "matched" and np.isfinite(row["difference"])
    assert set(api.pareto(reference, ["frechet_distance", "copy_share"])["set_name"]) == {"fresh", "copies"}
    steps = results_frame(study, reference, None, with_step=True)["step_key"].unique()
    assert study.derived.count("matched") == 2
    study.derived.forget([sizes_key(step) for step in steps])  # as an earlier version left them
    assert matched() == {"copies": [60], "fresh": [30]}
    (row,) = api.compare(reference, ["frechet_distance"]).to_dict("records")
    assert row["basis"] == "" and np.isnan(row["difference"]) and set(api.pareto(reference, ["frechet_distance"])["set_name"]) == {"fresh"}
    assert len(api.pareto(reference, ["frechet_distance"], raw=True)) == 2
    evaluate(api.EvaluateSpec(synthetic="fresh", real="many", train="train", encoders=[ENCODER], metrics=QUICK))  # copied, and completed
    assert matched() == {"copies": [60, 30], "fresh": [30]}  # sizes that counted images
