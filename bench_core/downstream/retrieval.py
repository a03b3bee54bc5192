"""Images found by their reports and reports by their images: recall at 1, 5 and 10, in an encoder's common space of both.

References:
    Recall at k as in CLIP, Radford 2021, arXiv:2103.00020. Reports of equal wording are one, and any image of it is right. Recall at k
    depends on how many reports there are, which the metric `matched_prompt_rank` does not: it is told only beside that number, chance,
    and held-out real images of as many reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench_core.downstream.intervals import Resamples, interval
from bench_core.errors import NotPossible, TooFewImages
from bench_core.features import FeatureSet

AT = (1, 5, 10)
TO_REPORT, TO_IMAGE = "image_to_report", "report_to_image"
DRAWS, NULLS, BLOCK = 400, 20, 1_000
MOST = 5_000
"""Images that are searched among at most, evenly thinned; their number is told."""


@dataclass(frozen=True)
class Gallery:
    """Images and the different reports that they have, all of length 1.

    Attributes:
        own: (N,) the row of each image's report.
        units: (N,) images that are drawn together: of one patient or one prompt.
    """

    images: np.ndarray  # (N, D)
    reports: np.ndarray  # (P, D)
    own: np.ndarray
    units: np.ndarray

    @classmethod
    def of(cls, features: FeatureSet) -> Gallery:
        """The images of a set and their reports. Directions in which no report points are left out: they would only shrink images.

        Raises:
            NotPossible: there are no texts, or the encoder reads none.
            TooFewImages: fewer than two different reports.
        """
        if features.text is None:
            raise NotPossible(
                f"{features.images.name if features.images else 'The set'} has no reports that this encoder reads.",
                "Choose an encoder that reads text (phantom-eye, BiomedCLIP, ...), and a set whose images have reports or prompts.",
            )
        rows = np.unique(np.linspace(0, len(features) - 1, min(MOST, len(features))).round().astype(int))
        text, values = features.text[rows], features.values[rows]
        pointed = (text != 0).any(axis=0)
        reports, own = np.unique(text[:, pointed] + np.float32(0), axis=0, return_inverse=True)
        if len(reports) < 2:
            raise TooFewImages(f"All {len(rows)} images have one and the same report.", "Take a set with several reports.")
        return cls(_unit(values[:, pointed]), _unit(reports), own.ravel(), features.units[rows])

    def take(self, rows: np.ndarray) -> Gallery:
        """Those images, and the reports that they have."""
        kept, own = np.unique(self.own[rows], return_inverse=True)
        return Gallery(self.images[rows], self.reports[kept], own, self.units[rows])

    def ranks(self) -> dict[str, np.ndarray]:
        """For each image how many reports lie nearer to it than its own, and for its report how many images before the first right one."""
        nearer = np.empty(len(self.images), int)
        best = np.full(len(self.reports), -np.inf)
        for start in range(0, len(self.images), BLOCK):
            part = slice(start, start + BLOCK)
            cosine = self.images[part] @ self.reports.T  # (S, P)
            mine = np.take_along_axis(cosine, self.own[part, None], axis=1)
            nearer[part] = (cosine >= mine).sum(axis=1) - 1  # of ties all are before it
            np.maximum.at(best, self.own[part], mine[:, 0])
        before = np.zeros(len(self.reports), int)
        for start in range(0, len(self.images), BLOCK):
            part = slice(start, start + BLOCK)
            cosine = self.images[part] @ self.reports.T
            wrong = self.own[part, None] != np.arange(len(self.reports))
            before += ((cosine >= best) & wrong).sum(axis=0)
        return {TO_REPORT: nearer, TO_IMAGE: before[self.own]}

    def chance(self) -> dict[tuple[str, int], float]:
        """What recall would be in a random order."""
        n, counts = len(self.images), np.bincount(self.own)
        found = {}
        for k in AT:
            found[TO_REPORT, k] = min(1.0, k / len(self.reports))
            missed = np.ones(len(counts))
            for i in range(min(k, n)):  # none of the first k images is one of these
                missed *= np.clip((n - counts - i) / (n - i), 0, 1)
            found[TO_IMAGE, k] = float((1 - missed)[self.own].mean())
        return found


def _unit(values: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(values.astype(np.float64), axis=1, keepdims=True)
    return values / np.where(lengths > 0, lengths, 1)


def recalls(gallery: Gallery, null: Gallery | None, seed: int = 0) -> list[dict[str, object]]:
    """Rows of recall in both directions, with intervals over patients or prompts.

    Args:
        null: held-out real images with their own reports; None: there is no null, such as where they are the gallery.
    """
    draws = Resamples.of(gallery.units, 1, DRAWS, seed).images
    ranks, chance, range_of = gallery.ranks(), gallery.chance(), _null(gallery, null, seed)
    rows: list[dict[str, object]] = []
    for direction, rank in ranks.items():
        for k in AT:
            found = interval(draws @ (rank < k) / draws.sum(axis=1))
            low, middle, high = range_of.get((direction, k), (np.nan, np.nan, np.nan))
            rows.append(
                {
                    "direction": direction, "k": k, "value": found.value, "low": found.low, "high": found.high,
                    "chance": chance[direction, k], "null": middle, "null_low": low, "null_high": high,
                    "images": len(gallery.images), "reports": len(gallery.reports),
                }
            )  # fmt: skip
    return rows


def _null(gallery: Gallery, null: Gallery | None, seed: int) -> Mapping[tuple[str, int], tuple[float, float, float]]:
    """Range and mean of recall on as many real images, no two of one report, as the gallery has reports; empty where there are fewer."""
    if null is None:
        return {}
    rng, wanted = np.random.default_rng([seed, 3]), len(gallery.reports)
    first = np.unique(null.own, return_index=True)[1]
    if len(first) < wanted:
        return {}
    drawn: dict[tuple[str, int], list[float]] = {}
    for _ in range(NULLS):
        for direction, rank in null.take(np.sort(rng.permutation(first)[:wanted])).ranks().items():
            for k in AT:
                drawn.setdefault((direction, k), []).append(float((rank < k).mean()))
    return {key: _range(values) for key, values in drawn.items()}


def _range(values: Sequence[float]) -> tuple[float, float, float]:
    """Where one draw falls, and their mean."""
    middle, spread = float(np.mean(values)), 1.96 * float(np.std(values, ddof=1))
    return max(0.0, middle - spread), middle, min(1.0, middle + spread)
