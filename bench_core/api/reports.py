"""Predicted reports and their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.records import Reference
from bench_core.registry import ReportScore

if TYPE_CHECKING:
    import pandas as pd


def report_scores_known() -> Mapping[str, ReportScore]:
    """All scores of reports by id, those of optional packages last; `missing` of each says why it cannot run here."""
    from bench_core import registry

    return registry.report_scores()


def score_reports(predictions: Path | bytes, scores: Sequence[str] | None = None, *, name: str = "", seed: int = 0) -> pd.DataFrame:
    """`frames.REPORT_SCORES` of predictions made elsewhere: JSONL with `prediction`, `reference` and, if known, `id` and `patient`.

    Args:
        predictions: a file, or what is in one, which `name` is then the name of in messages.
        scores: their ids; None: all that need no further package.

    Raises:
        TableError: a line is not what it must be.
        UnknownName: there is no such score.
        MissingPackage: one that was named needs a package that is not here.
    """
    from bench_core.downstream.reports.predictions import predictions_in, read_predictions
    from bench_core.downstream.reports.scoring import scored
    from bench_core.frames import REPORT_SCORES

    given = predictions_in(predictions, name or "The file") if isinstance(predictions, bytes) else read_predictions(predictions)
    return REPORT_SCORES.of(scored(given, scores, seed))


def round_trip(images: str, reference: Reference) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is read from the images of a set beside what their prompts asked for: `frames.ROUND_TRIP` and, by image, `frames.READ_REPORTS`.

    Raises:
        InputError: the reference has no training set, from whose reports reading is learned.
        NotPossible: a set is not encoded, or has neither texts nor labels.
        TooFewImages: no finding is in enough training reports.
    """
    from bench_core.engine.answers.round_trip import round_trip

    return round_trip(open_workspace(), images, reference)


def retrieval(images: str, encoder: str, real: str | None = None) -> pd.DataFrame:
    """`frames.RETRIEVAL` of a set that is encoded: how often an image finds its own report among all, and a report its image.

    Args:
        real: held-out images with reports: what a perfect generator's images would give.

    Raises:
        NotPossible: the set has no texts, the encoder reads none, or it is not encoded.
        TooFewImages: all images have one report.
    """
    from bench_core.engine.answers.round_trip import retrieval

    return retrieval(open_workspace(), images, encoder, real)
