"""PadChest (Bustos 2020, arXiv:1901.07441; BIMCV)."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.intake.columns import (
    Selection,
    files_below,
    leave_out,
    need_table,
    note,
    present,
    read_columns,
    read_identifiers,
    without_words_for_nothing,
)
from bench_core.pixels.grey import STORED_AS, Storage
from bench_core.registry import layout

TABLE = "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv"
USED = ("ImageID", "ImageDir", "StudyID", "PatientID", "Projection", "Labels")
STORED = ("BitsStored_DICOM", "PhotometricInterpretation_DICOM")
VIEWS = {"PA": "PA", "AP": "AP", "AP_horizontal": "AP", "L": "LATERAL", "COSTAL": "COSTAL"}
COUNTERPARTS = {
    "No Finding": ("normal",),
    "Enlarged Cardiomediastinum": ("mediastinal enlargement", "superior mediastinal enlargement"),
    "Cardiomegaly": ("cardiomegaly",),
    "Lung Opacity": (
        "infiltrates", "alveolar pattern", "interstitial pattern", "ground glass pattern", "reticular interstitial pattern",
        "reticulonodular interstitial pattern", "increased density", "miliary opacities", "consolidation", "air bronchogram",
    ),
    "Lung Lesion": ("nodule", "multiple nodules", "pulmonary mass", "lung metastasis", "lepidic adenocarcinoma"),
    "Edema": ("pulmonary edema",),
    "Consolidation": ("consolidation", "air bronchogram"),
    "Pneumonia": ("pneumonia", "atypical pneumonia"),
    "Atelectasis": (
        "atelectasis", "laminar atelectasis", "lobar atelectasis", "segmental atelectasis", "total atelectasis", "round atelectasis",
        "atelectasis basal",
    ),
    "Pneumothorax": ("pneumothorax", "hydropneumothorax"),
    "Pleural Effusion": ("pleural effusion", "loculated pleural effusion", "loculated fissural effusion", "hydropneumothorax", "empyema"),
    "Pleural Other": (
        "pleural thickening", "apical pleural thickening", "calcified pleural thickening", "pleural plaques", "calcified pleural plaques",
        "pleural mass",
    ),
    "Fracture": ("fracture", "rib fracture", "callus rib fracture", "clavicle fracture", "humeral fracture", "vertebral fracture"),
    "Support Devices": (
        "NSG tube", "endotracheal tube", "tracheostomy tube", "chest drain tube", "ventriculoperitoneal drain tube", "gastrostomy tube",
        "nephrostomy tube", "pacemaker", "single chamber device", "dual chamber device", "dai", "electrical device", "catheter",
        "central venous catheter", "central venous catheter via jugular vein", "central venous catheter via subclavian vein",
        "central venous catheter via umbilical vein", "reservoir central venous catheter", "artificial heart valve",
        "artificial mitral heart valve", "artificial aortic heart valve",
    ),
}  # fmt: skip
"""PadChest's words by CheXpert finding, chosen for this project from the paper's tree of labels; judge them before you rely on them."""
EXTRA = ("COPD signs", "emphysema", "pulmonary fibrosis", "tuberculosis", "heart insufficiency", "hiatal hernia", "scoliosis")


@layout("padchest", title="PadChest", looks_like=f"{TABLE}; 0/<ImageID>.png to 54/<ImageID>.png")
def padchest(root: Path, selection: Selection) -> pd.DataFrame:
    """Patients, studies, projection and the list of radiographic labels; the Spanish reports are not taken as prompts.

    Reads `PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv` (or .gz): ImageID, ImageDir, StudyID, PatientID, Projection (PA, AP,
    AP_horizontal, L, COSTAL), Labels (a Python list as text), and how the PNG are stored: BitsStored_DICOM (of 16 bits) and
    PhotometricInterpretation_DICOM (MONOCHROME1 is inverted). Rows that PadChest itself excludes (projection EXCLUDE or UNK, label
    `exclude`) are left out and counted. A list that only says `unchanged` tells nothing: its findings are unknown. Some common labels
    without a counterpart stay as columns of their own. Reports are stemmed Spanish; no bundled text encoder reads them.
    """
    frame = read_columns(need_table(root, TABLE), USED, STORED)
    read_identifiers(frame, "StudyID", "PatientID")
    frame["Projection"] = without_words_for_nothing(frame["Projection"])
    parts_of = {text: _parts(text) for text in frame["Labels"].unique()}
    excluded = frame["Projection"].isin(["EXCLUDE", "UNK"]) | frame["Labels"].map(lambda text: "exclude" in (parts_of[text] or ()))
    leave_out(frame, excluded, "excluded by PadChest")
    note(frame, ~excluded & ~frame["Projection"].isin([*VIEWS, ""]), "Projection is '" + frame["Projection"].str.slice(0, 40) + "'")
    note(frame, frame["Labels"].map(lambda text: parts_of[text] is None), "Labels cannot be read as a list")
    name = frame["ImageID"].str.strip()
    placed = frame["ImageDir"].str.strip() + "/" + name
    frame["path"] = name.map(files_below(root, (".png",), depth=2)).fillna(placed)
    frame["image_id"] = name.str.replace(r"\.png$", "", regex=True)
    frame["subject_id"], frame["study_id"] = frame["PatientID"], frame["StudyID"]
    frame["view"] = frame["Projection"].map(VIEWS)
    parts = [parts_of[text] or frozenset() for text in frame["Labels"]]
    silent = np.array([not p - {"unchanged", "suboptimal study"} for p in parts], bool)
    words = {**COUNTERPARTS, **{word: (word,) for word in EXTRA}}
    labels = {finding: np.where(silent, np.nan, present(parts, named)) for finding, named in words.items()}
    stored = _storage(frame)
    if stored is not None:
        frame[STORED_AS] = stored
    used = [c for c in (*USED, *STORED) if c in frame]
    return frame.drop(columns=used).join(pd.DataFrame(labels, index=frame.index))


def _storage(frame: pd.DataFrame) -> list[str] | None:
    """How each film's values are meant: bits of 16 and polarity are those of the DICOM file; None where no column tells."""
    if not any(c in frame for c in STORED):
        return None
    blank = ("", "nan", "none")
    bits, polarity = (frame[c].str.strip() if c in frame else pd.Series("", frame.index) for c in STORED)
    used = pd.to_numeric(bits, errors="coerce")
    note(
        frame,
        ~bits.str.lower().isin(blank) & ~used.between(8, 16),
        STORED[0] + " is '" + bits.str.slice(0, 40) + "', no number from 8 to 16",
    )
    return [
        str(Storage(int(b) if 8 <= b <= 16 else None, p == "MONOCHROME1"))
        for b, p in zip(used.tolist(), polarity.tolist(), strict=True)
    ]  # fmt: skip


def _parts(text: str) -> frozenset[str] | None:
    """The labels in a cell; None where it is no list, nothing where it is blank."""
    if not text.strip():
        return frozenset()
    try:
        found = ast.literal_eval(text.replace("nan", "''") if text.strip() == "nan" else text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if isinstance(found, str):
        found = [found] if found else []
    if not isinstance(found, list) or not all(isinstance(f, str) for f in found):
        return None
    return frozenset(f.strip() for f in found if f.strip())
