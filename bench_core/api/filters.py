"""What can be done about a set that is there: filters, and what went and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.registry import Filter

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
