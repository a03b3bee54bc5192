"""One power study: every fault at every strength, repeated on other patients, before every metric."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from zlib import crc32

import numpy as np

from bench_core import registry
from bench_core.data import FINDINGS, ImageSet
from bench_core.engine.power.cells import Cell
from bench_core.engine.power.draws import Draw, Patients, one_film_each
from bench_core.engine.power.films import JoinedImages, SpoiledImages
from bench_core.engine.power.judging import Judge, Side
from bench_core.errors import NotPossible
from bench_core.faults.answers import Answers
from bench_core.features import FeatureSet, Sets
from bench_core.features.origin import drawn_from
from bench_core.features.place import Parts
from bench_core.spec import Choice

Encode = Callable[[ImageSet], np.ndarray]
"""From films to their features (N, D)."""
Found = dict[str, Side | None]
"""What each metric says of one generator."""


class Watcher(Protocol):
    """Hears how far a study is; may raise to stop it."""

    def __call__(self, more: int, what: str) -> None:
        """So many more generators were judged, and this one is next."""


@dataclass(frozen=True)
class PowerPlan:
    """What a study asks.

    Attributes:
        n: films of each generator.
        repeats: generators of each cell, of other patients each.
    """

    cells: Sequence[Cell]
    metrics: Sequence[Choice]
    n: int
    repeats: int
    seed: int = 0

    @property
    def on_films(self) -> list[Choice]:
        """The metrics that read pixels."""
        return [choice for choice in self.metrics if "images" in registry.metrics()[choice.id].needs]

    @property
    def on_features(self) -> list[Choice]:
        """The others."""
        return [choice for choice in self.metrics if choice not in self.on_films]

    @property
    def generators(self) -> int:
        """How many are judged, those whose pixels are read counted again."""
        return len(self.cells) * self.repeats * (bool(self.on_films) + bool(self.on_features))


@dataclass(eq=False)
class PowerStudy:
    """Spoiled generators made of real (and training) images, and what metrics say of them.

    Attributes:
        encode: None where there are features only, and so no fault of films.
        parts: keeps what is finished: the features of spoiled films, then what was found repeat by repeat.
    """

    sets: Sets
    plan: PowerPlan
    encode: Encode | None = None
    parts: Parts | None = None
    cancelled: Callable[[], bool] | None = None
    name: str = "real"
    _spoiled: dict[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def patients(self) -> Patients:
        """Who plays and who is read against."""
        return Patients(self.sets["real"], self.plan.n, self.plan.seed, self.name)

    def carried_out(self, watch: Watcher = lambda more, what: None) -> list[dict[str, Any]]:
        """Counts by metric and cell: `worse` and `better` than the range of a perfect generator, of `repeats` with a number.

        Raises:
            InputError: too few patients.
            Cancelled: `watch` or `cancelled` said so.
        """
        self._prepare()
        found: dict[tuple[str, str], Counter[Side | None]] = {}
        for cell, sides in [*self._by_repeat(watch), *self._by_cell(watch)]:
            for metric, side in sides.items():
                found.setdefault((metric, cell.name), Counter())[side] += 1
        against = int(np.median([len(np.unique(self.sets["real"].units[d.against])) for d in self._draws]))
        return [
            {
                "metric": choice.id, "version": registry.metrics()[choice.id].version, "fault": cell.id, "variant": cell.variant,
                "strength": cell.strength, "n": self.plan.n, "repeats": counts.total() - counts[None], "worse": counts["worse"],
                "better": counts["better"], "against": against,
            }
            for choice in self.plan.metrics for cell in self.plan.cells for counts in [found[choice.id, cell.name]]
        ]  # fmt: skip

    @cached_property
    def _draws(self) -> list[Draw]:
        return [self.patients.draw(repeat) for repeat in range(self.plan.repeats)]

    def _prepare(self) -> None:
        """Encodes what faults of films need, each film once per fault and strength."""
        for cell in self.plan.cells:
            if cell.spoils_films or (cell.fault and cell.fault.alter):
                self._values(cell)

    def _values(self, cell: Cell) -> np.ndarray:
        """The features of the spoiled films of the pool or, of a fault that alters copies, of the altered training films."""
        name = cell.name if cell.spoils_films else f"altered {cell.id}"
        if name not in self._spoiled:
            kept = self.parts.get(name) if self.parts else None
            if kept is None:
                assert self.encode is not None
                values = self.encode(self._spoiled_images(cell))
                if self.parts:
                    self.parts.put(name, values.tolist())
            self._spoiled[name] = np.array(kept, np.float32) if kept is not None else values
        return self._spoiled[name]

    def _spoiled_images(self, cell: Cell) -> SpoiledImages:
        clean = self._pool.images if cell.spoils_films else self._train.images
        view = self._pool if cell.spoils_films else self._train
        assert clean is not None
        return SpoiledImages.of(clean.take(view.rows), cell.id, cell.strength, altered=not cell.spoils_films)

    def _by_repeat(self, watch: Watcher) -> Iterator[tuple[Cell, Found]]:
        """What metrics of features say: one repeat after the other, since its nulls serve all cells."""
        if not self.plan.on_features:
            return
        whole = {cell.name: self._spoiled_set(cell) for cell in self.plan.cells if cell.spoils_films}
        for number, draw in enumerate(self._draws):
            kept = self.parts.get(f"repeat {number}") if self.parts else None
            if kept is None:
                judge, kept = self._judge(number), {}
                for cell in self.plan.cells:
                    watch(1, f"repeat {number + 1} of {self.plan.repeats}: {cell.words}")
                    kept[cell.name] = self._found(judge, cell, draw, number, whole.get(cell.name), self.plan.on_features)
                if self.parts:
                    self.parts.put(f"repeat {number}", kept)
            else:
                watch(len(self.plan.cells), f"repeat {number + 1} of {self.plan.repeats} is there")
            yield from ((cell, kept[cell.name]) for cell in self.plan.cells)

    def _by_cell(self, watch: Watcher) -> Iterator[tuple[Cell, Found]]:
        """What metrics of pixels say: one cell after the other, since its films are read once."""
        if not self.plan.on_films:
            return
        judges = [self._judge(number) for number in range(self.plan.repeats)]
        for cell in self.plan.cells:
            kept = self.parts.get(f"films {cell.name}") if self.parts else None
            if kept is None:
                whole, kept = self._spoiled_set(cell) if cell.spoils_films else None, []
                for number, (judge, draw) in enumerate(zip(judges, self._draws, strict=True)):
                    watch(1, f"pixels: {cell.words}")
                    kept.append(self._found(judge, cell, draw, number, whole, self.plan.on_films))
                if self.parts:
                    self.parts.put(f"films {cell.name}", kept)
            else:
                watch(self.plan.repeats, f"pixels: {cell.words} is there")
            yield from ((cell, sides) for sides in kept)

    def _judge(self, number: int) -> Judge:
        real = self.sets["real"].take(self._draws[number].against)
        return Judge(real, self.sets.get("train"), self.plan.seed + number, self.cancelled)

    def _found(self, judge: Judge, cell: Cell, draw: Draw, number: int, whole: FeatureSet | None, metrics: Sequence[Choice]) -> Found:
        try:
            synthetic = whole.take(draw.own) if whole is not None else self._answered(cell, draw, number)
        except NotPossible:
            return {choice.id: None for choice in metrics}
        return judge.sides(synthetic, metrics)

    @cached_property
    def _pool(self) -> FeatureSet:
        """The films that play generators, as they are."""
        return self.sets["real"].take(self.patients.firsts[: self.patients.pool])

    @cached_property
    def _train(self) -> FeatureSet:
        """The training films that may be copied."""
        train = self.sets["train"]
        return train.take(one_film_each(train, self.plan.n, self.plan.seed))

    def _spoiled_set(self, cell: Cell) -> FeatureSet:
        """The pool with a fault of films, as a generator's whole set."""
        return self._generated(self._values(cell), np.arange(len(self._pool)), self._spoiled_images(cell))

    def _generated(self, values: np.ndarray, asked: np.ndarray, images: ImageSet | None) -> FeatureSet:
        """A synthetic set: films that answer the prompts of those held-out films, rows of `firsts`."""
        prompts = self._firsts.take(asked)
        real = self.sets["real"]
        return FeatureSet(
            values, encoder=real.encoder, distance=real.distance, text=prompts.text, prompts=[f"prompt {i}" for i in asked],
            labels=prompts.labels, images=images, kind="synthetic", logits=real.logits,
        )  # fmt: skip

    @cached_property
    def _firsts(self) -> FeatureSet:
        return self.sets["real"].take(self.patients.firsts)

    @cached_property
    def _films(self) -> tuple[FeatureSet, np.ndarray]:
        """All films that answer prompts: one of each held-out patient, then training ones; and their labels (all, 14)."""
        parts = [self._firsts, *([self._train] if "train" in self.sets else [])]
        images = [part.images.take(part.rows) if part.images is not None else None for part in parts]
        known = [one for one in images if one is not None]
        joined = JoinedImages.of(known) if len(known) == len(parts) else None
        labels = np.concatenate([np.stack([part.label(f) for f in FINDINGS], axis=1) for part in parts])
        real = self.sets["real"]
        values = np.concatenate([part.values for part in parts])
        return FeatureSet(values, encoder=real.encoder, distance=real.distance, images=joined, kind="synthetic"), labels

    def _answered(self, cell: Cell, draw: Draw, number: int) -> FeatureSet:
        """A generator whose films answer the wrong prompts, or are no films of its own; without a fault the perfect one.

        Raises:
            NotPossible: these films cannot be spoiled so.
        """
        films, labels = self._films
        patients = len(self._firsts)
        rows = draw.own
        if cell.fault is not None:
            answers = Answers(draw.own, draw.spare, np.arange(patients, len(films)), labels, FINDINGS)
            rng = np.random.default_rng([self.plan.seed, number, crc32(f"{cell.id} {cell.variant}".encode())])
            variant: Mapping[str, str] = {"variant": cell.variant} if cell.variant else {}
            rows = cell.fault.function(answers, cell.strength, rng, **variant)  # the same chance for all strengths: they differ by it alone
        if cell.fault is not None and cell.fault.alter:
            return self._altered(cell, draw, rows, patients)
        images = films.images.take(rows) if films.images is not None else None
        return drawn_from(self._generated(films.values[rows], draw.own, images), films, rows)

    def _altered(self, cell: Cell, draw: Draw, rows: np.ndarray, patients: int) -> FeatureSet:
        """The same with training films that were altered."""
        films, altered = self._films[0], self._values(cell)
        copied = rows >= patients
        values = films.values[rows].copy()
        values[copied] = altered[rows[copied] - patients]
        assert films.images is not None
        spoiled = self._spoiled_images(cell)
        joined = JoinedImages.of([films.images, spoiled])
        return self._generated(values, draw.own, joined.take(np.where(copied, rows - patients + len(films), rows)))
