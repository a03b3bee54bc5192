"""What can be done about a set that is there: filters, and what went and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.records import Progress
from bench_core.registry import Filter
from bench_core.spec import FilterSpec

if TYPE_CHECKING:
    import pandas as pd


def filters() -> Mapping[str, Filter]:
    """All filters by id, those against copies first. Submit a `FilterSpec` to use one."""
    from bench_core import registry

    return registry.filters()


def filter_log(name_or_id: str) -> pd.DataFrame:
    """`frames.FILTER_LOG` of a set that a filter left: one row per image of the set that was filtered; empty for any other set.

    Raises:
        UnknownName: there is no such set.
        StoreError: the log is gone.
    """
    from bench_core.frames import FILTER_LOG
    from bench_core.store.set_parts import read_log

    found = read_log(open_workspace().sets, name_or_id)
    return FILTER_LOG.of([]) if found is None else FILTER_LOG.of(found)


def what_goes(spec: FilterSpec) -> pd.DataFrame:
    """`frames.FILTER_LOG`: what a filter would take, and why; nothing is made. Answers at once where `what_remains` was asked before.

    Raises:
        UnknownName: there is no such set, encoder or filter.
        InputError: the threshold is out of range.
        NotPossible: the filter cannot run on these sets, or one of them is not encoded yet (evaluate it first).
    """
    from bench_core.engine.answers.what_if import what_goes

    return what_goes(open_workspace(), spec)


def what_remains(
    spec: FilterSpec,
    metrics: Sequence[str],
    thresholds: Sequence[float | None],
    beside_perfect: bool = False,
    on_progress: Progress | None = None,
) -> pd.DataFrame:
    """`frames.WHAT_REMAINS`: numbers of what the filter leaves at each threshold, equal to those of a set made of it; None: of all images.

    The first call for a set finds its distances, in this process; after it a threshold costs a fraction of a second.

    Args:
        beside_perfect: with intervals and the range of a perfect generator, which takes many times as long.

    Raises:
        UnknownName, InputError, NotPossible: as for `what_goes`.
    """
    from bench_core.engine.answers.what_if import what_remains

    return what_remains(open_workspace(), spec, metrics, thresholds, beside_perfect, on_progress)


def filter_steps(spec: FilterSpec) -> tuple[list[float], list[str]]:
    """Thresholds worth looking at, the loosest first, and the ids of the metrics that can be had of what remains.

    Raises:
        UnknownName, NotPossible: as for `what_goes`.
    """
    from bench_core.engine.answers.what_if import steps_of

    return steps_of(open_workspace(), spec)
