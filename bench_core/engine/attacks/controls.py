"""Controls beside an attack: what it says where nothing can leak, and where a known share leaks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bench_core.engine.attacks.judging import CONTROL, Judgement, holds_chance, judge
from bench_core.engine.attacks.parts import Parts, fewer_patients, one_after_the_other
from bench_core.engine.attacks.plants import Plant
from bench_core.features import FeatureSet
from bench_core.membership import Knowledge, MembershipScores, scores_of
from bench_core.registry import Attack

DOSES = (1, 5, 20, 100)
"""Percent of the members (patients) whose images a perfect generator releases on top."""
PLANTED = 1000
"""Most patients among whom leaks are planted."""


@dataclass(frozen=True, eq=False)
class Controls:
    """The controls of one attack on one target."""

    attack: Attack
    parts: Parts
    known: Knowledge
    settings: Mapping[str, Any]
    seed: int
    plant: Plant | None = None

    @property
    def on_images(self) -> bool:
        """Whether released images are attacked: then real images can play them."""
        return self.attack.target == "released images"

    def _scores(self, members: FeatureSet, others: FeatureSet, **known: Any) -> MembershipScores:
        return scores_of(self.attack, members, others, replace(self.known, **known), settings=self.settings, seed=self.seed)

    def _stand_in(self) -> FeatureSet:
        """As many images of unseen patients as were released, as far as there are."""
        stand_in, released = self.parts.stand_in, self.known.released
        n = len(stand_in) if released is None else min(len(stand_in), len(released))
        return stand_in.take(np.sort(np.random.default_rng(self.seed).permutation(len(stand_in))[:n]))

    def perfect(self) -> dict[str, Any]:
        """Real images of unseen patients play the released ones. Of a model that is asked: two halves of those whom it never saw."""
        if self.on_images:
            scores, words = self._scores(self.parts.members, self.parts.others, released=self._stand_in()), "a perfect generator"
        else:
            halves = _halves(self.parts.others.units, np.random.default_rng(self.seed + 1))
            sides = [self.parts.others.take(np.flatnonzero(half)) for half in (halves, ~halves)]
            scores, words = self._scores(*sides), "two halves of people whom the model never saw"
        return _at_chance(judge(scores, CONTROL), words)

    def members(self, scores: MembershipScores) -> dict[str, Any]:
        """Two halves of the members against each other, from the scores that they have."""
        own = scores.take(np.flatnonzero(scores.member))
        half = _halves(own.patients, np.random.default_rng(self.seed + 2))
        return _at_chance(judge(MembershipScores(own.values, half, own.patients, own.rows), CONTROL), "two halves of the members")

    def planted(self) -> Iterator[dict[str, Any]]:
        """Leaks that are put in on purpose, from small to large; none in a model that cannot learn anything here."""
        if not self.on_images:
            yield from self._planted_in_models()
            return
        rng, base = np.random.default_rng(self.seed + 3), self._stand_in()
        members = fewer_patients(self.parts.members, PLANTED, rng)
        patients = rng.permutation(np.unique(members.units))
        for dose in DOSES:
            leaked = patients[: max(1, round(len(patients) * dose / 100))]
            rows = np.flatnonzero(np.isin(members.units, leaked))
            released = one_after_the_other(base, members.take(rows))
            found = judge(self._scores(members, self.parts.others, released=released))
            yield {"dose": dose, "patients": len(leaked), "of": len(patients), "images": len(rows), "seen": found.seen, **found.facts()}

    def _planted_in_models(self) -> Iterator[dict[str, Any]]:
        """Models that learned the films of known patients so many times."""
        if self.plant is None:
            return
        people = self.plant.people
        patients = len(np.unique(people.units))
        for times, model in self.plant.models:
            found = judge(self._scores(people, self.plant.others, model=model))
            size = {"dose": times, "unit": "times", "patients": patients, "of": patients, "images": len(people)}
            yield {**size, "seen": found.seen, **found.facts()}

    def generated(self) -> dict[str, Any] | None:
        """Whether an attack that fits a classifier tells generated from real images: one half of the released against the others."""
        released = self.known.released
        if not self.attack.learns_origin or released is None or len(released) < 2 * self.attack.min_samples:
            return None
        half = _halves(np.arange(len(released)), np.random.default_rng(self.seed + 4))
        asked, learned = (released.take(np.flatnonzero(part)) for part in (half, ~half))
        found = judge(self._scores(asked, self.parts.others, released=learned))
        return {"auc": found.roc.auc, "auc_low": found.roc.low, "auc_high": found.roc.high, "seen": found.roc.low > 0.5}


def _halves(units: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # (N,) bool
    """A random half of the patients."""
    known = np.unique(units)
    return np.isin(units, rng.permutation(known)[: len(known) // 2])


def _at_chance(found: Judgement, words: str) -> dict[str, Any]:
    return {"passed": holds_chance(found), "what": words, **found.facts()}
