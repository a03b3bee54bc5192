"""Metrics on pixels: MS-SSIM against a package and a slow reference, which pairs are drawn, the mean image and its size."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy.ndimage import correlate1d, gaussian_filter

from bench_core import registry
from bench_core.data import ImageSet
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.engine.scoring.uncertainty import measure
from bench_core.errors import Cancelled, InputError, SettingError, TooFewImages, TooSmallImages
from bench_core.features import FeatureSet
from bench_core.features.place import placed
from bench_core.metrics import pictures as reading
from bench_core.metrics import structural_similarity
from bench_core.metrics.pictures import SIDE, pictures
from bench_core.metrics.structural_similarity import ms_ssim
from bench_core.metrics.variety import mean_image_size as size_module
from bench_core.metrics.variety import ms_ssim_diversity as diversity_module
from bench_core.metrics.variety.mean_image_size import mean_image_size
from bench_core.metrics.variety.ms_ssim_diversity import ms_ssim_diversity
from bench_core.settings_model import check
from bench_core.spec import Choice, Scoring
from tests.reference import variety as reference


class Held(ImageSet):
    """Pictures that are held in memory."""

    def read(self, row: int) -> np.ndarray:
        """The picture of that row."""
        return self.meta["stack"][row]


def pictured(stack: Any, kind: str = "synthetic", **more: Any) -> FeatureSet:
    """A set of those pictures."""
    images = Held("", "", "synthetic", Path(), pd.DataFrame(index=range(len(stack))), meta={"stack": stack})
    return FeatureSet(np.arange(len(stack))[:, None], kind=kind, images=images, **more)


def films(n: int, seed: int = 0, side: int = SIDE, spread: float = 1.0) -> np.ndarray:  # (n, side, side) uint8
    """One scene with `spread` times as much of its own in each picture."""
    rng = np.random.default_rng(seed)
    scene = gaussian_filter(np.random.default_rng(99).normal(size=(side, side)), 15) * 1500
    own = np.stack([gaussian_filter(rng.normal(size=(side, side)), 4) * 250 for _ in range(n)])
    return np.clip(128 + scene + spread * own, 0, 255).astype(np.uint8)


def slow_ms_ssim(x: np.ndarray, y: np.ndarray) -> float:
    """Wang 2003 in float64, written another way."""
    window = np.exp(-(np.arange(-5.0, 6) ** 2) / (2 * 1.5**2))
    window /= window.sum()

    def blur(z: np.ndarray) -> np.ndarray:
        return correlate1d(correlate1d(z, window, axis=0), window, axis=1)[5:-5, 5:-5]

    x, y, value = x.astype(float), y.astype(float), 1.0
    for scale, weight in enumerate((0.0448, 0.2856, 0.3001, 0.2363, 0.1333)):
        mx, my = blur(x), blur(y)
        vx, vy, vxy = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
        term = (2 * vxy + 7.65**2) / (vx + vy + 7.65**2)
        if scale == 4:
            term = term * (2 * mx * my + 2.55**2) / (mx**2 + my**2 + 2.55**2)
        value *= max(0.0, term.mean()) ** weight
        x, y = (z.reshape(len(z) // 2, 2, -1, 2).mean(axis=(1, 3)) for z in (x, y))
    return value


@pytest.mark.parametrize("side", [176, 192, 256])
def test_ms_ssim_equals_pytorch_msssim(side: int) -> None:
    found = json.loads(reference.FILE.read_text())["ms_ssim"][str(side)]
    a, b = np.array(reference.PAIRS).T
    np.testing.assert_allclose(ms_ssim(reference.pictures(side), a, b), found, atol=1e-5)


@pytest.mark.parametrize("held", [400, 4])
def test_ms_ssim_equals_a_slow_one(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structural_similarity, "HELD", held)
    stack = np.concatenate([films(5), np.random.default_rng(1).integers(0, 256, (1, SIDE, SIDE)).astype(np.uint8)])
    stack[4] = 255 - stack[0]
    a, b = np.triu_indices(6)
    values = ms_ssim(stack, a, b)
    np.testing.assert_allclose(values, [slow_ms_ssim(stack[i], stack[j]) for i, j in zip(a, b, strict=True)], atol=1e-5)
    np.testing.assert_array_equal(values[a == b], 1)
    np.testing.assert_allclose(ms_ssim(stack, b, a), values, atol=1e-7)


def test_flat_pictures_differ_by_luminance_only() -> None:
    stack = np.stack([np.full((SIDE, SIDE), level, np.uint8) for level in (0, 100, 200, 255)])
    c = 2.55**2
    expected = (2 * 100 * 200 + c) / (100**2 + 200**2 + c)
    assert ms_ssim(stack, np.array([1]), np.array([2]))[0] == pytest.approx(expected**0.1333, abs=1e-5)
    assert ms_ssim(stack, np.array([0]), np.array([3]))[0] == pytest.approx((c / (255**2 + c)) ** 0.1333, abs=1e-5)


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


def mean_of(stack: np.ndarray) -> np.ndarray:
    return np.floor(stack.astype(float).mean(axis=0)).astype(np.uint8)


def png_size(picture: np.ndarray) -> int:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG", compress_level=6)
    return len(buffer.getvalue())


def test_mean_image_size_is_the_file_of_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = films(30)
    assert mean_image_size(pictured(stack)).value == png_size(mean_of(stack))
    monkeypatch.setattr(size_module, "BLOCK", 7)
    order = np.random.default_rng(0).permutation(30)
    assert mean_image_size(pictured(stack[order])).value == png_size(mean_of(stack))
    assert mean_image_size(pictured(stack).take([3, 8])).value == png_size(mean_of(stack[[3, 8]]))
    assert mean_image_size(pictured(stack[:1])).value == png_size(stack[0])
    assert mean_image_size(pictured(np.repeat(stack[:1], 9, axis=0))).value == png_size(stack[0])


def test_a_varied_set_has_a_small_mean_image() -> None:
    varied, alike = films(40), films(40, spread=0.1)
    alike[:] = varied[:1] // 2 + alike // 2
    assert mean_image_size(pictured(varied)).value < mean_image_size(pictured(alike)).value


def test_large_stacks_lie_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = films(5, side=240)
    inside = pictures(pictured(stack))
    monkeypatch.setattr(reading, "IN_MEMORY", 1)
    outside = pictures(pictured(stack))
    assert isinstance(outside, np.memmap)
    np.testing.assert_array_equal(inside, outside)
    assert inside.shape == (5, SIDE, SIDE)


def test_reading_tells_how_far_it_is_and_can_be_stopped() -> None:
    heard: list[tuple[float, str]] = []
    with placed(report=lambda share, what: heard.append((share, what))):
        pictures(pictured(films(40)))
    assert [share for share, _ in heard] == [0, 16 / 40, 32 / 40]
    assert {what for _, what in heard} == {"reading synthetic images"}

    def stop(share: float, what: str) -> None:
        raise Cancelled("The run was cancelled.")

    with placed(report=stop), pytest.raises(Cancelled):
        pictures(pictured(films(40)))


def test_pictures_are_read_once_and_shrunk() -> None:
    class Counting(Held):
        def read(self, row: int) -> np.ndarray:
            self.meta["read"].append(row)
            return super().read(row)

    read: list[int] = []
    stack = np.stack([np.asarray(Image.fromarray(f).resize((300, 240))) for f in films(6, side=240)])
    images = Counting("", "", "synthetic", Path(), pd.DataFrame(index=range(6)), meta={"stack": stack, "read": read})
    features = FeatureSet(np.eye(6), images=images)
    mean_image_size(features.take([1, 2])), ms_ssim_diversity(features), mean_image_size(features)
    assert read == list(range(6))
    assert pictures(features).mean() == pytest.approx(stack.mean(), abs=1)


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
