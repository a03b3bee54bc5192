"""Made-up worlds in which the truth is known: features drawn directly, no images.

A patient (or the report that a prompt repeats) has findings, and something of its own that the findings do not tell; its images share both.
A perfect generator's images of a prompt are further images of such a patient, whom nobody has seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS
from bench_core.features import FeatureSet

CENTRES = 4


@dataclass(frozen=True)
class World:
    """Sizes and shapes; the defaults are one image per patient and prompt, of the same kinds on all sides.

    Attributes:
        real, train: (patients, images of each).
        synthetic: (prompts, images of each).
        alike: share of the variance beyond the findings that images of one patient or prompt have in common.
        independent: the images of a prompt share its findings only.
        tails: degrees of freedom of the noise; 0: normal.
        asked: the finding that every prompt asks for; empty: prompts are drawn as patients are.
        shift: 0 is a perfect generator; else all synthetic features move by 0.3 of this, and vary less within a prompt.
    """

    dimensions: int = 16
    real: tuple[int, int] = (200, 1)
    train: tuple[int, int] = (400, 1)
    synthetic: tuple[int, int] = (200, 1)
    alike: float = 0.5
    independent: bool = False
    tails: float = 0.0
    asked: str = ""
    shift: float = 0.0

    def sets(self, number: int) -> dict[str, FeatureSet]:
        """Everything drawn anew: `synthetic`, `real` and `train` of the world of that number."""
        rng = np.random.default_rng([number, 20])
        true = replace(self, shift=0.0)
        return {
            "synthetic": self._images("synthetic", *self.synthetic, rng),
            "real": true._images("real", *self.real, rng),
            "train": true._images("train", *self.train, rng),
        }

    def _noise(self, rng: np.random.Generator, n: int) -> np.ndarray:  # (n, D), variance 1
        noise = rng.normal(size=(n, self.dimensions))
        if self.tails:
            noise *= np.sqrt((self.tails - 2) / rng.chisquare(self.tails, (n, 1)))
        return noise

    def _own(self, rng: np.random.Generator, n: int) -> np.ndarray:  # (n, D)
        centres = 0.7 * np.random.default_rng(1).normal(size=(CENTRES, self.dimensions))
        return np.asarray(np.sqrt(self.alike) * self._noise(rng, n) + centres[rng.integers(0, CENTRES, n)])

    def _images(self, kind: str, units: int, each: int, rng: np.random.Generator) -> FeatureSet:
        directions = 0.5 * np.random.default_rng(0).normal(size=(len(FINDINGS), self.dimensions))
        labels = (rng.random((units, len(FINDINGS))) < 0.2).astype(float)
        if kind == "synthetic" and self.asked:
            labels[:, FINDINGS.index(self.asked)] = 1
        of, n = np.repeat(np.arange(units), each), units * each
        own = self._own(rng, n) if kind == "synthetic" and self.independent else self._own(rng, units)[of]
        signal = labels[of] @ directions
        noise = (1 - 0.3 * self.shift) * np.sqrt(1 - self.alike) * self._noise(rng, n) + 0.3 * self.shift
        told = 1.5 * rng.normal(size=(units, self.dimensions))[of]  # a report has words that no image shows
        return FeatureSet(
            signal + own + noise, text=signal + own + told, kind=kind, encoder="made up",
            labels=pd.DataFrame(labels[of], columns=list(FINDINGS)),
            subjects=None if kind == "synthetic" else [f"{kind}-{i}" for i in of],
            prompts=[f"prompt-{i}" for i in of] if kind == "synthetic" else None,
        )  # fmt: skip


PERFECT: Mapping[str, World] = {
    "200 x 1": World(),
    "1 prompt x 50": World(synthetic=(1, 50)),
    "5 prompts x 20": World(synthetic=(5, 20)),
    "10 prompts x 15": World(synthetic=(10, 15)),
    "14 x 1": World(synthetic=(14, 1)),
    "50 prompts x 4": World(synthetic=(50, 4)),
    "40 prompts x 5, alike in findings only": World(synthetic=(40, 5), independent=True),
    "40 patients x 5": World(real=(40, 5)),
    "50 prompts x 4 of edema, 600 patients": World(synthetic=(50, 4), asked="Edema", real=(600, 1)),
    "200 prompts of edema, 200 patients": World(asked="Edema"),
    "train ten times as large": World(real=(100, 1), train=(1000, 1), synthetic=(100, 1)),
    "heavy tails": World(tails=4.0),
}
"""Perfect generators. Sizes are prompts and images of each; real sets are of 200 patients with an image each unless said otherwise."""
CHECKED = ("200 x 1", "40 patients x 5", "50 prompts x 4", "50 prompts x 4 of edema, 600 patients")
WORSE: Mapping[str, World] = {name: replace(PERFECT[name], shift=1.0) for name in CHECKED}
"""A generator that moves all images by 0.3 of a feature's spread and varies less within a prompt, in some of these."""
