"""A task that is trained on every arm and tested on held-out patients: what every measure is worth, with intervals and gains.

Classification of findings has a study of its own (`study`); segmentation and the writing of reports share this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from bench_core.arms.materials import Materials, Stage
from bench_core.downstream.changed import CHANGED, ChangedImages
from bench_core.downstream.draws import NONE_LEFT, Cell, Draws
from bench_core.downstream.intervals import Interval, Resamples, interval
from bench_core.downstream.study import Watcher
from bench_core.errors import NotPossible
from bench_core.features.place import Parts
from bench_core.registry import Tallies, arms
from bench_core.registry.arms import Material


class Task(Protocol):
    """What is learned and how it is judged. The pool has the training images, then the synthetic ones, then changed training images."""

    def train(self, stages: Sequence[Stage], seed: int) -> Any:
        """What a model that learned from those rows of the pool says of the images to test, as JSON holds it."""

    def tallies(self, said: Any) -> Mapping[str, Tallies]:
        """Each measure of that, by its id; row i of its counts is test image i."""


@dataclass(frozen=True)
class AskedOfTask:
    """What is asked of a task.

    Attributes:
        shares: of the real training patients. trainings: of every arm, each on patients and with a start of its own.
    """

    arms: Sequence[str]
    shares: Sequence[float] = (1.0,)
    trainings: int = 3
    seed: int = 0

    @property
    def cells(self) -> list[Cell]:
        """What is trained; real images alone first, at every share."""
        return [Cell(name, share, None) for share in self.shares for name in dict.fromkeys(["real_only", *self.arms])]

    def reads(self, materials: Sequence[Material]) -> bool:
        """Whether an arm learns from any of them."""
        return any(set(arms()[cell.arm].reads) & set(materials) for cell in self.cells)

    def changes(self, draws: Draws, material: Material, start: int) -> ChangedImages | None:
        """Which training images are changed in that way, to lie in the pool from a row on; None where no arm reads them."""
        if not self.reads((material,)):
            return None
        needed = [draws.draw(number, share, None) for share in self.shares for number in range(self.trainings)]
        return ChangedImages.of(material, needed, start)


@dataclass(eq=False)
class TaskStudy:
    """A study of one task.

    Attributes:
        units: (N,) test images that are drawn together. impossible: why an arm that reads such images cannot be trained.
        parts: keeps what finished trainings said.
        changed: where changed training images lie in the task's pool, see `AskedOfTask.changes`.
    """

    task: Task
    asked: AskedOfTask
    draws: Draws
    units: np.ndarray
    impossible: Mapping[Material, NotPossible]
    parts: Parts | None = None
    changed: Mapping[Material, ChangedImages] = field(default_factory=dict)
    _baseline: dict[tuple[float, str, str], np.ndarray] = field(default_factory=dict)

    def carried_out(self, watch: Watcher = lambda more, what: None) -> list[dict[str, Any]]:
        """Rows of figures, without the set and the task: see `frames.TASKS`.

        Raises:
            Cancelled: `watch` said so.
        """
        resamples = Resamples.of(self.units, self.asked.trainings, seed=self.asked.seed)
        rows: list[dict[str, Any]] = []
        for cell in self.asked.cells:
            problem = self._problem(cell)
            if problem is not None:
                rows.append({**self._about(cell), "measure": "", "finding": "", "trainings": 0, "message": str(problem)})
                continue
            said = [self._said(cell, number, watch) for number in range(self.asked.trainings)]
            rows += self._rows(cell, [self.task.tallies(one) for one in said], resamples)
        return rows

    def _problem(self, cell: Cell) -> NotPossible | None:
        """Why an arm cannot be trained."""
        reads = arms()[cell.arm].reads
        if "more" in reads and not len(self.draws.draw(0, cell.share, None).more):
            return NONE_LEFT
        return next((self.impossible[m] for m in reads if m in self.impossible), None)

    def _said(self, cell: Cell, number: int, watch: Watcher) -> Any:
        watch(1, f"{arms()[cell.arm].title}, {cell.share:.0%} of real images")
        kept = self.parts.get(f"{cell.name} {number}") if self.parts is not None else None
        if kept is not None:
            return kept
        draw = self.draws.draw(number, cell.share, None)
        altered, reconstructed = (self.changed[m].rows(draw) if m in self.changed else np.array([], int) for m in CHANGED)
        materials = Materials(
            draw.real, len(self.draws.train) + draw.synthetic, altered, reconstructed,
            np.random.default_rng([self.asked.seed, 2, number]), draw.more,
        )  # fmt: skip
        said = self.task.train(arms()[cell.arm].function(materials), self.asked.seed * 1000 + number)
        if self.parts is not None:
            self.parts.put(f"{cell.name} {number}", said)
        return said

    def _rows(self, cell: Cell, tallied: Sequence[Mapping[str, Tallies]], resamples: Resamples) -> list[dict[str, Any]]:
        rows = []
        for measure in tallied[0]:
            for finding in ("all", *tallied[0][measure].findings):
                each = [one[measure] if finding == "all" else one[measure].findings[finding] for one in tallied]
                values = resamples.mean([t.value(resamples.images @ t.counts)[:, None] for t in each])[:, 0]
                baseline = self._baseline.setdefault((cell.share, measure, finding), values)
                found = interval(values)
                gain = interval(values - baseline) if cell.arm != "real_only" else Interval(np.nan, np.nan, np.nan)
                rows.append(
                    {
                        **self._about(cell), "measure": measure, "finding": finding, "value": found.value, "low": found.low,
                        "high": found.high, "gain": gain.value, "gain_low": gain.low, "gain_high": gain.high,
                        "trainings": len(tallied), "message": "",
                    }
                )  # fmt: skip
        return rows

    def _about(self, cell: Cell) -> dict[str, Any]:
        draw, nothing = (
            self.draws.draw(0, cell.share, None),
            dict.fromkeys(("value", "low", "high", "gain", "gain_low", "gain_high"), np.nan),
        )
        arm = arms()[cell.arm]
        added = len(draw.more if "more" in arm.reads else draw.synthetic) if arm.adds else 0
        return {
            "arm": cell.arm, "share": cell.share, **nothing, "n_real": 0 if cell.arm == "synthetic_only" else len(draw.real),
            "n_added": added, "n_test": len(self.units),
        }  # fmt: skip
