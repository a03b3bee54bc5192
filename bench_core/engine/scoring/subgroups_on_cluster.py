"""Whole subgroups of an evaluation on a Ray cluster: a shard is one subgroup with all its metrics, intervals and nulls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench_core.engine.scoring.score_sets import Scores, score_sets
from bench_core.features import Sets
from bench_core.spec import Scoring
from bench_core.store.derived import KnownNulls

Task = tuple[Mapping[str, np.ndarray], str]
"""Of each set the rows of the whole set, and the finding that all of them have, if any."""


@dataclass(frozen=True)
class SubgroupWork:
    """What all subgroups of one encoder share.

    Attributes:
        sets: the sets that the subgroups are parts of.
        native: see `score_sets`.
        nulls: what is known, by the keys of the store.
    """

    scoring: Scoring
    sets: Sets
    native: Sets | None
    nulls: Mapping[str, Any]


def score_subgroup(work: SubgroupWork, task: Task) -> tuple[Scores, dict[str, Any]]:
    """All numbers of one subgroup, without per-image values, and the nulls that were not known."""
    rows, finding = task
    members = {role: work.sets[role].whole.take(of, finding=finding) for role, of in rows.items()}
    nulls = KnownNulls(work.nulls)
    scores = score_sets(members, work.scoring, native=work.native, nulls=nulls)
    return scores._replace(per_image={}), dict(nulls)
