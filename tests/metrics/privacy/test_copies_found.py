"""The count of copies against held-out patients: what it notices, at which share, and its exact test against simulated orders."""

import numpy as np
import pytest
from scipy.stats import nhypergeom

from bench_core.data import Score
from bench_core.engine.scoring.uncertainty import measure
from bench_core.features import FeatureSet
from bench_core.metrics.held_out import chance_of, count_below, cut, most_by_chance, rank_of
from bench_core.metrics.privacy.copies_found import copies_found
from bench_core.registry import find_metric

D, TRAIN, REAL, SYNTHETIC = 8, 1200, 1200, 600


def drawn(seed: int, copies: int, real: int = REAL) -> dict[str, FeatureSet]:
    """Three sets of one distribution; so many of the synthetic images are training images, slightly altered."""
    rng = np.random.default_rng(seed)
    train, held_out, synthetic = (rng.normal(size=(n, D)) for n in (TRAIN, real, SYNTHETIC))
    synthetic[:copies] = train[:copies] + 0.02 * rng.normal(size=(copies, D))
    return {"train": FeatureSet(train, kind="train"), "real": FeatureSet(held_out, kind="real"), "synthetic": FeatureSet(synthetic)}


def counted(sets: dict[str, FeatureSet], **settings: float) -> tuple[Score, dict[str, float]]:
    score = copies_found(sets["train"], sets["real"], sets["synthetic"], **settings)
    return score, score.tables["count"].iloc[0].to_dict()


def test_one_percent_of_copies_is_noticed_and_none_at_chance() -> None:
    chances = {share: [counted(drawn(seed, share))[1]["chance"] for seed in range(4)] for share in (0, SYNTHETIC // 100)}
    assert min(chances[0]) > 0.01
    assert max(chances[6]) < 0.01
    score, count = counted(drawn(1, 6))
    assert count["expected"] == pytest.approx(0.5, abs=0.01)  # the first of 1,200 patients: 600 / 1,201
    assert score.per_image is not None
    assert score.per_image[:6].all()
    assert count["found"] == score.per_image.sum() >= 6 > count["most"]
    assert score.note == ""


def test_the_range_of_a_perfect_generator_lies_below_one_percent_of_copies() -> None:
    found = {n: measure(find_metric("copies_found"), drawn(2, n), settings={"share": 0.001}) for n in (0, 6)}
    assert found[6].matched > found[6].null_high >= found[0].matched  # type: ignore[operator]


def test_too_few_held_out_patients_support_a_larger_share_which_is_said() -> None:
    score, count = counted(drawn(3, 6, real=200))
    assert count["share"] == pytest.approx(1 / 201)
    assert score.note == "Counted below the 0.50% point: 200 held-out patients support no smaller share."
    assert counted(drawn(3, 6, real=200), share=0.01)[0].note == ""


def test_the_test_is_exact() -> None:
    """Negative hypergeometric, as SciPy has it, and as orders of held-out and synthetic images come out."""
    for found, m, n, k in [(0, 20, 30, 1), (1, 20, 30, 1), (5, 20, 30, 3), (20, 20, 30, 30), (6, 600, 1000, 1)]:
        assert chance_of(found, m, n, k) == pytest.approx(nhypergeom.sf(found - 1, m + n, m, k), rel=1e-9)
    rng, m, n, k = np.random.default_rng(0), 30, 40, 2
    before = [int(np.searchsorted(np.cumsum(rng.permutation(m + n) >= m), k)) - k + 1 for _ in range(20_000)]
    assert np.mean(np.array(before) >= 5) == pytest.approx(chance_of(5, m, n, k), abs=0.01)
    most = most_by_chance(m, n, k)
    assert chance_of(most + 1, m, n, k) <= 0.05 < chance_of(most, m, n, k)


def test_patients_and_prompts_count_once() -> None:
    """Ten films of each patient support the share of the patients; ten images of each prompt are worth the prompts."""
    sets = drawn(4, 0)
    values, held_out = np.random.default_rng(0).random(600), np.random.default_rng(1).random(1200)
    patients = FeatureSet(sets["real"].values, subjects=[f"p{i // 10}" for i in range(1200)])
    prompts = FeatureSet(sets["synthetic"].values, prompts=[f"q{i // 10}" for i in range(600)])
    count = count_below(values, prompts, held_out, patients, 0.001)
    assert (count.patients, count.prompts, count.share) == (120, 60, pytest.approx(1 / 121))
    values[:10] = 0  # one prompt, ten times
    one_prompt = count_below(values, prompts, held_out, patients, 0.001).chance
    alone = count_below(values, sets["synthetic"], held_out, sets["real"], 0.001).chance
    assert alone < 1e-3 < 0.1 < one_prompt
    order = np.random.default_rng(2).permutation(600)
    turned = FeatureSet(sets["synthetic"].values[order], prompts=np.array([f"q{i // 10}" for i in range(600)])[order])
    assert count_below(values[order], turned, held_out, patients, 0.001).chance == pytest.approx(one_prompt)


def test_the_p_value_holds_where_prompts_have_several_images() -> None:
    """Not below 5 % more often than 5 in 100, of perfect generators whose images of one prompt are alike."""
    rng, chances = np.random.default_rng(5), []
    rows = rng.normal(size=(80, 2))
    real, synthetic = FeatureSet(rows, subjects=np.repeat(np.arange(40), 2)), FeatureSet(rows, prompts=np.repeat(np.arange(40), 2))
    for _ in range(300):
        one, two = (np.repeat(rng.normal(size=40), 2) + 0.3 * rng.normal(size=80) for _ in range(2))
        chances.append(count_below(one, synthetic, two, real, 0.05).chance)
    assert np.mean(np.array(chances) <= 0.05) <= 0.07


def test_the_cut_weighs_patients() -> None:
    values, patients = np.array([0.1, 0.2, 0.3, 0.4, 0.5]), np.array(["a", "a", "b", "c", "c"])
    assert [cut(values, patients, rank) for rank in (1, 2, 3)] == [0.2, 0.3, 0.5]
    assert [rank_of(0.001, n) for n in (10, 998, 999, 1999)] == [1, 1, 1, 2]


def test_held_out_images_that_are_training_images_leave_nothing_to_find() -> None:
    sets = drawn(6, 6)
    score, count = counted({**sets, "real": sets["train"]})
    assert (score.value, count["cut"], count["chance"]) == (0, 0, 1)
    assert "training images themselves" in score.note
