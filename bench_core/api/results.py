"""Numbers: stored ones, values per image, plain matrices, published ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bench_core.api.workspace import open_workspace
from bench_core.data import Result
from bench_core.records import Progress
from bench_core.spec import Choice

if TYPE_CHECKING:
    import pandas as pd


def results(
    real: str | None = None, train: str | None = None, encoder: str | None = None, synthetic: Sequence[str] | None = None
) -> pd.DataFrame:
    """`frames.RESULTS`: one row per number, the newest where a number was computed twice (with an interval, if any of them has one)."""
    from bench_core.engine.answers.results import results_frame

    return results_frame(open_workspace(), real, train, encoder, synthetic)


def run_results(run_id: str) -> pd.DataFrame:
    """`frames.RESULTS` of one run, in the order in which they were computed."""
    from bench_core.engine.answers.results import run_frame

    return run_frame(open_workspace(), run_id)


def per_image(synthetic: str, encoder: str, metric: str) -> pd.Series:
    """Values of a metric by image_id, of the newest evaluation in corrected mode.

    Raises:
        NotPossible: that metric has no such values stored for this set.
    """
    from bench_core.engine.answers.results import per_image_values

    return per_image_values(open_workspace(), synthetic, encoder, metric)


def score(
    files: Mapping[str, Path],
    *,
    metrics: Sequence[Choice] | None = None,
    seed: int = 0,
    intervals: bool = True,
    mode: Literal["corrected", "compatible"] = "corrected",
    on_progress: Progress | None = None,
) -> tuple[list[Result], pd.DataFrame]:
    """Metrics of plain (N, D) feature matrices (`.npy`) by role: `real`, `synthetic` and, if any, `train`.

    Mode `compatible` is CheXGenBench's protocol from the features on; squashing images and leaving out repeated prompts is the caller's.

    Returns the results, and a table with one row per synthetic image (in input order) and one column per metric with values per image.

    Raises:
        InputError: a file is no numeric matrix.
        NotPossible: a metric that was named cannot run.
    """
    from bench_core.engine.scoring.matrices import score_files

    return score_files(files, metrics, seed, intervals, mode, on_progress)


def published() -> pd.DataFrame:
    """`frames.PUBLISHED`: numbers that papers printed, CheXGenBench's own tables first."""
    from bench_core.engine.answers.external_numbers import published_frame

    return published_frame()


def published_statements() -> pd.DataFrame:
    """`frames.STATEMENTS`: what papers say in words."""
    from bench_core.engine.answers.external_numbers import statements_frame

    return statements_frame()


def per_image_table(run_id: str) -> pd.DataFrame:
    """`frames.PER_IMAGE`: all values per image of an evaluation."""
    from bench_core.engine.answers.results import run_per_image

    return run_per_image(open_workspace(), run_id)
