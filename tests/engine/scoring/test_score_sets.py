"""Rows of results: what runs, what is skipped, what is an error; subgroups."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from scipy.stats import t as student

from bench_core import registry
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.errors import Cancelled, InputError, NotPossible, SettingError, UnknownName
from bench_core.features import FeatureSet
from bench_core.features.pairs import Pairs
from bench_core.spec import Choice


def plain(n: int, seed: int, kind: str, d: int = 6) -> FeatureSet:
    return FeatureSet(np.random.default_rng(seed).normal(size=(n, d)), kind=kind)


def test_every_metric_runs_on_whole_sets(sets: dict[str, FeatureSet]) -> None:
    heard: list[tuple[int, int, str]] = []
    results, per_image = score_sets(sets, seed=3, on_progress=lambda *a: heard.append(a))
    assert [r.metric for r in results] == list(registry.metrics())
    pixels = [r for r in results if "images" in registry.metrics()[r.metric].needs]  # these sets are matrices
    assert {r.status for r in pixels} == {"skipped"}
    rest = [r for r in results if r not in pixels]
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
    assert heard[0] == (0, len(results), registry.metrics()[results[0].metric].title)
    assert heard[-1][:2] == (len(results), len(results))
    assert {"precision", "copy_share", "image_text_alignment"} <= set(per_image)
    assert all(len(v) == 80 for v in per_image.values())


def test_without_intervals_there_are_values_only(sets: dict[str, FeatureSet]) -> None:
    with_, _ = score_sets(sets)
    without, _ = score_sets(sets, intervals=False)
    assert [r.value for r in without] == [r.value for r in with_]
    assert {(r.low, r.high, r.matched, r.null, r.null_low, r.null_high) for r in without} == {(None,) * 6}


def test_what_cannot_run_is_skipped_unless_it_was_named() -> None:
    given = {"synthetic": plain(60, 0, "synthetic"), "real": plain(60, 1, "real")}
    rows = {r.metric: r for r in score_sets(given, intervals=False)[0]}
    assert rows["frechet_distance"].status == "ok"
    assert rows["copy_share"].status == "skipped"
    assert "'train'" in rows["copy_share"].message
    assert rows["tstr_auroc"].status == rows["image_text_alignment"].status == "skipped"
    assert "labels" in rows["tstr_auroc"].message
    assert rows["tstr_auroc"].value is None
    for name, reason in [("copy_share", "'train'"), ("tstr_auroc", "labels"), ("image_text_alignment", "prompts")]:
        with pytest.raises(NotPossible, match=reason):
            score_sets(given, metrics=[Choice(id="precision"), Choice(id=name)])


def test_too_few_images_are_skipped_with_n_in_the_message() -> None:
    given = {"synthetic": plain(1, 0, "synthetic"), "real": plain(60, 1, "real")}
    (row,) = score_sets(given, metrics=[Choice(id="frechet_distance")])[0]
    assert (row.status, row.value) == ("skipped", None)
    assert "synthetic has n = 1" in row.message
    (row,) = score_sets({**given, "synthetic": plain(20, 0, "synthetic")}, metrics=[Choice(id="recall", settings={"k": 30})])[0]
    assert row.status == "skipped"
    assert "20" in row.message


def test_codes_are_compared_never_averaged() -> None:
    rng = np.random.default_rng(0)
    kinds = ("synthetic", "real", "train")
    sets = {k: FeatureSet(rng.integers(0, 9, (40, 12)), distance="hamming", kind=k, encoder="codes", logits=False) for k in kinds}
    rows = {r.metric: r for r in score_sets(sets, intervals=False)[0]}
    vectors = [m.id for m in registry.metrics().values() if "vectors" in m.needs and "logits" not in m.needs]
    assert {"frechet_distance", "kernel_distance", "cmmd"} <= set(vectors)
    for name in vectors:
        assert rows[name].status == "skipped" and "codes gives codes" in rows[name].message
    assert {rows[name].status for name in ("precision", "coverage", "realism", "vendi_score", "copy_share")} == {"ok"}
    with pytest.raises(NotPossible, match="frechet_distance cannot run.*gives codes.*leave it out"):
        score_sets(sets, metrics=[Choice(id="frechet_distance")])
    protocol = {r.metric: r.status for r in score_sets(sets, intervals=False, mode="compatible")[0]}
    assert protocol["inception_score"] == "skipped" and protocol["precision"] == "ok"


def test_wrong_requests_are_errors_before_anything_is_computed(sets: dict[str, FeatureSet]) -> None:
    with pytest.raises(UnknownName, match="'precision'"):
        score_sets(sets, metrics=[Choice(id="precison")])
    with pytest.raises(SettingError, match="no setting 'kk'"):
        score_sets(sets, metrics=[Choice(id="precision", settings={"kk": 3})])
    with pytest.raises(SettingError, match="k = 0"):
        score_sets(sets, metrics=[Choice(id="precision", settings={"k": 0})])
    with pytest.raises(InputError, match="no mode"):
        score_sets(sets, mode="other")
    with pytest.raises(InputError, match="no set role 'fake'"):
        score_sets({"fake": sets["real"]})
    with pytest.raises(InputError, match="real has 6 features.*synthetic has 5|synthetic has 5 features.*real has 6"):
        score_sets({**sets, "synthetic": plain(50, 0, "synthetic", d=5)}, metrics=[Choice(id="precision")])


def test_settings_reach_the_metric_and_the_row(sets: dict[str, FeatureSet]) -> None:
    (three,), _ = score_sets(sets, metrics=[Choice(id="precision", settings={"k": "3"})], intervals=False)
    (five,), _ = score_sets(sets, metrics=[Choice(id="precision")], intervals=False)
    assert (three.settings, five.settings) == ({"k": 3}, {"k": 5})
    assert three.value != five.value


def test_a_crash_is_a_failed_row(sets: dict[str, FeatureSet], monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise np.linalg.LinAlgError("did not converge")

    monkeypatch.setattr(np.linalg, "eigvalsh", crash)
    fresh = {name: features.take(np.arange(len(features))) for name, features in sets.items()}  # nothing is remembered of them
    rows, _ = score_sets(fresh, metrics=[Choice(id="frechet_distance"), Choice(id="precision")], intervals=False)
    assert (rows[0].status, rows[0].value) == ("failed", None)
    assert "did not converge" in rows[0].message
    assert rows[1].status == "ok"


def test_cancelling_stops(sets: dict[str, FeatureSet]) -> None:
    with pytest.raises(Cancelled):
        score_sets(sets, cancelled=lambda: True)


def test_draws_are_kept_of_metrics_that_have_an_interval_from_halves(sets: dict[str, FeatureSet]) -> None:
    draws: dict[str, np.ndarray] = {}
    rows, _ = score_sets(sets, metrics=[Choice(id="recall"), Choice(id="kernel_distance")], draws=draws)
    assert set(draws) == {"recall", "kernel_distance"} and all(d.shape == (40,) and np.isfinite(d).all() for d in draws.values())
    recall = next(r for r in rows if r.metric == "recall")
    assert recall.value - student.ppf(0.975, 39) * draws["recall"].std(ddof=1) == pytest.approx(recall.low)
    none: dict[str, np.ndarray] = {}
    score_sets(sets, metrics=[Choice(id="recall")], intervals=False, draws=none)
    assert none == {}


def test_each_two_sets_are_compared_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[tuple[int, int]] = []
    run = Pairs._pass

    def counted(pairs: Pairs, *args: object, **more: object) -> object:
        passes.append((len(pairs.a), len(pairs.b)))
        return run(pairs, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Pairs, "_pass", counted)
    given = {"synthetic": plain(80, 0, "synthetic"), "real": plain(120, 1, "real")}
    chosen = [Choice(id=m) for m in ("kernel_distance", "density", "coverage", "recall", "precision", "cmmd")]
    rows, _ = score_sets(given, metrics=chosen, intervals=False)
    assert {r.status for r in rows} == {"ok"}
    assert sorted(tuple(sorted(p)) for p in passes) == [(80, 80), (80, 120), (120, 120)]
