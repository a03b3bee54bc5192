"""Models that attacks can ask, made by formula: perfect ones, and ones that know their members by heart."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS
from bench_core.features import FeatureSet
from bench_core.membership import Shadow
from bench_core.membership.queries import captions

WIDTH = 16


def labelled(n: int, seed: int, kind: str) -> FeatureSet:
    """Two records per patient, each with findings of its own."""
    rng = np.random.default_rng(seed)
    labels = pd.DataFrame((rng.random((n, len(FINDINGS))) < 0.4).astype(int), columns=list(FINDINGS))
    return FeatureSet(rng.normal(size=(n, WIDTH)), kind=kind, subjects=[f"{seed}-{i // 2}" for i in range(n)], labels=labels)


@dataclass
class MadeDiffusion:
    """The best denoiser of a standard Gaussian; told the report of a member, it knows the very latent.

    Told part of one, or nothing, it is the best denoiser still. `asked` counts queries per record.
    """

    members: FeatureSet | None = None
    alphas: np.ndarray = field(default_factory=lambda: np.cumprod(1 - np.linspace(1e-3, 0.02, 200)))
    shape: tuple[int, ...] = (WIDTH,)
    reads_text: bool = True
    card: str = "made"
    asked: int = 0

    def __post_init__(self) -> None:
        rows = [] if self.members is None else zip(captions(self.members), self.members.values, strict=True)
        self.heart = {text: row for text, row in rows if text}

    def latents(self, records: FeatureSet) -> np.ndarray:
        """The records themselves."""
        return records.values

    def conditions(self, texts: Sequence[str]) -> np.ndarray:
        """The texts themselves."""
        return np.array(list(texts), dtype=object)

    def noise(self, latents: np.ndarray, step: int, conditions: np.ndarray) -> np.ndarray:
        """Of x_t with alpha: sqrt(1 - alpha) x_t where x_0 is unknown, exact where it is."""
        self.asked += 1
        alpha = self.alphas[step]
        seen = np.sqrt(1 - alpha) * latents
        for row, text in enumerate(conditions):
            if text in self.heart:
                seen[row] = (latents[row] - np.sqrt(alpha) * self.heart[text]) / np.sqrt(1 - alpha)
        return seen.astype(np.float32)


@dataclass
class MadeClassifier:
    """Logits by chance of each record's own, pulled towards the true label by `dose` for members."""

    members: FeatureSet | None
    dose: float
    seed: int
    findings: tuple[str, ...] = FINDINGS[:5]

    def logits(self, records: FeatureSet) -> np.ndarray:
        """The record's own part is the same for all models; a little is this model's chance."""
        labels = np.stack([records.label(finding) for finding in self.findings], axis=1)
        mine = set() if self.members is None else {row.tobytes() for row in self.members.values}
        pull = np.array([self.dose if row.tobytes() in mine else 0.0 for row in records.values])
        own = 3 * records.values[:, : len(self.findings)].astype(np.float64)
        chance = np.sin(1e3 * (self.seed + 1) * records.values[:, -len(self.findings) :].astype(np.float64))
        return own + chance + pull[:, None] * (2 * labels - 1)


def shadow_halves(records: FeatureSet, count: int, seed: int) -> list[np.ndarray]:
    """Each record is in half of the masks."""
    rng = np.random.default_rng(seed)
    return list(rng.random((count, len(records))).argsort(axis=0) < count // 2)


def diffusion_case(seed: int, leak: bool) -> tuple[FeatureSet, FeatureSet, MadeDiffusion, list[Shadow]]:
    """Members, others, the model, and one shadow model that leaks as much, of other people."""
    members, others = labelled(150, 10 * seed + 1, "train"), labelled(150, 10 * seed + 2, "real")
    mine, none = labelled(60, 10 * seed + 3, "train"), labelled(60, 10 * seed + 4, "real")
    shadow = Shadow(MadeDiffusion(mine if leak else None), joined(mine, none), np.arange(120) < 60)
    return members, others, MadeDiffusion(members if leak else None), [shadow]


def classifier_case(seed: int, leak: bool) -> tuple[FeatureSet, FeatureSet, MadeClassifier, list[Shadow]]:
    """Members, others, the model, and shadow models on random halves of them all."""
    members, others = labelled(150, 10 * seed + 1, "train"), labelled(150, 10 * seed + 2, "real")
    both, dose = joined(members, others), 2.0 if leak else 0.0
    masks = shadow_halves(both, 8, seed)
    shadows = [Shadow(MadeClassifier(both.take(np.flatnonzero(m)), dose, 50 + k), both, m) for k, m in enumerate(masks)]
    return members, others, MadeClassifier(members, dose, 49), shadows


def joined(first: FeatureSet, second: FeatureSet) -> FeatureSet:
    """One set of both."""
    assert first.labels is not None and second.labels is not None and first.subjects is not None and second.subjects is not None
    labels = pd.concat([first.labels, second.labels], ignore_index=True)
    return FeatureSet(np.concatenate([first.values, second.values]), subjects=[*first.subjects, *second.subjects], labels=labels)
