"""Every arm at every share of the real images, trained several times, tested on held-out patients, compared with real images alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from bench_core.arms.materials import Materials
from bench_core.data import FINDINGS
from bench_core.downstream.asked import Asked
from bench_core.downstream.changed import CHANGED, ChangedImages
from bench_core.downstream.draws import NONE_LEFT, Cell, Draw, Draws
from bench_core.downstream.figures import Figures, curves
from bench_core.downstream.films import Films, Joined, Rows
from bench_core.downstream.findings import TESTED, labels_of, learnable
from bench_core.downstream.intervals import Resamples
from bench_core.downstream.loop import Examples, Trained, Values
from bench_core.downstream.networks import Pixels
from bench_core.downstream.probes import train
from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet, Sets
from bench_core.features.place import Parts
from bench_core.features.targets import fewest
from bench_core.registry import arms
from bench_core.registry.arms import Material

Change = Callable[[Sequence[tuple[int, int]]], Values]
"""What is seen of changed real training images: pairs of a row and the how manieth time it is changed."""


class Watcher(Protocol):
    """Hears how far a study is; may raise to stop it."""

    def __call__(self, more: float, what: str) -> None:
        """So many more trainings are done, a part of one at times, and this one is in progress."""


@dataclass(frozen=True)
class Tested:
    """Images to test on.

    Attributes:
        groups: by what divides them, who counts into which subgroup (N,) of str, empty for nobody.
    """

    images: FeatureSet
    groups: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(eq=False)
class UtilityStudy:
    """A study on training, held-out and synthetic images: on their features, or with a network on their films.

    Attributes:
        changes: how real training images are altered and reconstructed; NotPossible says why they cannot be.
        parts: keeps what is finished.
        groups: of the held-out images, see `Tested`.
        further: other images to test on, by the name of their set.
        pixels: the network that learns from films; None: a probe learns from features.
        films: what it sees, by role, and of further images by the name of their set.
    """

    sets: Sets
    asked: Asked
    changes: Mapping[Material, Change | NotPossible] = field(default_factory=dict)
    parts: Parts | None = None
    groups: Mapping[str, np.ndarray] = field(default_factory=dict)
    further: Mapping[str, Tested] = field(default_factory=dict)
    pixels: Pixels | None = None
    films: Mapping[str, Films] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """See `learnable`."""
        return learnable(self.asked, self.sets)

    @property
    def left_out(self) -> list[str]:
        """Findings that were asked for and have too few images."""
        return [f for f in self.asked.findings or FINDINGS if f not in self.findings]

    def carried_out(self, watch: Watcher = lambda more, what: None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Rows of figures (see `frames.UTILITY`) and rows of curves (`frames.UTILITY_CURVES`).

        Raises:
            InputError: too few labels.
            Cancelled: `watch` said so.
        """
        tests = self._tests()
        possible, problems = self._possible()
        self._change(possible)
        rows: list[dict[str, Any]] = []
        drawn: list[dict[str, Any]] = []
        validating = labels_of(self.asked, self._validating, self.findings)
        for cell in possible:
            trained = [self._trained(cell, number, watch) for number in range(self.asked.trainings)]
            if isinstance(trained[0], NotPossible):
                problems[cell] = trained[0]
                continue
            done = [t for t in trained if isinstance(t, Trained)]
            start = 0
            for name, (figures, use) in tests.items():
                end = start + len(figures.tested)
                mine = [Trained(t.validation[:, use], t.test[start:end][:, use], t.kept_at) for t in done]
                rows += figures.rows(cell, mine, validating[:, use], self._about(cell, name))
                if not name and cell.share == max(self.asked.shares):
                    told = [i for i, finding in enumerate(figures.findings) if finding not in self.asked.untold]
                    of_told = [Trained(t.validation[:, told], t.test[:, told], t.kept_at) for t in mine]
                    drawn += curves(cell, of_told, figures.tested[:, told], [figures.findings[i] for i in told])
                start = end
        rows += [self._refused(cell, problem) for cell, problem in problems.items()]
        return rows, drawn

    def read_ahead(self) -> dict[str, np.ndarray]:
        """Rows of films that trainings will ask for, by role (and name of further images)."""
        draws = [self._draw(cell, number) for cell in self._possible()[0] for number in range(self.asked.trainings)]
        found = {name: np.arange(len(films)) for name, films in self.films.items()}
        found["train"] = np.unique(np.concatenate([self._draws.validation, *(d.real for d in draws), *(d.more for d in draws)]))
        return found

    def _tests(self) -> dict[str, tuple[Figures, np.ndarray]]:
        """Figures of every set that is tested on, the held-out one first and under no name, and which of the findings it can test.

        Raises:
            InputError: a further set can test none.
        """
        found = {}
        for name, tested in {"": Tested(self.sets["real"], self.groups), **self.further}.items():
            labels = labels_of(self.asked, tested.images, self.findings)
            use = np.flatnonzero(fewest(labels) >= TESTED)
            if not len(use):
                raise InputError(
                    f"No finding of this study has {TESTED} positives and {TESTED} negatives in {name!r}, so that it cannot be tested on.",
                    "Choose a further test set with labels of the same findings.",
                )
            names = [self.findings[i] for i in use]
            resamples = Resamples.of(tested.images.units, self.asked.trainings, seed=self.asked.seed)
            figures = Figures(
                names, labels[:, use], resamples, tested.groups, self._common, self.asked.untold, self.asked.protocol.threshold
            )  # fmt: skip
            found[name] = (figures, use)
        return found

    def _possible(self) -> tuple[list[Cell], dict[Cell, NotPossible]]:
        problems: dict[Cell, NotPossible] = {}
        for cell in self.asked.cells:
            for material in arms()[cell.arm].reads:
                change = self.changes.get(material)
                if isinstance(change, NotPossible):
                    problems[cell] = change
                elif material == "more" and not len(self._draw(cell, 0).more):
                    problems[cell] = NONE_LEFT
                elif material in CHANGED and change is None:
                    problems[cell] = NotPossible("Features alone cannot be changed as images can.", "Evaluate sets of images instead.")
        return [cell for cell in self.asked.cells if cell not in problems], problems

    @cached_property
    def _draws(self) -> Draws:
        protocol = self.asked.protocol
        return Draws(self.sets["train"], len(self.sets["synthetic"]), self.asked.seed, protocol.validates, protocol.of_images)

    def _draw(self, cell: Cell, number: int) -> Draw:
        return self._draws.draw(number, cell.share, cell.ratio)

    @cached_property
    def _validating(self) -> FeatureSet:
        return self.sets["train"].take(self._draws.validation)

    def _change(self, cells: Sequence[Cell]) -> None:
        """Alters and reconstructs what the cells need, each image once, and lays it beside the others."""
        seen: list[Any] = [self._seen(role) for role in ("train", "synthetic")]
        taught = [labels_of(self.asked, self.sets[role], self.findings, learning=True) for role in ("train", "synthetic")]
        taught[1] = np.where(np.isin(self.findings, self.asked.untold), np.nan, taught[1])
        whose = [self.sets["train"].units, self.sets["train"].units.max() + 1 + np.arange(len(self.sets["synthetic"]))]
        self._made: dict[Material, ChangedImages] = {}
        for material in CHANGED:
            of_these = [c for c in cells if material in arms()[c.arm].reads]
            change = self.changes.get(material)
            if not of_these or change is None or isinstance(change, NotPossible):
                continue
            draws = [self._draw(cell, number) for cell in of_these for number in range(self.asked.trainings)]
            made = self._made[material] = ChangedImages.of(material, draws, sum(map(len, taught)))
            seen.append(self._changed_once(material, change, made.pairs))
            taught.append(taught[0][made.bases])
            whose.append(whose[0][made.bases])
        together = Joined(seen) if self.pixels else np.concatenate(seen)
        self._pool = Examples(together, np.concatenate(taught), np.concatenate(whose))

    def _changed_once(self, material: Material, change: Change, pairs: Sequence[tuple[int, int]]) -> Values:
        """Features of changed images are kept with the parts; films are changed again, which is cheaper than to keep them."""
        kept = self.parts.get(material) if self.parts is not None and self.pixels is None else None
        if kept is not None:
            return np.array(kept, np.float32)
        values = change(pairs)
        if self.parts is not None and isinstance(values, np.ndarray):
            self.parts.put(material, values.tolist())
        return values

    def _seen(self, role: str) -> Any:
        return self.films[role] if self.pixels else self.sets[role].values

    @cached_property
    def _to_test(self) -> Any:
        if self.pixels:
            return Joined([self.films["real"], *(self.films[name] for name in self.further)])
        return np.concatenate([self.sets["real"].values, *(tested.images.values for tested in self.further.values())])

    def _trained(self, cell: Cell, number: int, watch: Watcher) -> Trained | NotPossible:
        what = f"{arms()[cell.arm].title}, {cell.share:.0%} of real images, training {number + 1} of {self.asked.trainings}"
        watch(0.0, what)
        part = f"{cell.name} {number}"
        kept = self.parts.get(part) if self.parts is not None else None
        if kept is not None:
            watch(1.0, what)
            return Trained(np.array(kept[0]), np.array(kept[1]), kept[2])
        done = self._learned(cell, number, watch, what)
        if self.parts is not None and isinstance(done, Trained):
            self.parts.put(part, [done.validation.round(5).tolist(), done.test.round(5).tolist(), done.kept_at])
        return done

    def _learned(self, cell: Cell, number: int, watch: Watcher, what: str) -> Trained | NotPossible:
        draw, seed = self._draw(cell, number), self.asked.seed * 1000 + number
        materials = Materials(
            draw.real, len(self.sets["train"]) + draw.synthetic, self._changed("altered", draw), self._changed("reconstructed", draw),
            np.random.default_rng([self.asked.seed, 2, number]), draw.more,
        )  # fmt: skip
        stages = arms()[cell.arm].function(materials)
        labels = labels_of(self.asked, self._validating, self.findings)
        if self.pixels is None:
            try:
                found = train(self._pool, stages, Examples(self._validating.values, labels), self._to_test, self.asked.how, seed)
            except NotPossible as error:
                return error
            watch(1.0, what)
            return found
        validation = Examples(Rows(self.films["train"], self._draws.validation), labels)
        done = 0.0

        def told(share: float) -> None:
            nonlocal done
            more, done = share - done, share
            watch(more, what)

        return self._network.train(self._pool, stages, validation, self._to_test, seed, told)

    @cached_property
    def _network(self) -> Pixels:
        """With the arithmetic that was measured, once: a study that goes on goes on in the same one."""
        assert self.pixels is not None
        known = self.parts.get("arithmetic") if self.parts is not None else None
        found = self.pixels.measured(len(self.findings)) if known is None else self.pixels.with_arithmetic(known)
        if self.parts is not None and known is None:
            assert found.way is not None
            self.parts.put("arithmetic", found.way.name)
        return found

    @property
    def arithmetic(self) -> str:
        """In which a network on pixels learned; empty for probes."""
        return self._network.way.name if self.pixels and self._network.way else ""

    def _changed(self, material: Material, draw: Draw) -> np.ndarray:
        return self._made[material].rows(draw) if material in self._made else np.array([], int)

    def _about(self, cell: Cell, tested_on: str = "") -> dict[str, Any]:
        draw = self._draw(cell, 0)
        added = len(draw.more if "more" in arms()[cell.arm].reads else draw.synthetic) if arms()[cell.arm].adds else 0
        tested = self.further[tested_on].images if tested_on else self.sets["real"]
        return {
            "n_real": len(draw.real) if "real" in arms()[cell.arm].reads else 0, "n_added": added, "n_test": len(tested),
            "tested_on": tested_on,
        }  # fmt: skip

    def _refused(self, cell: Cell, problem: NotPossible) -> dict[str, Any]:
        where = {"arm": cell.arm, "share": cell.share, "ratio": np.nan if cell.ratio is None else cell.ratio}
        return {**where, "measure": "", "finding": "", **self._about(cell), "trainings": 0, "message": str(problem)}

    @cached_property
    def _common(self) -> tuple[str, ...]:
        """The half of the findings that most training images have."""
        told = [f for f in self.findings if f not in self.asked.untold]
        counts = np.nansum(labels_of(self.asked, self.sets["train"], told), axis=0)
        order = np.argsort(-counts, kind="stable")[: (len(told) + 1) // 2]
        return tuple(told[i] for i in sorted(order))
