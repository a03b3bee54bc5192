"""Every arm at every share of the real images, trained several times, tested on held-out patients, compared with real images alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from bench_core.arms.materials import Materials
from bench_core.data import FINDINGS
from bench_core.downstream.draws import Cell, Draw, Draws, distinct
from bench_core.downstream.figures import Figures, curves
from bench_core.downstream.intervals import Resamples
from bench_core.downstream.probes import Examples, Trained, Training, train
from bench_core.downstream.targets import Uncertain, fewest, targets
from bench_core.errors import InputError, NotPossible
from bench_core.features import Sets
from bench_core.features.place import Parts
from bench_core.registry import arms
from bench_core.registry.arms import Material

TESTED, LEARNED = 10, 5
"""Positives and negatives that a finding needs among the images to test, and among those of every set to learn from."""
Change = Callable[[Sequence[tuple[int, int]]], np.ndarray]
"""Features (A, D) of changed real training images: pairs of a row and the how manieth time it is changed."""


class Watcher(Protocol):
    """Hears how far a study is; may raise to stop it."""

    def __call__(self, more: int, what: str) -> None:
        """So many more trainings are done, and this one is next."""


@dataclass(frozen=True)
class Asked:
    """What a study asks.

    Attributes:
        shares: of the real training patients. ratios: added images for each real one; None: all synthetic ones there are.
        trainings: of every arm, each on patients and with a start of its own.
        findings: None: all that have enough positives and negatives.
    """

    arms: Sequence[str]
    shares: Sequence[float] = (1.0,)
    ratios: Sequence[float | None] = (None,)
    trainings: int = 5
    how: Training = field(default_factory=Training)
    uncertain: Uncertain = "ignored"
    findings: Sequence[str] | None = None
    seed: int = 0

    @property
    def cells(self) -> list[Cell]:
        """What is trained; real images alone once per share, whatever is added to the others."""
        return [
            Cell(name, share, ratio)
            for share in self.shares
            for name in dict.fromkeys(["real_only", *self.arms])
            for ratio in (self.ratios if arms()[name].adds else self.ratios[:1])
        ]


@dataclass(eq=False)
class UtilityStudy:
    """A study on features of training, held-out and synthetic images.

    Attributes:
        changes: how real training images are altered and reconstructed; NotPossible says why they cannot be.
        parts: keeps what is finished.
        groups: of the test images, by name: who counts into which subgroup (N,) of str, empty for nobody.
    """

    sets: Sets
    asked: Asked
    changes: Mapping[Material, Change | NotPossible] = field(default_factory=dict)
    parts: Parts | None = None
    groups: Mapping[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """Those that can be learned and tested.

        Raises:
            InputError: a set without labels, or none with enough; says which set has how many.
        """
        wanted = self.asked.findings or FINDINGS
        counts = {role: fewest(targets(images, wanted, self.asked.uncertain)) for role, images in self.sets.items()}
        needed = {"real": TESTED, "train": LEARNED, "synthetic": LEARNED}
        for role, found in counts.items():
            if not found.any():
                raise InputError(
                    f"The {role} images have no finding with both positives and negatives, so there is nothing to learn or to test.",
                    "Import them with label columns, or choose sets that have labels.",
                )
        enough = [f for i, f in enumerate(wanted) if all(found[i] >= needed[role] for role, found in counts.items())]
        if not enough:
            most = {role: int(found.max()) for role, found in counts.items()}
            told = ", ".join(f"{role} at most {most[role]} (needed: {needed[role]})" for role in counts)
            raise InputError(
                f"No finding has enough positives and negatives in all sets: {told}.", "Take larger sets, or ask for other findings."
            )
        return tuple(enough)

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
        _ = self.findings
        possible, problems = self._possible()
        self._change(possible)
        tested = targets(self.sets["real"], self.findings)
        resamples = Resamples.of(self.sets["real"].units, self.asked.trainings, seed=self.asked.seed)
        figures = Figures(self.findings, tested, resamples, self.groups, self._common)
        rows: list[dict[str, Any]] = []
        drawn: list[dict[str, Any]] = []
        for cell in possible:
            trained = [self._trained(cell, number, watch) for number in range(self.asked.trainings)]
            if isinstance(trained[0], NotPossible):
                problems[cell] = trained[0]
                continue
            done = [t for t in trained if isinstance(t, Trained)]
            rows += figures.rows(cell, done, targets(self._validating, self.findings), self._about(cell))
            if cell.share == max(self.asked.shares):
                drawn += curves(cell, done, tested, self.findings)
        rows += [self._refused(cell, problem) for cell, problem in problems.items()]
        return rows, drawn

    def _possible(self) -> tuple[list[Cell], dict[Cell, NotPossible]]:
        problems: dict[Cell, NotPossible] = {}
        for cell in self.asked.cells:
            for material in arms()[cell.arm].reads:
                change = self.changes.get(material)
                if isinstance(change, NotPossible):
                    problems[cell] = change
                elif material in ("altered", "reconstructed") and change is None:
                    problems[cell] = NotPossible("Features alone cannot be changed as images can.", "Evaluate sets of images instead.")
        return [cell for cell in self.asked.cells if cell not in problems], problems

    @cached_property
    def _draws(self) -> Draws:
        return Draws(self.sets["train"], len(self.sets["synthetic"]), self.asked.seed)

    def _draw(self, cell: Cell, number: int) -> Draw:
        return self._draws.draw(number, cell.share, cell.ratio)

    @cached_property
    def _validating(self) -> Any:
        return self.sets["train"].take(self._draws.validation)

    def _change(self, cells: Sequence[Cell]) -> None:
        """Alters and reconstructs what the cells need, each image once, and lays it beside the others."""
        self._pool = Examples(
            np.concatenate([self.sets[role].values for role in ("train", "synthetic")]),
            np.concatenate([targets(self.sets[role], self.findings, self.asked.uncertain) for role in ("train", "synthetic")]),
            np.concatenate([self.sets["train"].units, self.sets["train"].units.max() + 1 + np.arange(len(self.sets["synthetic"]))]),
        )
        self._places: dict[Material, dict[tuple[int, int], int]] = {}
        for material in ("altered", "reconstructed"):
            of_these = [c for c in cells if material in arms()[c.arm].reads]
            change = self.changes.get(material)
            if not of_these or change is None or isinstance(change, NotPossible):
                continue
            draws = [self._draw(cell, number) for cell in of_these for number in range(self.asked.trainings)]
            pairs = list(distinct(draws)) if material == "altered" else sorted({(row, 0) for row, _ in distinct(draws)})
            kept = self.parts.get(material) if self.parts is not None else None
            values = np.array(kept, np.float32) if kept is not None else change(pairs)
            if kept is None and self.parts is not None:
                self.parts.put(material, values.tolist())
            self._places[material] = {pair: len(self._pool.values) + i for i, pair in enumerate(pairs)}
            rows = np.array([row for row, _ in pairs])
            assert self._pool.patients is not None
            self._pool = Examples(
                np.concatenate([self._pool.values, values]), np.concatenate([self._pool.targets, self._pool.targets[rows]]),
                np.concatenate([self._pool.patients, self._pool.patients[rows]]),
            )  # fmt: skip

    def _trained(self, cell: Cell, number: int, watch: Watcher) -> Trained | NotPossible:
        watch(1, f"{arms()[cell.arm].title}, {cell.share:.0%} of real images")
        part = f"{cell.name} {number}"
        kept = self.parts.get(part) if self.parts is not None else None
        if kept is not None:
            return Trained(np.array(kept[0]), np.array(kept[1]), kept[2])
        draw = self._draw(cell, number)
        seed = self.asked.seed * 1000 + number
        materials = Materials(
            draw.real, len(self.sets["train"]) + draw.synthetic, self._changed("altered", draw), self._changed("reconstructed", draw),
            np.random.default_rng([self.asked.seed, 2, number]),
        )  # fmt: skip
        validation = Examples(self._validating.values, targets(self._validating, self.findings))
        try:
            done = train(
                self._pool, arms()[cell.arm].function(materials), validation, self.sets["real"].values, self.asked.how, seed
            )  # fmt: skip
        except NotPossible as error:
            return error
        if self.parts is not None:
            self.parts.put(part, [done.validation.round(5).tolist(), done.test.round(5).tolist(), done.kept_at])
        return done

    def _changed(self, material: Material, draw: Draw) -> np.ndarray:
        places = self._places.get(material)
        if places is None:
            return np.array([], int)
        again = draw.variants if material == "altered" else np.zeros_like(draw.variants)
        return np.array([places[int(row), int(variant)] for row, variant in zip(draw.bases, again, strict=True)], int)

    def _about(self, cell: Cell) -> dict[str, Any]:
        draw = self._draw(cell, 0)
        added = len(draw.synthetic) if arms()[cell.arm].adds else 0
        return {"n_real": 0 if cell.arm == "synthetic_only" else len(draw.real), "n_added": added, "n_test": len(self.sets["real"])}

    def _refused(self, cell: Cell, problem: NotPossible) -> dict[str, Any]:
        where = {"arm": cell.arm, "share": cell.share, "ratio": np.nan if cell.ratio is None else cell.ratio}
        return {**where, "measure": "", "finding": "", **self._about(cell), "trainings": 0, "message": str(problem)}

    @cached_property
    def _common(self) -> tuple[str, ...]:
        """The half of the findings that most training images have."""
        counts = np.nansum(targets(self.sets["train"], self.findings), axis=0)
        order = np.argsort(-counts, kind="stable")[: (len(self.findings) + 1) // 2]
        return tuple(self.findings[i] for i in sorted(order))


def trainings_of(asked: Asked) -> Iterator[str]:
    """One word for each training, for progress."""
    yield from (cell.name for cell in asked.cells for _ in range(asked.trainings))
