"""CheXpert (Irvin 2019, arXiv:1901.07031; Stanford AIMI)."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS
from bench_core.intake.columns import Selection, find_table, need_table, note, read_columns, read_labels
from bench_core.registry import layout

SPLITS = ("train", "valid", "test")


@layout(
    "chexpert",
    title="CheXpert",
    looks_like="train.csv, valid.csv; train/patient00001/study1/view1_frontal.jpg",
)
def chexpert(root: Path, selection: Selection) -> pd.DataFrame:
    """Patient, study and view from the paths, labels as they stand: 1, 0, -1 for uncertain, blank for not mentioned.

    Reads `train.csv`, `valid.csv` and, where it is there, `test.csv`: Path (`CheXpert-v1.0-small/train/patient00001/study1/
    view1_frontal.jpg`; its first folder may be the root itself or lie below it), Frontal/Lateral, AP/PA and the 14 findings. The full
    data set comes in folders such as `CheXpert-v1.0 batch 2 (train 1)/patient00001`, which its paths do not name: patients are looked for
    there. The split is the table that a row stands in. CheXpert asks that no row of `valid` be used for training.
    """
    batches = sorted(f for f in root.iterdir() if f.is_dir() and "batch" in f.name.lower())
    tables = [(s, next((t for folder in (root, *batches) if (t := find_table(folder, f"{s}.csv"))), None)) for s in SPLITS]
    if not any(table for _, table in tables):
        need_table(root, "train.csv", "valid.csv")
    frames = [_one(root, table, _patients(batches, split)).assign(split=split) for split, table in tables if table]
    return pd.concat(frames, ignore_index=True)


def _patients(batches: Sequence[Path], split: str) -> dict[str, str]:
    """The folder of each patient, relative to the root, where the data set lies in batches."""
    found: dict[str, str] = {}
    for batch in batches:
        for relative in ("", f"{split}/"):
            folder = batch / relative
            for patient in os.listdir(folder) if folder.is_dir() else ():  # noqa: PTH208 - 65,000 names
                if patient.startswith("patient"):
                    found.setdefault(patient, f"{batch.name}/{relative}{patient}")
    return found


def _one(root: Path, table: Path, patients: Mapping[str, str]) -> pd.DataFrame:
    frame = read_columns(table, ("Path", "Frontal/Lateral", "AP/PA", *FINDINGS))
    path = frame["Path"].str.strip()
    first = path.iat[0].split("/")[0]
    frame["path"] = path if (root / first).is_dir() else path.str.split("/", n=1).str[1].fillna(path)
    if patients:
        inside = path.str.extract(r"(patient\d+)/(.*)$")
        frame["path"] = (inside[0].map(patients) + "/" + inside[1]).fillna(frame["path"])
    parts = path.str.extract(r"(patient\d+)/(study\d+)/(view\d+_\w+)\.\w+$")
    note(frame, parts[0].isna(), "Path is " + path.str.slice(0, 80) + ", not .../patientNNNNN/studyN/viewN_frontal.jpg")
    frame["subject_id"], frame["study_id"] = parts[0], parts[0] + "/" + parts[1]
    frame["image_id"] = parts[0] + "_" + parts[1] + "_" + parts[2]
    side = frame["Frontal/Lateral"].str.strip().str.lower()
    note(frame, ~side.isin(["frontal", "lateral"]), "Frontal/Lateral is '" + frame["Frontal/Lateral"].str.slice(0, 40) + "'")
    known = frame["AP/PA"].isin(["AP", "PA"])
    frame["view"] = np.where(side == "lateral", "LATERAL", np.where(known, frame["AP/PA"], "FRONTAL"))
    return frame.drop(columns=["Path", "Frontal/Lateral", "AP/PA", *FINDINGS]).join(read_labels(frame, {f: f for f in FINDINGS}))
