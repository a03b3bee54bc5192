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
from bench_core.arms.materials import Materials, Stage
from bench_core.downstream.asked import Asked
from bench_core.downstream.draws import Draw, Draws
from bench_core.downstream.findings import labels_of, learnable
from bench_core.downstream.loop import Examples, Training
from bench_core.downstream.probes import fit
from bench_core.engine.attacks.classifiers import shadows_of
from bench_core.engine.attacks.models import Lent
from bench_core.engine.attacks.parts import Parts
from bench_core.engine.attacks.plants import in_classifier
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
            more = self._draw.more if "more" in registry.find_arm(self.taught.arm).reads else np.array([], int)
            return train.take(np.sort(np.concatenate([self._draw.real, more])))
        return train.take(np.setdiff1d(np.arange(len(train)), self._draws.validation))

    @property
    def _studied(self) -> Sets:
        return {role: self.sets[role] for role in ("real", "train")}

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
        known = learnable(asked, {**self._studied, "synthetic": synthetic if synthetic is not None else train})
        both = [train] if synthetic is None else [train, synthetic]
        apart = [train.units, *(train.units.max() + 1 + np.arange(len(s)) for s in both[1:])]
        labels = np.concatenate([labels_of(asked, s, known, learning=True) for s in both])
        pool = Examples(np.concatenate([s.values for s in both]), labels, np.concatenate(apart))
        none, draw, validating = np.array([], int), self._draw, train.take(self._draws.validation)
        materials = Materials(draw.real, len(train) + draw.synthetic, none, none, np.random.default_rng([self.seed, 2, 0]), draw.more)
        how = Training(self.taught.classifier, self.taught.steps, epsilon=self.taught.epsilon)
        stages = registry.find_arm(self.taught.arm).function(materials)
        last, checked = stages[-1], Examples(validating.values, labels_of(asked, validating, known))
        found = fit(pool, stages, checked, how, self.seed * 1000)

        def again(rows: np.ndarray) -> AskedClassifier:
            """Beside what its arm reads, members as often as they are there more than once."""
            more = parts.members.rows[rows[len(parts.members) :]]
            planted = [*stages[:-1], Stage(np.concatenate([last.rows, more]), last.share)]
            return AskedClassifier(known, fit(pool, planted, checked, how, self.seed * 1000).scores)

        return Lent(AskedClassifier(known, found.scores), shadows_of(parts, self.seed), in_classifier(parts, self.seed, again))
