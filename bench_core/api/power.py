"""What each number can see: faults that are put in on purpose, and which metrics notice them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.records import Progress, Reference
from bench_core.registry import Fault
from bench_core.spec import PowerSpec

if TYPE_CHECKING:
    import pandas as pd


def faults() -> Mapping[str, Fault]:
    """All faults by id: those of films first, and of these what nothing should see last."""
    from bench_core import registry

    return registry.faults()


def power(reference: Reference) -> pd.DataFrame:
    """`frames.POWER`: how often each metric flagged each fault at each strength, at all sizes that were tried.

    Submit a `PowerSpec` for more. Counts of metrics, faults or encoders that have changed since are left out.
    """
    from bench_core.engine.answers.power import power

    return power(open_workspace(), reference)


def power_limits(counts: pd.DataFrame) -> pd.DataFrame:
    """`frames.POWER_LIMITS` of rows of `power`: the smallest strength from which on each metric sees each fault, and in words."""
    from bench_core.engine.answers.power import limits

    return limits(counts)


def blind_spots(limits: pd.DataFrame, metric: str, n: int) -> list[str]:
    """What of its own family's faults a metric does not see, or calls better, as sentences; at the size that is nearest to n.

    Args:
        limits: rows of `power_limits`.
    """
    from bench_core.engine.answers.power import blind_spots

    return list(blind_spots(limits, metric, n))


def expected_power(spec: PowerSpec) -> float | None:
    """Seconds that a power run will take: as an equal one took here, else a rough guess for small encoders and two processor cores.

    Raises:
        UnknownName: a set, an encoder, a metric or a fault that is not there.
        InputError: too few held-out patients for a size.
    """
    from bench_core.engine.runs.power import check

    return check(open_workspace(), spec).expected


def power_of_matrices(files: Mapping[str, Path], spec: PowerSpec, on_progress: Progress | None = None) -> pd.DataFrame:
    """`frames.POWER` of plain (N, D) matrices in `.npy` files by role (`real`, `train`), in this process: faults of whole sets only.

    Raises:
        InputError: a file that is no such matrix, too few rows, or a metric or a fault that cannot be had of features.
    """
    from bench_core.engine.answers.power import power_of_matrices

    return power_of_matrices(files, spec, on_progress)


def sees_from() -> float:
    """Of the repeats, those that must be flagged for a metric to see a fault."""
    from bench_core.engine.answers.power import SEEN

    return SEEN
