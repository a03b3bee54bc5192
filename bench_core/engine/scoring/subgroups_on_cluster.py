"""Whole subgroups of an evaluation on a Ray cluster: a shard is one subgroup with all its metrics, intervals and nulls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench_core.data import Result
from bench_core.engine.scoring.repeats import Sets
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.spec import EvaluateSpec
from bench_core.store.derived import KnownNulls

Task = tuple[Mapping[str, np.ndarray], str]
"""Of each set the rows of the whole set, and the finding that all of them have, if any."""


@dataclass(frozen=True)
class Arms:
    """What all subgroups of one encoder share.

    Attributes:
        sets: the sets that the subgroups are parts of.
        native: see `score_sets`.
        nulls: what is known, by the keys of the store.
    """

    spec: EvaluateSpec
    sets: Sets
    native: Sets | None
    nulls: Mapping[str, Any]


@dataclass(frozen=True)
class Arm:
    """The numbers of one subgroup.

    Attributes:
        nulls: those that were not known.
    """

    results: list[Result]
    draws: dict[str, np.ndarray] = field(default_factory=dict)
    nulls: dict[str, Any] = field(default_factory=dict)


def score_arm(arms: Arms, task: Task) -> Arm:
    """All numbers of one subgroup."""
    rows, finding = task
    members = {role: arms.sets[role].whole.take(of, finding=finding) for role, of in rows.items()}
    nulls, draws, spec = KnownNulls(arms.nulls), {}, arms.spec  # type: KnownNulls, dict[str, np.ndarray], EvaluateSpec
    results, _ = score_sets(
        members,
        metrics=spec.metrics,
        seed=spec.seed,
        intervals=spec.intervals,
        mode=spec.mode,
        native=arms.native,
        nulls=nulls,
        draws=draws,
    )
    return Arm(results, draws, dict(nulls))
