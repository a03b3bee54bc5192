"""One metric, again and again, on the subsets behind its interval and its null (drawn in `resamples`, read in `uncertainty`).

A repeat is named by its kind and a number, and depends on nothing else, so that any process that has the sets can do any of them.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from bench_core.data import Score, content_key
from bench_core.engine.scoring.mix import Mix
from bench_core.engine.scoring.ranges import design_effect, effective_units, heaviness, pairs, shared_by_units
from bench_core.engine.scoring.resamples import Resamples
from bench_core.errors import Cancelled, TooFewImages
from bench_core.features import FeatureSet, Sets
from bench_core.registry import Metric
from bench_core.spreadsheets import csv_of

REPEATS = "repeats"
"""What is told, with the share of them that is done, while the repeats of a metric are carried out."""
HALF, NULL, MATCHED, WITHOUT = "half", "null", "matched", "without "
"""Kinds of repeats; the last one is followed by the name of a set."""


class NullDraw(NamedTuple):
    """One draw of a null.

    Attributes:
        variance: of such scores, per unit, or per pair of units where the metric is of second order.
        images, each: where the score is a mean of values of images, which rows these are and their values; else empty.
    """

    value: float
    variance: float
    images: np.ndarray
    each: np.ndarray


class Repeats:
    """A metric with its settings, on sets and their subsets.

    Attributes:
        sets: what the metric reads; where it fits on `train` what another one fits on `synthetic`, as many training images as that has.
        candidate: the set whose place a perfect generator's images take.
        settings: may be set to those under which subsets measure the same quantity (`Score.repeat_with`).
        cancelled: says whether to stop, before every repeat.
    """

    def __init__(
        self, metric: Metric, settings: Mapping[str, Any], resamples: Resamples, cancelled: Callable[[], bool] | None = None
    ) -> None:
        self.metric, self.settings, self.resamples, self.cancelled = metric, settings, resamples, cancelled
        self.sets: Sets = resamples.sets
        fits_train = metric.null_from == "train" and "synthetic" not in metric.reads
        self.candidate = "train" if fits_train else "synthetic"
        if fits_train and {"synthetic", "train"} <= set(self.sets):
            size = min(len(self.sets["synthetic"]), len(self.sets["train"]))  # `like` takes no second image of a patient
            self.sets = {**self.sets, "train": resamples.like(size, 0)[0]}

    def score(self, sets: Sets | None = None, number: int = 0) -> Score:
        """The metric on those sets, its own if none are given.

        Raises:
            Cancelled: `cancelled` said so.
            BenchError: what the metric raises.
        """
        if self.cancelled and self.cancelled():
            raise Cancelled("The run was cancelled.")
        sets = self.sets if sets is None else sets
        seeded = {"seed": self.resamples.seed + number} if "seed" in (self.metric.function.__kwdefaults__ or ()) else {}
        score: Score = self.metric.function(*(sets[name] for name in self.metric.reads), **self.settings, **seeded)
        return score

    def carried_out(self, kind: str, numbers: Iterable[int]) -> list[Any]:
        """Those repeats: of each its value, of a null a `NullDraw`.

        Raises:
            TooFewImages: a subset has too few for the metric, or no value.
        """
        if kind.startswith(WITHOUT):
            return [self._without(kind.removeprefix(WITHOUT), number) for number in numbers]
        do = {HALF: self._half, NULL: self._null, MATCHED: self._matched}[kind]
        return [do(number) for number in numbers]

    @property
    def moving(self) -> list[str]:
        """The sets that are halved for the interval."""
        return [name for name in self.metric.reads if name in ("real", self.candidate)]

    @property
    def fitted(self) -> bool:
        """Whether training images play the perfect generator."""
        return self.metric.null_from == "train" and "train" in self.resamples.sets

    @property
    def halved(self) -> bool:
        """Whether `real` is halved for the null: one half is read, the other plays the candidate."""
        return "real" in self.metric.reads and not self.fitted

    @property
    def pool(self) -> FeatureSet | None:
        """Where a perfect generator's images come from; None where there is no null."""
        pool = self.resamples.sets.get("train" if self.fitted else "real")
        carried = [need for need in self.metric.needs if need != "statements"]  # which are read from other things that a set carries
        return None if pool is None or any(getattr(pool, need) is None for need in carried) else pool

    @cached_property
    def mix(self) -> Mix:
        """How many units of which kind play the candidate, and what of it is compared with them."""
        assert self.pool is not None
        if self.fitted:
            return self.resamples.any_mix(min(len(self.source.units(self.candidate)), len(self.resamples.units("train")) // 2))
        return self.resamples.mix(self.halved)

    @property
    def size(self) -> int:
        """Units at which the candidate and a perfect generator are compared; one image stands for each."""
        return self.mix.size

    @property
    def against(self) -> int:
        """Real units that a player is compared with."""
        units = len(self.resamples.units("real"))
        return units - units // 2 if self.halved else units

    @property
    def order(self) -> int:
        """`Metric.order`, but 1 where players have other findings than what they are compared with: no distance is near its least then."""
        return 1 if self.mix.findings else self.metric.order

    @cached_property
    def tails(self) -> float:
        """How heavy the tails of the real features are, where the metric is a squared distance; else 0."""
        if self.metric.order == 1:
            return 0.0
        real = self.resamples.sets["real"]
        return real.remember("heaviness", lambda: heaviness(real.values, real.moments()[1]))

    @cached_property
    def source(self) -> Resamples:
        """Where parts of the candidate come from."""
        return Resamples(self.sets, self.resamples.seed) if self.candidate == "train" else self.resamples

    def null_key(self, draws: int) -> str:
        """Everything that decides null scores; of the synthetic set only its size and, where training images imitate it, its labels."""
        metric, whole, pool = self.metric, self.resamples.sets, self.pool
        assert pool is not None
        read = [whole[name].key for name in sorted({*metric.reads, "real"} - {"synthetic"}) if name in whole]
        synthetic, mix = whole.get("synthetic"), [self.mix.findings, sorted(self.mix.quota.items())]
        labels = csv_of(synthetic.labels).decode() if self.fitted and synthetic is not None and synthetic.labels is not None else None
        about = (metric.id, metric.version, dict(self.settings), self.resamples.seed, draws, mix, pool.key, read, labels)
        return content_key("null and what is kept", *about)

    def worth(self, score: Score) -> float:
        """How many units the candidate is worth, that has several images of some: as many as there are, and more where these differ.

        What is fitted on labels or reads what was asked for gains nothing by a second image of a prompt, and pixels are not looked at.
        Squared distances of ten prompts of many images were outside too often where these counted as more.
        """
        images, units = self.sets[self.candidate], self.source.units(self.candidate)
        if len(images) == len(units):
            return float(len(units))
        if self.adds_up(score) and score.per_image is not None:
            return max(float(len(units)), len(images) / design_effect(score.per_image, units.of))
        if self.fitted or self.order == 2 or {"labels", "text", "images"} & set(self.metric.needs):
            return float(len(units))
        shared = images.remember(("shared", self.candidate), lambda: shared_by_units(images.values, units.of))
        return effective_units(units.of, shared)

    def checked(self, score: Score) -> float:
        """The value of a repeat.

        Raises:
            TooFewImages: it is no number.
        """
        if not np.isfinite(score.value):
            raise TooFewImages(f"{self.metric.id} has no value on a subset of the images.")
        return score.value

    def _value(self, sets: Sets, number: int) -> float:
        return self.checked(self.score(sets, number))

    def _half(self, number: int) -> float:
        return self._value({**self.sets, **{name: self.source.half(name, number) for name in self.moving}}, number)

    def _without(self, name: str, number: int) -> float:
        return self._value({**self.sets, name: self.resamples.groups(name)[number - 1]}, number)

    def _others(self, number: int) -> tuple[Sets, FeatureSet]:
        """The other sets of a null, and the images that play the candidate."""
        assert self.pool is not None
        if not self.halved:
            return self.sets, self.pool
        half, rest = self.resamples.split(number)
        return {**self.sets, "real": half}, rest

    def _matched(self, number: int) -> float:
        player = self.source.player(self.candidate, self.sets[self.candidate], self.mix, number)
        return self._value({**self._others(number)[0], self.candidate: player}, number)

    def _null(self, number: int) -> NullDraw:
        """One null score, and how much such scores vary, from two that share no patient."""
        (others, pool), size = self._others(number), self.size
        pair = self.resamples.like(size, number) if self.fitted else self.resamples.pair(pool, self.mix, number)
        found = [self.score({**others, self.candidate: player}, number) for player in pair]
        scores = [self.checked(score) for score in found]
        images, each = np.empty(0, int), np.empty(0)
        if min(map(len, pair)) > 1 and all(map(self.adds_up, found)):
            variance = float(np.mean([np.var(score.per_image, ddof=1) for score in found]))  # type: ignore[arg-type]
            images = np.concatenate([player.rows for player in pair])
            each = np.concatenate([np.asarray(score.per_image, float) for score in found])
        else:
            least = min(map(len, pair))
            variance = (scores[0] - scores[1]) ** 2 / 2 / (pairs(least, self.against) if self.order == 2 else 1 / least)
        if all(len(player) == size for player in pair):
            return NullDraw(float(np.mean(scores)), variance, images, each)
        whole = self.resamples.player("real", pool, self.mix, number)
        return NullDraw(self._value({**others, self.candidate: whole}, number), variance, images, each)

    def adds_up(self, score: Score) -> bool:
        """Whether the value is the mean (it may be the median) of values of images that do not depend on each other."""
        mean = score.per_image is not None and bool(np.isclose(score.value, np.mean(score.per_image), rtol=1e-9, atol=1e-12))
        return mean and not self.metric.coupled
