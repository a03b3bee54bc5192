"""NIH ChestX-ray14 (Wang 2017, arXiv:1705.02315)."""

from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.intake.columns import (
    Selection,
    check_join,
    files_below,
    need_table,
    note,
    present,
    read_columns,
    read_identifiers,
    without_words_for_nothing,
)
from bench_core.registry import layout

FINDINGS_OF_NIH = (
    "Atelectasis", "Cardiomegaly", "Effusion", "Infiltration", "Mass", "Nodule", "Pneumonia", "Pneumothorax", "Consolidation", "Edema",
    "Emphysema", "Fibrosis", "Pleural_Thickening", "Hernia",
)  # fmt: skip
COUNTERPARTS = {
    "No Finding": ("No Finding",), "Cardiomegaly": ("Cardiomegaly",), "Lung Lesion": ("Mass", "Nodule"), "Edema": ("Edema",),
    "Consolidation": ("Consolidation",), "Pneumonia": ("Pneumonia",), "Atelectasis": ("Atelectasis",), "Pneumothorax": ("Pneumothorax",),
    "Pleural Effusion": ("Effusion",), "Pleural Other": ("Pleural_Thickening",),
}  # fmt: skip
"""NIH's words by CheXpert finding. Enlarged Cardiomediastinum, Lung Opacity, Fracture and Support Devices are not labelled: unknown."""
EXTRA = ("Infiltration", "Mass", "Nodule", "Emphysema", "Fibrosis", "Pleural_Thickening", "Hernia")
LISTS = {"train": "train_val_list.txt", "test": "test_list.txt"}


@layout(
    "nih",
    title="NIH ChestX-ray14",
    looks_like="Data_Entry_2017.csv, train_val_list.txt, test_list.txt; images_001/images/00000001_000.png",
)
def nih(root: Path, selection: Selection) -> pd.DataFrame:
    """Patients, view position and labels mined from reports; `No Finding` is none of NIH's fourteen.

    Reads `Data_Entry_2017.csv` or `Data_Entry_2017_v2020.csv` (Image Index, Finding Labels joined by |, Patient ID, View Position),
    images in any `images*/` folder, and the official lists as splits `train` (their train_val_list) and `test`. Findings without a
    counterpart in CheXpert's fourteen (Infiltration, Emphysema, Fibrosis, Hernia) and those that are finer (Mass, Nodule,
    Pleural_Thickening) stay as columns of their own.
    """
    table = need_table(root, "Data_Entry_2017.csv", "Data_Entry_2017_v2020.csv")
    frame = read_columns(table, ("Image Index", "Finding Labels", "Patient ID", "View Position"))
    read_identifiers(frame, "Patient ID")
    name = frame["Image Index"].str.strip()
    frame["path"] = name.map(files_below(root, (".png",), depth=2)).fillna("images/" + name)
    frame["image_id"] = name.str.rsplit(".", n=1).str[0]
    frame["subject_id"], frame["view"] = frame["Patient ID"], without_words_for_nothing(frame["View Position"]).str.strip()
    lists = {split: root / file for split, file in LISTS.items() if (root / file).is_file()}
    if lists:
        split_of = {line.strip(): split for split, file in lists.items() for line in file.read_text().splitlines()}
        check_join(name, split_of, "name", " and ".join(LISTS[split] for split in lists))
        frame["split"] = name.map(split_of)
        if len(lists) == len(LISTS):
            note(frame, frame["split"].isna(), "is in neither of train_val_list.txt and test_list.txt")
    parts_of = {text: frozenset(p.strip() for p in text.split("|")) for text in frame["Finding Labels"].unique()}
    unknown = {text: sorted(parts - {*FINDINGS_OF_NIH, "No Finding"}) for text, parts in parts_of.items()}
    bad = frame["Finding Labels"].map(lambda text: (unknown[text] or [""])[0])
    note(frame, frame["Finding Labels"].map(lambda text: bool(unknown[text])), "label '" + bad + "' is none of NIH's")
    parts = [parts_of[text] for text in frame["Finding Labels"]]
    labels = {finding: present(parts, words).astype(np.float64) for finding, words in COUNTERPARTS.items()}
    labels |= {word: present(parts, (word,)).astype(np.float64) for word in EXTRA}
    used = ["Image Index", "Finding Labels", "Patient ID", "View Position"]
    return frame.drop(columns=used).join(pd.DataFrame(labels, index=frame.index))
