"""Scores of plain feature matrices that came from anywhere."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.config import Config
from bench_core.data import Kind, Result
from bench_core.engine.cluster.where import engine_of
from bench_core.engine.scoring.protocol import checked_mode
from bench_core.errors import InputError
from bench_core.features import FeatureSet
from bench_core.records import Progress
from bench_core.spec import Choice, Scoring


def score_files(
    files: Mapping[str, Path],
    metrics: Sequence[Choice] | None,
    seed: int,
    intervals: bool,
    mode: str,
    on_progress: Progress | None,
) -> tuple[list[Result], pd.DataFrame]:
    """The numbers of (N, D) matrices in `.npy` files by role, and the values of each synthetic image by metric.

    Raises:
        InputError: a file that is no such matrix, or a mode that is not there; see `score_sets` for others.
    """
    from bench_core.engine.scoring.score_sets import score_sets

    chosen = None if metrics is None else list(metrics)
    scoring = Scoring(metrics=chosen, seed=seed, intervals=intervals, mode=checked_mode(mode))
    sets = {role: FeatureSet(read_matrix(path, role), kind=role) for role, path in files.items()}
    with engine_of(Config.from_environment()) as executor:
        scores = score_sets(sets, scoring, on_progress=on_progress, executor=executor)
    return scores.results, pd.DataFrame(scores.per_image, index=range(len(sets["synthetic"])))


def read_matrix(path: Path, role: Kind | str) -> np.ndarray:  # (N, D)
    """The matrix of a `.npy` file; nothing is unpickled.

    Raises:
        InputError: it is not there, or no (N, D) matrix of finite numbers.
    """
    try:
        values = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise InputError(f"--{role}: there is no file {str(path)!r}.") from None
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"--{role}: {str(path)!r} is no .npy matrix ({error}).", "Save it with numpy.save.") from None
    if not isinstance(values, np.ndarray) or values.ndim != 2 or values.dtype.kind not in "fiub":
        shape = getattr(values, "shape", "several arrays")
        raise InputError(
            f"--{role}: {str(path)!r} has shape {shape}, not (images, features).", "Give a numeric matrix with one row per image."
        )
    return values
