"""VinDr-CXR (Nguyen 2022, arXiv:2012.15029; PhysioNet, credentialed access)."""

from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.intake.columns import (
    ADDED,
    Selection,
    files_below,
    find_table,
    need_table,
    note,
    read_columns,
    read_identifiers,
    read_labels,
)
from bench_core.registry import layout

COUNTERPARTS = {
    "No Finding": ("no finding",), "Cardiomegaly": ("cardiomegaly",), "Lung Opacity": ("lung opacity",),
    "Lung Lesion": ("nodule/mass", "lung tumor"), "Edema": ("edema",), "Consolidation": ("consolidation",), "Pneumonia": ("pneumonia",),
    "Atelectasis": ("atelectasis",), "Pneumothorax": ("pneumothorax",), "Pleural Effusion": ("pleural effusion",),
    "Pleural Other": ("pleural thickening",), "Fracture": ("rib fracture", "clavicle fracture"),
}  # fmt: skip
"""VinDr's words (in small letters) by CheXpert finding. Enlarged Cardiomediastinum and Support Devices are not labelled: unknown."""
SUFFIXES = (".dicom", ".dcm", ".png", ".jpg")


@layout(
    "vindr",
    title="VinDr-CXR",
    looks_like="annotations/image_labels_train.csv, image_labels_test.csv (or train.csv); train/<image_id>.dicom",
)
def vindr(root: Path, selection: Selection) -> pd.DataFrame:
    """DICOM films with the labels of several radiologists each: a finding is present where more than half of them saw it.

    Reads `image_labels_train.csv` and `image_labels_test.csv` (image_id, in the training part rad_id, a column of 0 and 1 per finding), in
    the folder or in `annotations/`; where they are missing, `train.csv` or `annotations_train.csv` (image_id, class_name, rad_id; one row
    per box, `No finding` where there is none). Findings without a counterpart in CheXpert's fourteen stay as columns of their own. Patients
    are not named, so that every image counts as one of its own; all films are frontal.
    """
    frames = []
    for split in ("train", "test"):
        table = find_table(root, *(f"{folder}image_labels_{split}.csv" for folder in ("annotations/", "")))
        if table is not None:
            frames.append(_readings(table).assign(split=split))
            continue
        boxes = find_table(root, *(f"{folder}{name}.csv" for folder in ("annotations/", "") for name in (f"annotations_{split}", split)))
        if boxes is not None:
            frames.append(_boxes(boxes).assign(split=split))
    if not frames:
        need_table(root, "annotations/image_labels_train.csv", "annotations_train.csv", "train.csv")
    frame = pd.concat(frames, ignore_index=True)
    files = files_below(root, SUFFIXES, depth=1)
    by_id = {name.rsplit(".", 1)[0]: path for name, path in reversed(files.items())}
    frame["path"] = frame["image_id"].map(by_id).fillna(frame["split"] + "/" + frame["image_id"] + ".dicom")
    return frame.assign(view="FRONTAL")


def _readings(table: Path) -> pd.DataFrame:
    """One row per image from one row per image and radiologist, with a column of 0 and 1 per finding."""
    frame = read_columns(table, ("image_id",), None)
    read_identifiers(frame, "image_id")
    header = [c for c in frame if c not in ADDED]
    radiologist = next((c for c in header if c.lower() == "rad_id"), None)
    words = [c for c in header if c.lower() not in ("image_id", "rad_id")]
    if not any(w.lower() in named for w in words for named in COUNTERPARTS.values()):
        need = ", ".join(next(iter(v)) for v in COUNTERPARTS.values())
        note(frame, np.ones(len(frame), bool), f"no column of {table.name} is a finding (such as {need})")
    seen = read_labels(frame, {w: w for w in words}).fillna(0.0)
    if radiologist is None:
        note(frame, frame["image_id"].duplicated(), "image_id stands in two rows, and there is no column rad_id")
    return _majority(frame, seen)


def _boxes(table: Path) -> pd.DataFrame:
    """One row per image from one row per box: a radiologist saw a finding who drew a box of it."""
    frame = read_columns(table, ("image_id", "class_name", "rad_id"))
    read_identifiers(frame, "image_id", "rad_id")
    note(frame, frame["class_name"].str.strip() == "", "class_name is blank")
    place = frame["image_id"] + "\n" + frame["rad_id"]
    words = sorted(frame["class_name"].str.strip().unique())
    drawn = pd.DataFrame({w: (frame["class_name"].str.strip() == w).astype(float) for w in words}, index=frame.index)
    wrong = frame["problem"].groupby(place, sort=False).max()
    first = frame.drop_duplicates(["image_id", "rad_id"]).drop(columns=["class_name", "problem"]).reset_index(drop=True)
    seen = drawn.groupby(place, sort=False).max().reset_index(drop=True)
    return _majority(first.assign(problem=wrong.to_numpy()), seen)


def _majority(frame: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """One row per image: its first row's number, any problem of its rows, and what more than half of its readers saw."""
    groups = frame["image_id"]
    present = (seen.groupby(groups, sort=False).mean() > 0.5).astype(float)
    out = frame.groupby("image_id", sort=False).agg(line=("line", "min"), source=("source", "first"), problem=("problem", "max"))
    by_word = {w.strip().lower(): w for w in seen}
    labels = {
        finding: present[[by_word[w] for w in words if w in by_word]].max(axis=1)
        for finding, words in COUNTERPARTS.items()
        if any(w in by_word for w in words)
    }
    mapped = {w for words in COUNTERPARTS.values() if len(words) == 1 for w in words}
    extra = {word: present[word] for key, word in by_word.items() if key not in mapped}
    readers = frame.groupby("image_id", sort=False).size().astype(float)
    return out.join(pd.DataFrame({**labels, **extra, "readers": readers})).reset_index()
