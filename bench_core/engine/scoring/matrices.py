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
    matrices = {role: read_matrix(path, role) for role, path in files.items()}
    _check_turned(matrices)
    sets = {role: FeatureSet(values, kind=role) for role, values in matrices.items()}
    with engine_of(Config.from_environment()) as executor:
        scores = score_sets(sets, scoring, on_progress=on_progress, executor=executor)
    return scores.results, pd.DataFrame(scores.per_image, index=range(len(sets["synthetic"])))


def read_matrix(path: Path, role: Kind | str) -> np.ndarray:  # (N, D)
    """The matrix of a `.npy` file, or the only array of an `.npz`; nothing is unpickled.

    Raises:
        InputError: it is not there, or no (N, D) matrix of finite numbers; says what it is and how to make one of it.
    """
    what = f"--{role}: {str(path)!r}"
    try:
        found = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise InputError(f"--{role}: there is no file {str(path)!r}.") from None
    except MemoryError:
        raise InputError(f"{what} claims more numbers than fit into the memory.", "Is it damaged? Save or fetch it again.") from None
    except (OSError, ValueError, EOFError):
        raise _unread(path, what) from None
    values = _only_array(found, what) if isinstance(found, np.lib.npyio.NpzFile) else np.asarray(found)
    if values.dtype.kind == "c":
        raise InputError(
            f"{what} holds complex numbers.", "A Frechet distance's root leaves such; save features: numpy.save(FILE, values.real)."
        )
    if values.dtype.kind not in "fiub":
        raise InputError(f"{what} holds {values.dtype}, not numbers.", "Save it as numpy.save(FILE, values.astype('float32')).")
    if values.ndim != 2:
        flat = len(values) if values.ndim else 0
        fix = f"numpy.save(FILE, values.reshape({flat}, -1))" if values.ndim > 2 else "numpy.save(FILE, numpy.stack(rows))"
        raise InputError(f"{what} has shape {values.shape}, not (images, features).", f"One row per image: {fix}.")
    return values


def _unread(path: Path, what: str) -> InputError:
    """What is said of a file that NumPy does not read as an array of numbers."""
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(b"\x93NUMPY"):
        if b"'O'" in head or b"|O" in head:
            return InputError(
                f"{what} is a table of Python objects, not of numbers; it is not unpacked, for that can run code.",
                "Save its numbers: numpy.save(FILE, frame[columns].to_numpy('float32')).",
            )
        return InputError(f"{what} is a .npy file that is cut off or damaged.", "Save or fetch it again.")
    if head[:2] == b"PK":
        return InputError(
            f"{what} is an archive that is damaged, or none of NumPy's.", "Save the features alone: numpy.save(FILE, values)."
        )
    if not head:
        return InputError(f"{what} is empty.", "Save or fetch it again.")
    if head[:1] == b"\x80":
        return InputError(f"{what} is pickled and is not unpacked, for that can run code.", "Save it as numpy.save(FILE, values).")
    if head.startswith(b"version https://git-lfs"):
        return InputError(f"{what} is a git-lfs pointer: the file was not fetched.", "git lfs pull")
    try:
        head.decode()
    except UnicodeDecodeError:
        return InputError(f"{what} is no .npy matrix.", "Save it with numpy.save.")
    fix = "numpy.save('features.npy', numpy.loadtxt(FILE, delimiter=','))"
    return InputError(f"{what} is text, not a .npy matrix.", f"{fix} makes one of a table of numbers without a header.")


def _only_array(archive: "np.lib.npyio.NpzFile", what: str) -> np.ndarray:
    """The array of an `.npz` that has one."""
    names = archive.files
    if {"mu", "sigma"} <= set(names):
        raise InputError(
            f"{what} holds mean and covariance (mu, sigma), not features.", "Metrics need one row per image: save the features themselves."
        )
    if len(names) != 1:
        raise InputError(f"{what} holds {len(names)} arrays: {', '.join(names[:8])}.", "Save the features alone: numpy.save(FILE, values).")
    try:
        return np.asarray(archive[names[0]])
    except ValueError:
        raise InputError(f"{what}: {names[0]!r} is a table of Python objects.", "Save its numbers: numpy.save(FILE, values).") from None


def _check_turned(matrices: Mapping[str, np.ndarray]) -> None:
    """Refuses matrices of which one has images where another has features."""
    (first, one), *others = matrices.items()
    for role, other in others:
        if one.shape[1] != other.shape[1] and other.shape[0] == one.shape[1]:
            raise InputError(
                f"--{role} has {other.shape[0]} rows of {other.shape[1]} values, --{first} has {one.shape[0]} rows of {one.shape[1]}: is "
                "it turned?", "One row per image: numpy.save(FILE, values.T).",
            )  # fmt: skip
