"""Statistics of reader studies that were made anywhere, and plans; they read no workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from bench_core.readers.analysis import ReaderStatistics


def read_answers(path: Path) -> pd.DataFrame:
    """Answers from a CSV that anybody may have made; docs/reader_statistics.md lists the columns.

    Raises:
        TableError: a column is missing, or a row says what it cannot mean; every such row is named by its line.
    """
    from bench_core.readers.answers import read_answers

    return read_answers(path)


def reader_statistics(answers: pd.DataFrame, *, level: float = 0.95, seed: int = 0) -> ReaderStatistics:
    """All that is said of one study that is closed: tables (`.frames`), `.notes` on what is missing, and `.methods`, a paragraph.

    Args:
        answers: `frames.ANSWERS`, or what `read_answers` gives.

    Raises:
        InputError: there is no answer, or there are several studies.
        SettingError: there is no such level.
    """
    from bench_core.readers.analysis import reader_statistics

    return reader_statistics(answers, level=level, seed=seed)


def plan_readers(
    readers: Sequence[int],
    cases: Sequence[int],
    areas: Sequence[float],
    *,
    structure: Literal["HL", "LL", "HH", "LH"] = "HL",
    scale: int = 0,
    studies: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """`frames.reader_statistics.READER_POWER`: what studies of so many readers and films (half of them synthetic) would find.

    Args:
        areas: one that is expected (against chance), or two of generators to be told apart.
        structure: two letters, see `bench_core/readers/roe_metz.py`: films hard for all alike, and skill differs, each H(igh) or L(ow).
        scale: ratings that can be given; 0: as many as one likes.

    Raises:
        SettingError: that cannot be simulated.
    """
    from bench_core.readers.planning import Plan, plan_study

    return plan_study(readers, cases, Plan(tuple(areas), structure, scale), studies=studies, seed=seed)
