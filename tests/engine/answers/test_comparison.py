"""Differences of sets on shared halves, chances of being on the front, and what few sets can say about metrics."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm as normal

from bench_core import api, registry
from bench_core.cli import main
from bench_core.engine.answers.comparison import (
    DRAWS,
    NumberWithDraws,
    at_one_size,
    difference,
    pareto_front,
    pareto_probability,
    shortfall,
)
from bench_core.engine.keys import draws_key
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.errors import InputError, UnknownName
from bench_core.features import FeatureSet
from bench_core.registry import Target
from bench_core.spec import Choice, Scoring
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, QUICK, REFERENCE, evaluate, evaluation

METRICS = registry.metrics()


LOWER, HIGHER = METRICS["frechet_distance"], METRICS["recall"]


ASKED = [Choice(id=m) for m in ("frechet_distance", "kernel_distance", "precision")]


def plain(n: int, seed: int, kind: str, shift: float = 0.0) -> FeatureSet:
    return FeatureSet(np.random.default_rng(seed).normal(size=(n, 5)) + shift, kind=kind)


def measured(synthetic: FeatureSet, real: FeatureSet) -> dict[str, NumberWithDraws]:
    rows, _, draws = score_sets({"real": real, "synthetic": synthetic}, Scoring(metrics=ASKED))
    return {r.metric: NumberWithDraws(r.value, r.matched, r.null, draws[r.metric], len(synthetic)) for r in rows}


@pytest.fixture(scope="module")
def sets() -> dict[str, dict[str, NumberWithDraws]]:
    """Two equally good sets and a clearly worse one, against one real set."""
    real = plain(90, 1, "real")
    shifts = {"one": (2, 0.0), "two": (3, 0.0), "worse": (4, 0.9)}
    return {name: measured(plain(80, seed, "synthetic", shift), real) for name, (seed, shift) in shifts.items()}


@pytest.mark.parametrize("name", [c.id for c in ASKED])
def test_equal_sets_do_not_differ_and_a_clearly_worse_one_does(sets, name: str) -> None:
    metric = METRICS[name]
    same = difference(sets["one"][name], sets["one"][name], metric)
    assert (same["difference"], same["low"], same["high"], same["excludes_zero"], same["better"]) == (0, 0, 0, False, "")
    equal = difference(sets["one"][name], sets["two"][name], metric)
    assert equal["low"] < 0 < equal["high"] and not equal["excludes_zero"]
    apart = difference(sets["worse"][name], sets["one"][name], metric)
    assert apart["excludes_zero"] and apart["better"] == "second"
    turned = difference(sets["one"][name], sets["worse"][name], metric)
    assert (turned["difference"], turned["low"], turned["high"]) == (-apart["difference"], -apart["high"], -apart["low"])


def test_what_the_real_images_do_to_both_sets_drops_out() -> None:
    shared, rng = 10 * np.random.default_rng(0).normal(size=40), np.random.default_rng(1)
    one, two = (NumberWithDraws(v, v, 0.0, v + shared + 0.1 * rng.normal(size=40), 50) for v in (5.0, 6.0))
    found = difference(one, two, LOWER)
    assert found["excludes_zero"] and found["better"] == "first"
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * 0.1 * 2**0.5, rel=0.4)


def test_sets_of_different_size_are_compared_at_one_size() -> None:
    """The larger set by its matched value at the size of the smaller one; without such a value nothing is said."""
    draws = np.zeros(40)
    small = NumberWithDraws(9.0, 5.0, 4.0, draws, 20, width=1.0, at={20: 5.0})
    large = NumberWithDraws(4.5, 3.5, 3.0, draws, 200, width=0.1, at={150: 3.5, 20: 5.5})
    assert difference(small, large, LOWER) | {"low": 0, "high": 0} == {
        "difference": -0.5, "low": 0, "high": 0, "excludes_zero": True, "better": "first", "basis": "matched",
    }  # fmt: skip
    assert difference(small, replace(large, n=20, at={}), LOWER)["basis"] == "value"
    for apart in (replace(large, at={150: 3.5}), replace(large, at={}), replace(large, matched=None)):
        found = difference(small, apart, LOWER)
        assert np.isnan(found["difference"]) and not found["excludes_zero"] and found["better"] == found["basis"] == ""
    one = at_one_size({"small": small, "large": large, "old": replace(large, at={})})
    assert set(one) == {"small", "large"} and (one["large"].matched, one["large"].null, one["large"].width) == (5.5, 4.0, 1.0)


def test_the_better_one_is_nearer_to_a_goal_that_is_a_value() -> None:
    middle, draws = replace(LOWER, goal=Target(0.5)), np.zeros(40)
    far, near = NumberWithDraws(0.1, None, None, draws, 9), NumberWithDraws(0.6, None, None, draws, 9)
    assert difference(far, near, middle)["better"] == "second"


def test_draws_of_a_jackknife_have_its_spread_and_follow_the_halves(sets) -> None:
    real = plain(90, 1, "real")
    chosen = Scoring(metrics=[Choice(id="kernel_distance")])
    (row,), _, draws = score_sets({"real": real, "synthetic": plain(80, 4, "synthetic", 0.9)}, chosen)
    found = draws["kernel_distance"]
    assert found.shape == (40,)
    assert np.std(found, ddof=1) == pytest.approx((row.high - row.low) / 3.92, rel=0.35)
    assert np.corrcoef(found, sets["worse"]["frechet_distance"].draws)[0, 1] > 0.4  # both rise with the same halves


def fixed(*values: float, null: float = 0.0, spread: float = 0.0, seed: int = 0) -> list[list[NumberWithDraws]]:
    """Sets on one axis, each with its own noise."""
    rng = np.random.default_rng(seed)
    return [[NumberWithDraws(v, v, null, v + spread * rng.normal(size=40), 10)] for v in values]


def test_chances_are_certain_without_noise_and_shared_between_equals() -> None:
    assert pareto_probability(fixed(1.0, 2.0, 3.0), [LOWER]).tolist() == [1, 0, 0]
    assert pareto_probability(fixed(1.0, 1.0), [LOWER]).tolist() == [1, 1]  # ties all belong
    even = pareto_probability(fixed(5.0, 5.0, spread=1.0), [LOWER])
    assert even.sum() == pytest.approx(1) and 0.25 < even[0] < 0.75  # without a null nothing ties: on one axis, exactly one wins a draw
    assert pareto_probability([], [LOWER]).tolist() == []


@pytest.mark.parametrize("level", [4.0, 9.0])  # as good as perfect, and equally bad
def test_equal_sets_are_all_on_the_front(level: float) -> None:
    """Five equal sets on two axes got 0.37 each: half-samples of one set beat those of the other by chance. A worse one is not on it."""
    chances, rng = [], np.random.default_rng(0)

    def one(centre: float) -> NumberWithDraws:
        return NumberWithDraws(centre, centre, 4.0, 0.5 * rng.normal(size=40), 10, width=1.2)

    for _ in range(20):
        rows = [[one(level + 0.5 * rng.normal()) for _ in range(2)] for _ in range(5)]
        chances.append(pareto_probability([*rows, [one(level + 8.0)] * 2], [LOWER, LOWER]))
    found = np.mean(chances, axis=0)
    assert (found[:5] > 0.7).all() and found[5] < 0.01
    assert pareto_probability([[replace(m, width=0.0) for m in row] for row in rows], [LOWER, LOWER], raw=True).mean() < 0.6


def test_chances_are_finer_than_the_stored_draws() -> None:
    """2,000 joint draws with the covariance of the 40: what moves both sets drops out, what moves one decides."""
    shared, rng = 10 * np.random.default_rng(0).normal(size=40), np.random.default_rng(1)
    one, two = ([NumberWithDraws(v, v, 0.0, v + shared + 0.5 * rng.normal(size=40), 50)] for v in (5.0, 6.0))
    found = pareto_probability([one, two], [LOWER])
    spread = np.std(one[0].draws - two[0].draws, ddof=1)
    assert found[0] == pytest.approx(normal.cdf(1 / spread), abs=0.03) and 1 < found[1] * DRAWS < DRAWS / 2


def test_who_is_better_than_perfect_is_not_better_than_who_is_perfect() -> None:
    found = fixed(0.5, 4.0, 9.0, null=4.0)
    assert pareto_probability(found, [LOWER]).tolist() == [1, 1, 0]
    assert pareto_probability(found, [LOWER], raw=True).tolist() == [1, 0, 0]


def test_two_axes_keep_both_ends_of_a_trade_off() -> None:
    draws = np.zeros(40)
    rows = [[NumberWithDraws(a, a, 0.0, draws, 9), NumberWithDraws(b, b, 1.0, draws, 9)] for a, b in ((1, 0.5), (5, 0.9), (6, 0.4))]
    assert pareto_probability(rows, [LOWER, HIGHER]).tolist() == [1, 1, 0]
    assert shortfall(0.9, 1.0, HIGHER) == pytest.approx(0.1) and shortfall(1.2, 1.0, HIGHER) == 0
    assert pareto_front(np.array([[0, 0], [0, 0], [0, 1], [np.nan, -5]])).tolist() == [True, True, False, False]


def test_requests_that_make_no_sense_are_errors(workspace: Workspace) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'precision'"):
        api.compare(api.Reference("r", None, "e"), metrics=["precison"])
    with pytest.raises(InputError, match="No metric"):
        api.pareto(api.Reference("r", None, "e"), metrics=[])


def test_sets_of_one_reference_are_compared_from_stored_draws(study: Workspace, tmp_path: Path):
    evaluate(evaluation())
    evaluate(evaluation("copies"))
    table = api.compare(REFERENCE)
    assert set(table["metric"]) == {c.id for c in QUICK}
    assert {(r["first"], r["second"]) for r in table.to_dict("records")} in ({("fresh", "copies")}, {("copies", "fresh")})
    row = table.set_index("metric").loc["nearest_train_distance"]
    assert row["excludes_zero"] and row[row["better"]] == "fresh"
    values = (
        api.results().query("metric == 'nearest_train_distance'").set_index("set_name")["matched"]
    )  # both at 20, half of the real images
    assert row["difference"] == pytest.approx(values[row["first"]] - values[row["second"]]) and row["basis"] == "matched"
    chance = api.pareto(REFERENCE, ["nearest_train_distance"]).set_index("set_name")["probability"]
    assert chance.to_dict() == {"fresh": 1, "copies": 0}
    assert list(api.pareto(REFERENCE, ["copy_share"], synthetic=["copies"])["set_name"]) == ["copies"]
    assert api.redundancy(REFERENCE).empty  # two sets have no rank correlation
    assert study.derived.count("draws") == 2
    out = tmp_path / "compared.json"
    assert main(["compare", "--real", "real", "--train", "train", "--encoder", ENCODER, "--metrics", "copy_share", "--json", str(out)]) == 0
    written = json.loads(out.read_text())
    assert [len(written[k]) for k in ("differences", "pareto", "redundancy")] == [1, 2, 0]


def test_numbers_without_draws_are_made_again(study: Workspace):
    first = evaluate(evaluation())
    study.derived.forget([draws_key(study.results.rows()[0]["step_key"])])
    assert api.pareto(REFERENCE, ["copy_share"]).empty and api.compare(REFERENCE).empty
    evaluate(evaluation())
    assert list(api.pareto(REFERENCE, ["copy_share"])["set_name"]) == ["fresh"]
    evaluate(evaluation(intervals=False, seed=5))
    assert study.derived.count("draws") == 1
    for run_id in [first.id, *api.runs()["id"]]:
        if run_id in set(api.runs()["id"]) and api.run(run_id).kind == "evaluate":
            api.delete_run(run_id)
    assert study.derived.count("draws") == 0


@pytest.mark.parametrize(("units", "quantile"), [(100, 2.0227), (12, 2.2010)])
def test_the_interval_of_a_difference_is_students(units: int, quantile: float) -> None:
    """Of 40 draws at most; of the units of the smaller set where these are fewer."""
    rng = np.random.default_rng(2)
    draws = rng.normal(size=(2, 40))
    one, two = (NumberWithDraws(0.0, 0.0, 0.0, of, n) for of, n in zip(draws, (units, 100), strict=True))
    one, two = replace(one, at={units: 0.0}), replace(two, at={100: 0.0, units: 0.0})
    found = difference(one, two, LOWER)
    assert (found["high"] - found["low"]) / 2 == pytest.approx(quantile * np.std(draws[0] - draws[1], ddof=1), rel=1e-4)
