"""MS-SSIM over pairs of a set: which pairs, and what they say."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench_core import registry
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.engine.scoring.uncertainty import measure
from bench_core.errors import InputError, SettingError, TooFewImages, TooSmallImages
from bench_core.features import FeatureSet
from bench_core.metrics.variety import ms_ssim_diversity as diversity_module
from bench_core.metrics.variety.ms_ssim_diversity import ms_ssim_diversity
from bench_core.settings_model import check
from bench_core.spec import Choice, Scoring
from tests.metrics.films import films, pictured, slow_ms_ssim


def test_diversity_of_few_images_is_the_mean_over_all_pairs() -> None:
    stack = films(7)
    expected = [slow_ms_ssim(stack[i], stack[j]) for i, j in zip(*np.triu_indices(7, 1), strict=True)]
    assert ms_ssim_diversity(pictured(stack)).value == pytest.approx(np.mean(expected), abs=1e-5)
    assert ms_ssim_diversity(pictured(np.repeat(stack[:1], 6, axis=0))).value == 1
    half = ms_ssim_diversity(pictured(films(7, spread=0.5))).value
    assert np.mean(expected) + 0.02 < half < 1


def drawn(features: FeatureSet, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> list[tuple[int, int]]:
    """The pairs that the metric computes, in order."""
    found: list[tuple[int, int]] = []

    def count(stack: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        found.extend(zip(a.tolist(), b.tolist(), strict=True))
        return np.ones(len(a))

    monkeypatch.setattr(diversity_module, "ms_ssim", count)
    ms_ssim_diversity(features, **settings)
    return sorted(found)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> FeatureSet:
    """60 different tiny pictures, for what depends on which pairs are drawn only."""
    stack = np.random.default_rng(0).integers(0, 256, (60, 8, 8)).astype(np.uint8)
    monkeypatch.setattr(diversity_module, "pictures", lambda features, side: stack)
    labels = pd.DataFrame({"Edema": (np.arange(60) < 20) * 1.0, "Fracture": [1.0, -1, np.nan, 0] * 15})
    return pictured(stack, prompts=np.arange(60) // 3, labels=labels)


def test_pairs_are_within_what_was_asked_for(small: FeatureSet, monkeypatch: pytest.MonkeyPatch) -> None:
    every = drawn(small, monkeypatch)
    assert len(every) == len(set(every)) == 180  # three an image
    assert all(i < j for i, j in every)
    assert len({i for pair in every for i in pair}) > 55
    assert len(drawn(small.take(range(60)), monkeypatch, pairs=50, draw=1)) > 25
    fresh = pictured(small.images.meta["stack"], prompts=small.prompts, labels=small.labels)  # type: ignore[union-attr]
    within = drawn(fresh, monkeypatch, within="prompt")
    assert within == [(i, j) for i in range(60) for j in range(i + 1, 60) if i // 3 == j // 3]
    fresh = pictured(small.images.meta["stack"], prompts=small.prompts, labels=small.labels)  # type: ignore[union-attr]
    edema, fracture = small.label("Edema") == 1, small.label("Fracture") == 1
    shared = drawn(fresh, monkeypatch, within="finding", pairs=10_000)
    assert len(shared) == 180
    assert all((edema[i] and edema[j]) or (fracture[i] and fracture[j]) for i, j in shared)


def test_subsets_share_the_pairs_of_the_whole(small: FeatureSet, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set(drawn(small, monkeypatch, pairs=40))
    assert len(seen) == 40
    half = np.sort(np.random.default_rng(0).permutation(60)[:30])
    new = drawn(small.take(half), monkeypatch, pairs=40)
    kept = [p for p in seen if set(p) <= set(half.tolist())]
    assert kept
    assert len(new) == 40 - len(kept)  # what is there is used, and filled up
    assert drawn(small.take(half[::-1]), monkeypatch, pairs=40) == []  # nothing is computed twice


def test_large_groups_are_thinned(small: FeatureSet, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(drawn(small, monkeypatch, pairs=3)) == 3
    marks = np.arange(100_000, dtype=np.uint64) ** np.uint64(3)
    a, b = diversity_module._pairs(marks, [np.zeros(len(marks), int)], 500, 0)
    assert len(a) == 500
    assert len(np.unique(np.r_[a, b])) > 500
    a, b = diversity_module._pairs(marks, [np.arange(len(marks)) // 2], 500, 0)
    assert len(a) == 500
    assert (a // 2 == b // 2).all()


def test_diversity_does_not_depend_on_order_or_n() -> None:
    stack = films(40)
    order = np.random.default_rng(0).permutation(40)
    whole = ms_ssim_diversity(pictured(stack)).value
    assert ms_ssim_diversity(pictured(stack[order])).value == pytest.approx(whole, abs=1e-9)
    assert ms_ssim_diversity(pictured(stack).take(np.arange(12))).value == pytest.approx(whole, abs=0.02)
    assert ms_ssim_diversity(pictured(stack), draw=1).value == pytest.approx(whole, abs=0.01)


def test_diversity_says_what_is_missing() -> None:
    with pytest.raises(TooFewImages, match="n = 1 images but no two;"):
        ms_ssim_diversity(pictured(films(1)))
    with pytest.raises(TooFewImages, match="no two of one prompt"):
        ms_ssim_diversity(pictured(films(3), prompts=["a", "b", "c"]), within="prompt")
    with pytest.raises(TooFewImages, match="no prompts"):
        ms_ssim_diversity(pictured(films(3)), within="prompt")
    with pytest.raises(TooFewImages, match="no labels"):
        ms_ssim_diversity(pictured(films(3)), within="finding")
    with pytest.raises(TooSmallImages, match=r"synthetic: image 0 is 150 x 150 pixels, side is 192"):
        ms_ssim_diversity(pictured(films(3, side=150)))
    with pytest.raises(InputError, match="without images"):
        ms_ssim_diversity(FeatureSet(np.eye(3)))
    metric = registry.find_metric("ms_ssim_diversity")
    for bad in (160, 200):  # too small for five scales; scales that do not halve evenly
        with pytest.raises(SettingError, match=f"side = {bad}"):
            check(metric.settings, {"side": bad}, "ms_ssim_diversity")


def test_small_images_are_a_skipped_row() -> None:
    rows, *_ = score_sets({"synthetic": pictured(films(12, side=64))}, Scoring(metrics=[Choice(id="ms_ssim_diversity")]))
    assert rows[0].status == "skipped"
    assert "64 x 64 pixels" in rows[0].message


def test_findings_are_in_the_table() -> None:
    stack = films(8)
    stack[:4] = stack[:1]
    labels = pd.DataFrame({"Edema": [1.0] * 4 + [0] * 4, "Fracture": [0.0] * 4 + [1] * 4})
    table = ms_ssim_diversity(pictured(stack, labels=labels)).tables["findings"].set_index("finding")
    assert table.loc["Edema", "ms_ssim"] == 1
    assert table.loc["Fracture", "ms_ssim"] < 0.95
    assert (table["pairs"] == 6).all()


@pytest.mark.parametrize("name", ["ms_ssim_diversity", "mean_image_size"])
def test_a_collapsed_set_is_outside_its_null_and_a_perfect_one_inside(name: str) -> None:
    metric = registry.find_metric(name)
    real = pictured(films(60, 1), kind="real", subjects=np.arange(60) // 2)
    for stack, inside in ((films(40, 2), True), (films(40, 2, spread=0.5), False)):
        if not inside:
            stack = stack[:1] // 2 + stack // 2
        found = measure(metric, {"real": real, "synthetic": pictured(stack)}, settings=metric.settings().model_dump())
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.score.value <= found.high
        assert found.matched is not None
        assert found.null_low is not None
        assert found.null_high is not None
        assert (found.null_low <= found.matched <= found.null_high) == inside
        assert inside or found.matched > found.null_high
