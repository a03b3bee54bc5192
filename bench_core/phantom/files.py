"""Write a cohort as files."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from bench_core.phantom.cohort import cohort_table
from bench_core.phantom.film import render_many
from bench_core.phantom.findings import FINDINGS


def export(out: Path, *, subjects: int, seed: int, workers: int = 2) -> pd.DataFrame:
    """Images, masks and ``table.csv`` of a cohort.

    Args:
        out: Folder; receives ``images/<image_id>.png``, ``masks/<image_id>.npz`` (one boolean array per name), ``table.csv``.
        subjects: Number of patients.
        seed: The cohort's seed.
        workers: Processes that render.

    Returns:
        The table: path (relative to ``out``), prompt, subject_id, study_id, view, and the findings as 0 or 1.
    """
    out = Path(out)
    (out / "images").mkdir(parents=True, exist_ok=True)
    (out / "masks").mkdir(exist_ok=True)
    table = cohort_table(seed, subjects=subjects)
    for image_id, film in zip(table["image_id"], render_many(table["image_id"], workers), strict=True):
        Image.fromarray(film.image).save(out / "images" / f"{image_id}.png")
        np.savez_compressed(out / "masks" / f"{image_id}.npz", **film.masks)  # type: ignore[arg-type]  # NumPy types the names as allow_pickle
    table.insert(0, "path", "images/" + table["image_id"] + ".png")
    written = table[["path", "prompt", "subject_id", "study_id", "view", *FINDINGS]]
    written.to_csv(out / "table.csv.part", index=False)
    (out / "table.csv.part").replace(out / "table.csv")
    return written
