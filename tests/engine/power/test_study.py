"""Power where the truth is known: shares rise with a planted strength, and chance is flagged as rarely as promised."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bench_core import registry
from bench_core.data import FINDINGS, Score
from bench_core.engine.power.cells import Cell, cells_of, lacking
from bench_core.engine.power.judging import chosen, side_of
from bench_core.engine.power.study import PowerPlan, PowerStudy
from bench_core.engine.scoring.uncertainty import Measurement
from bench_core.features import FeatureSet
from bench_core.registry import target
from bench_core.spec import Choice

WIDTH = 8


def features(n: int, kind: str, seed: int, labelled: bool = True) -> FeatureSet:
    rng = np.random.default_rng(seed)
    labels = (rng.random((n, len(FINDINGS))) < 0.3).astype(float)
    values = rng.normal(size=(n, WIDTH)) + 0.6 * labels @ np.random.default_rng(9).normal(size=(len(FINDINGS), WIDTH))
    more = {"labels": pd.DataFrame(labels, columns=list(FINDINGS))} if labelled else {}
    return FeatureSet(values, subjects=[f"{kind}{i // 2}" for i in range(n)], kind=kind, **more)


def shares(metrics: list[str], faults: list[str], repeats: int = 20, n: int = 60) -> pd.DataFrame:
    sets = {"real": features(500, "real", 1), "train": features(300, "train", 2)}
    plan = PowerPlan(cells_of(faults, sets), [Choice(id=m) for m in metrics], n, repeats)
    found = pd.DataFrame(PowerStudy(sets, plan).carried_out())
    return found.assign(share=found["worse"] / found["repeats"]).set_index(["metric", "fault", "strength"])


def test_shares_rise_with_what_is_planted_and_chance_is_rare() -> None:
    metrics = ["authenticity", "nearest_train_distance", "vendi_score", "finding_agreement"]
    found = shares(metrics, ["copies", "collapsed_modes", "shuffled_labels"], repeats=15).sort_index()
    exact = found.loc[("nearest_train_distance", "copies"), "share"]
    assert exact.is_monotonic_increasing and exact.iloc[-1] == 1.0
    assert found.loc[("authenticity", "copies"), "share"].iloc[-1] == 1.0
    assert found.loc[("vendi_score", "collapsed_modes"), "share"].iloc[-1] == 1.0
    assert found.loc[("finding_agreement", "shuffled_labels"), "share"].iloc[-1] == 1.0
    outside = (found["worse"] + found["better"]) / found["repeats"]
    assert outside.loc[(slice(None), "")].mean() <= 0.12  # 4 metrics on 15 generators: promised are 0.05


def test_a_study_is_the_same_again() -> None:
    one, two = (shares(["copy_share"], ["copies"], repeats=5) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)


def test_what_a_fault_lacks_is_said_and_it_is_left_out() -> None:
    plain = {"real": features(60, "real", 1, labelled=False)}
    assert {cell.id for cell in cells_of(None, plain)} == {"", "collapsed_modes", "shuffled_labels"}
    assert "needs training images" in lacking(registry.find_fault("copies"), plain)
    assert "changes pixels" in lacking(registry.find_fault("blur"), plain)
    assert "needs finding labels" in lacking(registry.find_fault("lost_finding"), plain)
    labelled = cells_of(["lost_finding"], {"real": features(60, "real", 1)})
    assert labelled[0] == Cell(None) and len(labelled) == 1 + 2 * 13


def test_metrics_of_slow_repeats_must_be_named() -> None:
    usual = {choice.id for choice in chosen(None, registry.metrics())}
    assert "likelihood_divergence" not in usual and "trtr_auroc" not in usual and "frechet_distance" in usual
    assert [c.id for c in chosen([Choice(id="likelihood_divergence")], registry.metrics())] == ["likelihood_divergence"]


@pytest.mark.parametrize(
    ("goal", "matched", "side"),
    [("minimize", 3.0, "worse"), ("minimize", 0.0, "better"), ("maximize", 0.0, "worse"), ("maximize", 3.0, "better"),
     ("minimize", 1.5, "inside"), (target(1.5), 0.0, "worse"), (target(1.5), 3.0, "worse"), ("minimize", None, None)],
)  # fmt: skip
def test_which_side_of_a_range_is_the_worse_one(goal: object, matched: float | None, side: str | None) -> None:
    metric = replace(registry.find_metric("frechet_distance"), goal=goal)
    found = Measurement(Score(0.0), matched=matched, null=None if matched is None else 1.5, null_low=1.0, null_high=2.0)
    assert side_of(found, metric) == side
