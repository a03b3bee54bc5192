"""Which real images may stand beside the synthetic ones: those that show what the prompts ask for.

Prompts that were drawn as the reports of the real images were ask for what these show, and any real image may play a perfect generator's.
Prompts of one finding do not, and a perfect generator of such images differs from real ones of all kinds: there the player is drawn with
the findings that were asked for, as far as there are enough real images with them. What differs is tested finding by finding, over units.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench_core.data import FINDINGS
from bench_core.engine.scoring.ranges import chance_of_difference
from bench_core.engine.scoring.units import Units
from bench_core.features import FeatureSet

LEVEL = 0.01 / len(FINDINGS)
"""Level of the test of one finding; of all together 1 percent."""


@dataclass(frozen=True, eq=False)
class Mix:
    """How the units of a perfect generator's images are drawn.

    Attributes:
        findings: those on which real images are matched to the prompts; none where there is nothing to match.
        quota: units to draw of each cell; a cell is a combination of these findings.
        pool: how many real units those are worth that may be drawn, as evenly drawn ones.
        unlike: what differs although it should not, and cannot be matched; then nothing may be compared.
    """

    findings: tuple[str, ...]
    quota: Mapping[int, int]
    pool: float
    unlike: str = ""

    @property
    def size(self) -> int:
        """Units of a player."""
        return sum(self.quota.values())

    def cells(self, features: FeatureSet) -> np.ndarray:  # (N,) int
        """The cell of each image."""
        cells = np.zeros(len(features), int)
        for bit, finding in enumerate(self.findings):
            cells |= (features.label(finding) == 1).astype(int) << bit
        return cells


@dataclass(frozen=True, eq=False)
class Side:
    """One of two sets whose findings are compared: each unit counts as one, each of its images as a part of it."""

    features: FeatureSet
    units: Units

    @cached_property
    def parts(self) -> np.ndarray:  # (N,)
        """What part of its unit each image is."""
        return np.asarray(1 / np.bincount(self.units.of)[self.units.of])

    def shares(self, names: list[str], weights: np.ndarray) -> list[float]:
        """The share of units with each finding."""
        return [float(weights @ (self.features.label(name) == 1) / weights.sum()) for name in names]

    def supply(self, mix: Mix) -> dict[int, float]:
        """Units in each cell."""
        cells, cell_of = np.unique(mix.cells(self.features), return_inverse=True)
        return dict(zip(cells.tolist(), np.bincount(cell_of, weights=self.parts).tolist(), strict=True))


def mix_of(prompts: Side, real: Side, share: float, fewest: int) -> Mix:
    """How to draw from real images against the images of these prompts.

    Args:
        share: of the real units that may play; the others are what is compared with.
        fewest: units below which a finding is left unmatched rather than matched.
    """
    found = _drawn((), prompts, real, share)
    names = [f for f in FINDINGS if not any(np.isnan(side.features.label(f)).all() for side in (prompts, real))]
    asked, shown = (side.shares(names, side.parts) for side in (prompts, real))
    chance = np.array([_chance(a, len(prompts.units), s, len(real.units)) for a, s in zip(asked, shown, strict=True)])
    if not (chance < LEVEL).any():
        return found
    for number in np.argsort(chance, kind="stable")[: int((chance < LEVEL).sum())]:
        more = _drawn((*found.findings, names[number]), prompts, real, share)
        found = more if more.size >= min(fewest, found.size) else found
    left = [
        f"{name} {a:.0%} against {m:.0%}"
        for name, a, m in zip(names, asked, real.shares(names, _weights(found, prompts, real)), strict=True)
        if _chance(a, len(prompts.units), m, round(found.pool)) < LEVEL
    ]
    return Mix(found.findings, found.quota, found.pool, ", ".join(left[:3]))


def _chance(one: float, n: int, two: float, m: int) -> float:
    """How likely two shares of so many units would differ by so much if they were drawn alike."""
    return chance_of_difference(round(one * n), n, round(two * m), m)


def _drawn(findings: tuple[str, ...], prompts: Side, real: Side, share: float) -> Mix:
    """As many units as there are for every cell, in the proportions of the prompts."""
    cells = Mix(findings, {}, 0.0)
    wanted, there = prompts.supply(cells), real.supply(cells)
    total = sum(wanted.values())
    # Halves differ in what they hold of a cell by about this.
    spare = {cell: count**0.5 * share if findings and share < 1 else 0.0 for cell, count in there.items()}
    free = {cell: int(count * share - spare[cell] + 1e-9) for cell, count in there.items()}
    size = min(total, *(free.get(cell, 0) * total / count for cell, count in wanted.items()))
    exact = {cell: size * count / total for cell, count in wanted.items()}
    quota = {cell: int(count + 1e-9) for cell, count in exact.items()}
    for cell in sorted(exact, key=lambda c: quota[c] - exact[c])[: int(size + 1e-9) - sum(quota.values())]:
        quota[cell] += quota[cell] < free[cell]
    pool = 1 / sum((count / total) ** 2 / there[cell] for cell, count in wanted.items()) if size else 0.0
    return Mix(findings, {cell: count for cell, count in quota.items() if count}, pool)


def _weights(mix: Mix, prompts: Side, real: Side) -> np.ndarray:  # (N,)
    """How much each real image counts once cells are as common as among the prompts."""
    wanted, there = prompts.supply(mix), real.supply(mix)
    return np.asarray(real.parts * [wanted.get(cell, 0.0) / there[cell] for cell in mix.cells(real.features).tolist()])
