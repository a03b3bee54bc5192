"""MIMIC-CXR-JPG (Johnson 2019, arXiv:1901.07042; PhysioNet, credentialed access)."""

from pathlib import Path

import pandas as pd

from bench_core.cells import read_label_cell
from bench_core.data import FINDINGS
from bench_core.errors import InputError
from bench_core.intake.columns import (
    ADDED,
    LEFT_OUT,
    Selection,
    check_join,
    find_table,
    leave_out,
    need_table,
    note,
    read_columns,
    read_identifiers,
    read_labels,
    without_words_for_nothing,
)
from bench_core.registry import layout
from bench_core.table_columns import IMAGE_IDS, TEXTS, Columns
from bench_core.table_columns import LABELS as LABEL_CELLS

VERSIONS = ("2.1.0", "2.0.0")
LABELS = ("chexpert", "negbio")


@layout(
    "mimic-cxr-jpg",
    title="MIMIC-CXR-JPG",
    looks_like="mimic-cxr-2.0.0-metadata.csv, -split.csv, -chexpert.csv (or .gz); files/p10/p10000032/s50414267/*.jpg",
    takes=("labels", "annotations"),
)
def mimic_cxr_jpg(root: Path, selection: Selection) -> pd.DataFrame:
    """Views from the metadata, the official split, labels of each study (CheXpert's labeller, or NegBio's), texts of LLaVA-Rad.

    Reads `mimic-cxr-<version>-metadata.csv` (dicom_id, subject_id, study_id, ViewPosition), `-split.csv` (dicom_id, split: train,
    validate, test) and `-chexpert.csv` or `-negbio.csv` (subject_id, study_id, the 14 findings; blank: not mentioned), each packed or not.
    An annotations CSV (LLaVA-Rad's as CheXGenBench uses it: `path` or `dicom_id`, `annotated_prompt`, and where the label table is
    missing `chexpert_labels`) gives the prompts; then only the images that it describes are taken.
    """
    frame = read_columns(
        need_table(root, *(f"mimic-cxr-{v}-metadata.csv" for v in VERSIONS)), ("dicom_id", "subject_id", "study_id", "ViewPosition")
    )
    read_identifiers(frame, "dicom_id", "subject_id", "study_id")
    frame["ViewPosition"] = without_words_for_nothing(frame["ViewPosition"])
    for column in ("dicom_id", "subject_id", "study_id"):
        note(frame, frame[column].str.strip() == "", f"{column} is blank")
    split = find_table(root, *(f"mimic-cxr-{v}-split.csv" for v in VERSIONS))
    if split is not None:
        parts = read_columns(split, ("dicom_id", "split"))
        read_identifiers(parts, "dicom_id")
        check_join(frame["dicom_id"], parts["dicom_id"], "dicom_id", split.name)
        parts = parts.drop_duplicates("dicom_id").set_index("dicom_id")["split"]
        frame["split"] = frame["dicom_id"].map(parts)
        note(frame, frame["split"].isna(), f"is not in {split.name}")
    subject, study = frame["subject_id"], frame["study_id"]
    frame["path"] = "files/p" + subject.str.slice(0, 2) + "/p" + subject + "/s" + study + "/" + frame["dicom_id"] + ".jpg"
    frame = frame.rename(columns={"dicom_id": "image_id", "ViewPosition": "view"})
    labels = _study_labels(root, selection.labels)
    if labels is not None:
        frame = _joined(frame, labels)
    if selection.annotations is not None:
        frame = _annotated(frame, Path(selection.annotations), with_labels=labels is None)
    return frame


def _study_labels(root: Path, which: str | None) -> pd.DataFrame | None:
    if which is not None and which not in LABELS:
        raise InputError(f"MIMIC-CXR-JPG has no labels {which!r}.", f"Choose {' or '.join(LABELS)}.")
    names = [f"mimic-cxr-{v}-{which or LABELS[0]}.csv" for v in VERSIONS]
    table = need_table(root, *names) if which else find_table(root, *names)
    if table is None:
        return None
    frame = read_columns(table, ("study_id", *FINDINGS))
    read_identifiers(frame, "study_id")
    labels = read_labels(frame, {f: f for f in FINDINGS})
    wrong = frame["source"] + " line " + frame["line"].astype(str) + ": " + frame["problem"]
    labels["label_problem"] = wrong.where(frame["problem"] != "", "")
    labels = labels.assign(study_id=frame["study_id"]).drop_duplicates("study_id").set_index("study_id")
    labels.attrs["table"] = table.name
    return labels


def _joined(frame: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """The images with the labels of their study; a study that the labellers left out has none.

    Raises:
        TableError: no study has a row there.
    """
    check_join(frame["study_id"], labels.index, "study_id", labels.attrs["table"])
    frame = frame.join(labels, on="study_id")
    wrong = frame.pop("label_problem").fillna("")
    note(frame, wrong != "", wrong)
    return frame


def _annotated(frame: pd.DataFrame, table: Path, with_labels: bool) -> pd.DataFrame:
    """Only the images that the annotations describe, each with its text."""
    if not table.is_file():
        raise InputError(f"There is no table of annotations {str(table)!r}.")
    texts = read_columns(table, (), None)
    columns = Columns(table.name, [c for c in texts if c not in ADDED])
    prompt = columns.need((*TEXTS, "findings"), "texts")
    key = columns.need(("dicom_id", "path", *IMAGE_IDS), "images")
    cell = columns.find(LABEL_CELLS)
    texts["image_id"] = texts[key].str.strip().str.rsplit("/", n=1).str[-1].str.replace(r"\.(?:jpg|jpeg|png|dcm)$", "", regex=True)
    if with_labels and cell:
        texts = texts.join(_cell_labels(texts, cell))
    texts[prompt] = without_words_for_nothing(texts[prompt])
    note(texts, texts[prompt].str.strip() == "", f"{prompt} is blank")
    note(texts, texts["image_id"].duplicated(), "describes an image that another row describes")
    note(texts, ~texts["image_id"].isin(frame["image_id"]), "describes an image that the metadata does not list: " + texts["image_id"])
    kept = [c for c in FINDINGS if c in texts]
    good = texts[texts["problem"] == ""].set_index("image_id")[[prompt, *kept]].rename(columns={prompt: "prompt"})
    lost = texts[texts["problem"] != ""][["line", "source", "problem"]]
    leave_out(frame, ~frame["image_id"].isin(good.index), f"without a text in {table.name}")
    return pd.concat([frame.join(good, on="image_id"), lost.assign(**{LEFT_OUT: ""})], ignore_index=True)


def _cell_labels(texts: pd.DataFrame, column: str) -> pd.DataFrame:
    rows = []
    for number, cell in enumerate(texts[column]):
        try:
            rows.append(read_label_cell(cell))
        except ValueError as error:
            rows.append({})
            note(texts, texts.index == number, f"{column}: {error}")
    return pd.DataFrame(rows, index=texts.index).reindex(columns=list(FINDINGS)).astype(float)
