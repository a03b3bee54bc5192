"""Rows of results: what runs, what is skipped, what is an error; subgroups."""

import json
from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from bench_core import registry
from bench_core.config import PROJECT, Config
from bench_core.engine.cluster import where
from bench_core.engine.scoring.protocol import checked_mode
from bench_core.engine.scoring.score_sets import PARTS, score_sets
from bench_core.errors import Cancelled, InputError, NotPossible, SettingError, UnknownName
from bench_core.features import FeatureSet
from bench_core.features.pairs import Pairs
from bench_core.features.place import Place, place, placed
from bench_core.spec import Choice, EvaluateSpec, Scoring


def plain(n: int, seed: int, kind: str, d: int = 6) -> FeatureSet:
    return FeatureSet(np.random.default_rng(seed).normal(size=(n, d)), kind=kind)


def test_every_metric_runs_on_whole_sets(sets: dict[str, FeatureSet]) -> None:
    heard: list[tuple[int, int, str]] = []
    results, per_image, _ = score_sets(sets, Scoring(seed=3), on_progress=lambda *a: heard.append(a))
    assert [r.metric for r in results] == list(registry.metrics())
    pixels = [r for r in results if "images" in registry.metrics()[r.metric].needs]  # these sets are matrices
    assert {r.status for r in pixels} == {"skipped"}
    few = [r for r in results if "needs 100 held-out patients" in r.message]
    assert {(r.metric, r.status) for r in few} == {("membership_tpr", "skipped")}
    rest = [r for r in results if r not in [*pixels, *few]]
    assert {r.status for r in rest} == {"ok"}
    for r in rest:
        assert r.value is not None
        assert r.low is not None
        assert r.null_low is not None
        assert (r.seed, r.subgroup, r.mode, r.encoder) == (3, "all", "corrected", "enc")
        assert (r.n_synthetic, r.n_real) == (80, 120)
        assert r.n_train == (80 if r.metric == "trtr_auroc" else 200)
        assert r.seconds > 0
    json.dumps([asdict(r) for r in results])  # plain numbers only
    assert heard[0] == (0, PARTS * len(results), registry.metrics()[results[0].metric].title)
    assert heard[-1][:2] == (PARTS * len(results), PARTS * len(results))
    assert {"precision", "copy_share", "image_text_alignment"} <= set(per_image)
    assert all(len(v) == 80 for v in per_image.values())


def test_without_intervals_there_are_values_only(sets: dict[str, FeatureSet]) -> None:
    with_, *_ = score_sets(sets)
    without, *_ = score_sets(sets, Scoring(intervals=False))
    assert [r.value for r in without] == [r.value for r in with_]
    assert {(r.low, r.high, r.matched, r.null, r.null_low, r.null_high) for r in without} == {(None,) * 6}


def test_what_cannot_run_is_skipped_unless_it_was_named() -> None:
    given = {"synthetic": plain(60, 0, "synthetic"), "real": plain(60, 1, "real")}
    rows = {r.metric: r for r in score_sets(given, Scoring(intervals=False))[0]}
    assert rows["frechet_distance"].status == "ok"
    assert rows["copy_share"].status == "skipped"
    assert "'train'" in rows["copy_share"].message
    assert rows["tstr_auroc"].status == rows["image_text_alignment"].status == "skipped"
    assert "labels" in rows["tstr_auroc"].message
    assert rows["tstr_auroc"].value is None
    for name, reason in [("copy_share", "'train'"), ("tstr_auroc", "labels"), ("image_text_alignment", "prompts")]:
        with pytest.raises(NotPossible, match=reason):
            score_sets(given, Scoring(metrics=[Choice(id="precision"), Choice(id=name)]))


def test_too_few_images_are_skipped_with_n_in_the_message() -> None:
    given = {"synthetic": plain(1, 0, "synthetic"), "real": plain(60, 1, "real")}
    (row,) = score_sets(given, Scoring(metrics=[Choice(id="frechet_distance")]))[0]
    assert (row.status, row.value) == ("skipped", None)
    assert "synthetic has n = 1" in row.message
    (row,) = score_sets({**given, "synthetic": plain(20, 0, "synthetic")}, Scoring(metrics=[Choice(id="recall", settings={"k": 30})]))[0]
    assert row.status == "skipped"
    assert "20" in row.message


def test_codes_are_compared_never_averaged() -> None:
    rng = np.random.default_rng(0)
    kinds = ("synthetic", "real", "train")
    sets = {k: FeatureSet(rng.integers(0, 9, (40, 12)), distance="hamming", kind=k, encoder="codes", logits=False) for k in kinds}
    rows = {r.metric: r for r in score_sets(sets, Scoring(intervals=False))[0]}
    vectors = [m.id for m in registry.metrics().values() if "vectors" in m.needs and "logits" not in m.needs]
    assert {"frechet_distance", "kernel_distance", "cmmd"} <= set(vectors)
    for name in vectors:
        assert rows[name].status == "skipped" and "codes gives codes" in rows[name].message
    assert {rows[name].status for name in ("precision", "coverage", "realism", "vendi_score", "copy_share")} == {"ok"}
    with pytest.raises(NotPossible, match="frechet_distance cannot run.*gives codes.*leave it out"):
        score_sets(sets, Scoring(metrics=[Choice(id="frechet_distance")]))
    protocol = {r.metric: r.status for r in score_sets(sets, Scoring(intervals=False, mode="compatible"))[0]}
    assert protocol["inception_score"] == "skipped" and protocol["precision"] == "ok"


def test_wrong_requests_are_errors_before_anything_is_computed(sets: dict[str, FeatureSet]) -> None:
    with pytest.raises(UnknownName, match="'precision'"):
        score_sets(sets, Scoring(metrics=[Choice(id="precison")]))
    with pytest.raises(SettingError, match="no setting 'kk'"):
        score_sets(sets, Scoring(metrics=[Choice(id="precision", settings={"kk": 3})]))
    with pytest.raises(SettingError, match="k = 0"):
        score_sets(sets, Scoring(metrics=[Choice(id="precision", settings={"k": 0})]))
    with pytest.raises(InputError, match="no mode"):
        checked_mode("other")
    with pytest.raises(ValueError, match="mode"):
        Scoring(mode="other")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no set role 'fake'"):
        score_sets({"fake": sets["real"]})
    with pytest.raises(InputError, match="real has 6 features.*synthetic has 5|synthetic has 5 features.*real has 6"):
        score_sets({**sets, "synthetic": plain(50, 0, "synthetic", d=5)}, Scoring(metrics=[Choice(id="precision")]))


def test_settings_reach_the_metric_and_the_row(sets: dict[str, FeatureSet]) -> None:
    (three,), *_ = score_sets(sets, Scoring(metrics=[Choice(id="precision", settings={"k": "3"})], intervals=False))
    (five,), *_ = score_sets(sets, Scoring(metrics=[Choice(id="precision")], intervals=False))
    assert (three.settings, five.settings) == ({"k": 3}, {"k": 5})
    assert three.value != five.value


def test_a_crash_is_a_failed_row(sets: dict[str, FeatureSet], monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise np.linalg.LinAlgError("did not converge")

    monkeypatch.setattr(np.linalg, "eigvalsh", crash)
    fresh = {name: features.take(np.arange(len(features))) for name, features in sets.items()}  # nothing is remembered of them
    rows, *_ = score_sets(fresh, Scoring(metrics=[Choice(id="frechet_distance"), Choice(id="precision")], intervals=False))
    assert (rows[0].status, rows[0].value) == ("failed", None)
    assert "did not converge" in rows[0].message
    assert rows[1].status == "ok"


def test_cancelling_stops(sets: dict[str, FeatureSet]) -> None:
    with pytest.raises(Cancelled):
        score_sets(sets, cancelled=lambda: True)


def test_draws_are_kept_of_metrics_that_have_an_interval_from_halves(sets: dict[str, FeatureSet]) -> None:
    rows, _, draws = score_sets(sets, Scoring(metrics=[Choice(id="recall"), Choice(id="kernel_distance")]))
    assert set(draws) == {"recall", "kernel_distance"} and all(d.shape == (40,) and np.isfinite(d).all() for d in draws.values())
    recall = next(r for r in rows if r.metric == "recall")
    assert recall.value - student.ppf(0.975, 39) * draws["recall"].std(ddof=1) == pytest.approx(recall.low)
    assert score_sets(sets, Scoring(metrics=[Choice(id="recall")], intervals=False)).draws == {}


def test_each_two_sets_are_compared_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[tuple[int, int]] = []
    run = Pairs._pass

    def counted(pairs: Pairs, *args: object, **more: object) -> object:
        passes.append((len(pairs.a), len(pairs.b)))
        return run(pairs, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Pairs, "_pass", counted)
    given = {"synthetic": plain(80, 0, "synthetic"), "real": plain(120, 1, "real")}
    chosen = [Choice(id=m) for m in ("kernel_distance", "density", "coverage", "recall", "precision", "cmmd")]
    rows, *_ = score_sets(given, Scoring(metrics=chosen, intervals=False))
    assert {r.status for r in rows} == {"ok"}
    assert sorted(tuple(sorted(p)) for p in passes) == [(80, 80), (80, 120), (120, 120)]


class Refused:
    """An executor, or whatever else may be set around a scoring, that must not be used."""

    slots = gpus = 1

    def __init__(self, address: str = "") -> None:
        pass

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} was used")

    def __call__(self, *_: object) -> None:
        raise AssertionError("It was called.")


def test_scores_do_not_depend_on_what_is_set_around_them(sets: dict[str, FeatureSet], monkeypatch: pytest.MonkeyPatch) -> None:
    """A run on a cluster around it, and somebody who watches: shards go out only where the executor is handed on."""
    scoring = Scoring(metrics=[Choice(id="precision"), Choice(id="frechet_distance")], seed=2)
    fresh = lambda: {role: FeatureSet(of.values, kind=role) for role, of in sets.items()}  # nothing is remembered
    alone = score_sets(fresh(), scoring)
    monkeypatch.setattr(where, "OnRay", Refused)
    config = Config.from_environment({"BENCH_ENGINE": "ray", "BENCH_RAY_ADDRESS": "127.0.0.1:1"})
    with where.engine_of(config) as executor, placed(report=Refused()):
        around = score_sets(fresh(), scoring)
        assert isinstance(executor, Refused) and place().report is not None
        with pytest.raises(AssertionError, match="map was used"):
            score_sets(fresh(), scoring, executor=executor)
    assert [replace(r, seconds=0) for r in around.results] == [replace(r, seconds=0) for r in alone.results]
    assert all((around.draws[m] == alone.draws[m]).all() for m in alone.draws) and set(around.draws) == set(alone.draws)


def test_an_evaluation_is_scored_as_its_fields_say(sets: dict[str, FeatureSet]) -> None:
    """The request of an evaluation is taken whole: no field can be left behind."""
    asked = {"metrics": [Choice(id="precision", settings={"k": 3})], "seed": 7, "intervals": False}
    spec = EvaluateSpec(synthetic="a", real="b", encoders=["e"], **asked)
    assert set(Scoring.model_fields) == {"metrics", "seed", "intervals", "mode"} and isinstance(spec, Scoring)
    (one,), *_ = score_sets(sets, spec)
    (other,), *_ = score_sets(sets, Scoring(**asked))
    assert replace(one, seconds=0) == replace(other, seconds=0) and one.seed == 7 and one.low is None


def test_a_metric_sees_the_place_and_no_executor() -> None:
    """One thing is ambient in all of bench_core: `features.place.Place`, which names no executor."""
    files = {p: p.read_text(encoding="utf-8") for p in (PROJECT / "bench_core").rglob("*.py")}
    assert [p.name for p, text in files.items() if "ContextVar" in text] == ["place.py"]
    assert {f.name for f in fields(Place)} == {"report", "carrier", "adder", "gpu", "parts"}


class Kept(dict[str, Any]):
    """Finished metrics, as JSON has them."""

    def put(self, name: str, value: Any) -> None:
        self[name] = json.loads(json.dumps(value))


def test_a_scoring_that_was_stopped_goes_on_after_the_metrics_that_it_finished(
    sets: dict[str, FeatureSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench_core.engine.scoring.score_sets.WORTH_KEEPING", 0.0)
    scoring = Scoring(metrics=[Choice(id="recall"), Choice(id="frechet_distance"), Choice(id="precision")])
    whole, kept, begun = score_sets(sets, scoring), Kept(), []

    def on_progress(done: int, total: int, what: str) -> None:
        begun.append(done)

    with placed(parts=kept), pytest.raises(Cancelled):
        score_sets(sets, scoring, on_progress=on_progress, cancelled=lambda: bool(begun) and begun[-1] >= 2 * PARTS)
    assert list(kept) == ["0 recall", "1 frechet_distance"]
    with placed(parts=kept):
        again = score_sets(sets, scoring)
    assert list(kept) == ["0 recall", "1 frechet_distance", "2 precision"]
    assert [asdict(replace(r, seconds=0.0)) for r in again.results] == [asdict(replace(r, seconds=0.0)) for r in whole.results]
    assert set(again.per_image) == set(whole.per_image) and set(again.draws) == set(whole.draws)
    for name, values in whole.draws.items():
        np.testing.assert_array_equal(again.draws[name], values)
    for name, values in whole.per_image.items():
        np.testing.assert_array_equal(again.per_image[name], values)
    assert [r.seconds for r in again.results][:2] == [kept[part]["result"]["seconds"] for part in ("0 recall", "1 frechet_distance")]
