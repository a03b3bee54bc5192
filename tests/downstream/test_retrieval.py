"""Recall in both directions, against loops; chance, against random orders."""

import numpy as np
import pytest

from bench_core.downstream.retrieval import AT, TO_IMAGE, TO_REPORT, Gallery, recalls
from bench_core.errors import NotPossible, TooFewImages
from bench_core.features import FeatureSet


def films(n: int = 40, reports: int = 25, noise: float = 1.0, seed: int = 0) -> FeatureSet:
    rng = np.random.default_rng(seed)
    texts = np.random.default_rng(9).normal(size=(60, 6))[rng.permutation(60)[:reports]]
    own = np.arange(n) % reports
    values = np.hstack([texts[own] + noise * rng.normal(size=(n, 6)), 50 * rng.normal(size=(n, 2))])  # what no text says is left out
    return FeatureSet(
        values.astype(np.float32),
        text=np.hstack([texts[own], np.zeros((n, 2))]).astype(np.float32),
        subjects=[str(i // 2) for i in range(n)],
    )


def test_ranks_are_those_of_a_loop() -> None:
    gallery = Gallery.of(films())
    cosine = gallery.images @ gallery.reports.T
    ranks = gallery.ranks()
    for i, report in enumerate(gallery.own):
        assert ranks[TO_REPORT][i] == sum(cosine[i, j] >= cosine[i, report] for j in range(25) if j != report)
        order = sorted(range(40), key=lambda row: -cosine[row, report])
        assert ranks[TO_IMAGE][i] == next(place for place, row in enumerate(order) if gallery.own[row] == report)


def test_chance_is_a_random_order() -> None:
    gallery, rng = Gallery.of(films(reports=12)), np.random.default_rng(1)
    chance, hits = gallery.chance(), dict.fromkeys(((d, k) for d in (TO_REPORT, TO_IMAGE) for k in AT), 0.0)
    for _ in range(400):
        report, image = rng.permutation(12), rng.permutation(40)
        for k in AT:
            hits[TO_REPORT, k] += np.isin(gallery.own, report[:k]).mean() / 400
            hits[TO_IMAGE, k] += np.isin(gallery.own, gallery.own[image[:k]]).mean() / 400
    assert chance == pytest.approx(hits, abs=0.02)


def test_good_features_find_bad_ones_do_not_and_the_null_is_of_as_many_reports() -> None:
    good, bad = (recalls(Gallery.of(films(noise=noise)), Gallery.of(films(60, 60, 0.5, seed=3))) for noise in (0.1, 1e4))
    assert all(row["value"] == 1 and row["reports"] == 25 and row["images"] == 40 for row in good)
    for row in bad:
        assert row["low"] - 0.15 <= row["chance"] <= row["high"] + 0.15 and row["null_low"] <= row["null"] <= row["null_high"]
        assert row["chance"] < row["null"]
    assert np.isnan([row["null"] for row in recalls(Gallery.of(films()), Gallery.of(films(20, 20)))]).all()  # fewer reports than 25


def test_what_cannot_be_searched_is_said() -> None:
    with pytest.raises(NotPossible, match="no reports that this encoder reads"):
        Gallery.of(FeatureSet(np.ones((3, 2), np.float32)))
    with pytest.raises(TooFewImages, match="one and the same report"):
        Gallery.of(films(reports=1))
