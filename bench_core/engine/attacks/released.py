"""A classifier as an arm of training makes it, attacked in place of the images: whom does it give away?

It is the first of those whose figures a utility run tells: the same patients, start and steps. The attacker's shadows learned from real
images, on random halves of the patients, as the probes of `classifiers` do; they say how hard a record is for a model that never saw it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench_core import registry
from bench_core.arms.materials import Materials
from bench_core.downstream.draws import Draw, Draws
from bench_core.downstream.probes import Examples, Training, learn
from bench_core.downstream.study import Asked, UtilityStudy
from bench_core.downstream.targets import targets
from bench_core.engine.attacks.classifiers import shadows_of
from bench_core.engine.attacks.models import Lent
from bench_core.engine.attacks.parts import Parts
from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet, Sets
from bench_core.spec import Taught

SURE = 1e-6
"""Probabilities are taken to be at least so far from 0 and 1: neighbours all of one kind are not certain."""


@dataclass(frozen=True, eq=False)
class AskedClassifier:
    """A trained classifier that answers with logits (`membership.Classifier`)."""

    findings: tuple[str, ...]
    scores: Callable[[np.ndarray], np.ndarray]

    def logits(self, records: FeatureSet) -> np.ndarray:  # (N, F) float64
        """One logit per record and finding."""
        sure = np.clip(self.scores(records.values), SURE, 1 - SURE)
        return np.asarray(np.log(sure) - np.log1p(-sure))


def check_taught(taught: Taught, synthetic: str | None) -> None:
    """Looks whether such a classifier can be made for an attack.

    Raises:
        UnknownName: there is no such arm.
        InputError: its arm reads synthetic images, and none were named.
        NotPossible: its arm changes films.
    """
    reads = registry.find_arm(taught.arm).reads
    if "synthetic" in reads and synthetic is None:
        raise InputError(f"Arm {taught.arm!r} learns from synthetic images, and no set was named.", "Name it (synthetic).")
    if changed := [name for name in reads if name in ("altered", "reconstructed")]:
        raise NotPossible(f"Arm {taught.arm!r} is a control on {changed[0]} films, which nobody would release.", "Choose another arm.")


@dataclass(frozen=True, eq=False)
class ReleasedClassifier:
    """What was taught, from which sets (by role), with which seed."""

    taught: Taught
    sets: Sets
    seed: int

    @cached_property
    def members(self) -> FeatureSet:
        """Who is asked about: where the classifier saw real films, those that it saw; else all whom the generator may have seen.

        Never the patients who only said when to stop.
        """
        train = self.sets["train"]
        if "real" in registry.find_arm(self.taught.arm).reads:
            return train.take(np.sort(self._draw.real))
        return train.take(np.setdiff1d(np.arange(len(train)), self._draws.validation))

    @cached_property
    def _draws(self) -> Draws:
        return Draws(self.sets["train"], len(self.sets["synthetic"]) if "synthetic" in self.sets else 0, self.seed)

    @cached_property
    def _draw(self) -> Draw:
        return self._draws.draw(0, self.taught.share, None)

    def lent(self, parts: Parts) -> Lent:
        """The classifier to be asked, and the attacker's shadows.

        Raises:
            InputError: no finding that can be learned. NotPossible, MissingPackage: it cannot be trained so.
        """
        train, synthetic = self.sets["train"], self.sets.get("synthetic")
        asked = Asked([self.taught.arm], seed=self.seed)
        known = UtilityStudy({**self.sets, "synthetic": synthetic if synthetic is not None else train}, asked).findings
        both = [train] if synthetic is None else [train, synthetic]
        apart = [train.units, *(train.units.max() + 1 + np.arange(len(s)) for s in both[1:])]
        pool = Examples(
            np.concatenate([s.values for s in both]), np.concatenate([targets(s, known) for s in both]), np.concatenate(apart)
        )  # fmt: skip
        none, draw, validating = np.array([], int), self._draw, train.take(self._draws.validation)
        materials = Materials(draw.real, len(train) + draw.synthetic, none, none, np.random.default_rng([self.seed, 2, 0]))
        how = Training(self.taught.classifier, self.taught.steps, epsilon=self.taught.epsilon)
        stages = registry.find_arm(self.taught.arm).function(materials)
        found = learn(pool, stages, Examples(validating.values, targets(validating, known)), how, self.seed * 1000)
        return Lent(AskedClassifier(known, found.scores), shadows_of(parts, self.seed))
