"""Subgroups by finding and view, and at equal n."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.engine.scoring.subgroups import FEWEST_EQUAL, subgroups
from bench_core.errors import InputError
from bench_core.features import FeatureSet
from bench_core.spec import Choice, Scoring
from bench_core.store.workspace import Workspace
from tests.engine.studies import QUICK, evaluate, evaluation
from tests.fakes import write_images


def test_subgroups_by_view_and_at_equal_n(study: Workspace, tmp_path: Path):
    names = write_images(tmp_path / "views", 90, seed=7)
    pd.DataFrame({"path": names, "view": ["AP"] * 50 + ["lateral"] * 36 + ["odd"] * 4}).to_csv(tmp_path / "views.csv", index=False)
    api.import_images("views", tmp_path / "views", tmp_path / "views.csv", "synthetic")
    api.import_images("views-real", tmp_path / "views", tmp_path / "views.csv", "real")
    asked = {"metrics": QUICK[:1], "intervals": False, "train": None, "subgroup": "view"}
    run = evaluate(evaluation("views", **asked).model_copy(update={"real": "views-real"}))
    assert api.run_results(run.id)[["subgroup", "n_synthetic"]].to_numpy().tolist() == [["all", 90], ["view=AP", 50], ["view=lateral", 36]]
    run = evaluate(evaluation("views", equal_n=True, **asked).model_copy(update={"real": "views-real"}))
    assert api.run_results(run.id)[["n_synthetic", "n_real"]].to_numpy().tolist() == [[90, 90], [36, 36], [36, 36]]
    assert len(api.members("views", "view=AP")) == 50 and len(api.members("views", "finding=Edema")) == 0
    with pytest.raises(InputError, match="grouping by 'age'"):
        api.members("views", "age=9")


def test_subgroups_are_cut_to_the_smallest_one_that_counts(sets: dict[str, FeatureSet]) -> None:
    rare = {n: FeatureSet(f.values, kind=n, labels=f.labels.assign(Pneumonia=np.arange(len(f)) < 12)) for n, f in sets.items()}
    plainly, equal = dict(subgroups(rare)), dict(subgroups(rare, equal_n=True, seed=4))
    for name in sets:
        sizes = {g: len(m[name]) for g, m in plainly.items()}
        least = min((s for s in sizes.values() if s >= FEWEST_EQUAL), default=None)
        cut = {g: len(m[name]) for g, m in equal.items()}
        assert cut == {g: s if least is None else min(s, least) for g, s in sizes.items()}
        assert cut["finding=Pneumonia"] == 12  # too few to count: left as it is
    assert (equal["finding=Edema"]["real"].label("Edema") == 1).all()
    again = dict(subgroups(rare, equal_n=True, seed=4))["finding=Edema"]["real"]
    np.testing.assert_array_equal(equal["finding=Edema"]["real"].rows, again.rows)


def test_subgroups_are_the_images_with_a_finding(sets: dict[str, FeatureSet]) -> None:
    groups = dict(subgroups(sets, "finding"))
    assert "finding=Fracture" not in groups  # no synthetic image has it
    assert len(groups) == 13
    members = groups["finding=Edema"]
    assert all((f.label("Edema") == 1).all() for f in members.values())
    with pytest.raises(InputError, match="grouping by 'age'"):
        next(subgroups(sets, "age"))
    rows = {r.metric: r for r in score_sets(members)[0]}
    assert {r.subgroup for r in rows.values()} == {"finding=Edema"}
    assert rows["precision"].n_real == len(members["real"]) < 120
    fresh = {n: FeatureSet(f.values, kind=n) for n, f in members.items()}
    for name in ("precision", "recall", "frechet_distance", "copy_share", "closer_to_train", "kernel_distance"):
        expected = score_sets(fresh, Scoring(metrics=[Choice(id=name)], intervals=False))[0][0].value
        assert rows[name].value == pytest.approx(expected, rel=1e-6), name
    overall, *_ = score_sets(sets, Scoring(metrics=[Choice(id="tstr_auroc", settings={"findings": "Edema"})]))
    assert rows["tstr_auroc"].value == overall[0].value  # the finding against the rest, on the whole sets
    assert rows["tstr_auroc"].n_real == 120
