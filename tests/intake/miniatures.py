"""Miniature copies of public layouts: the same folders, files and columns, invented rows and random pixels. Never real data."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from bench_core.data import FINDINGS


def film(path: Path, seed: int = 0, side: int = 16) -> None:
    """A random grey image; PNG or JPEG by its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (side, side)).astype(np.uint8)).save(path)


def dicom(path: Path, pixels: np.ndarray, **tags: Any) -> None:
    """A DICOM film of stored values (H, W) uint16 or uint8 that says whose it is, with any further tags."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = DigitalXRayImageStorageForPresentation
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.PatientName, data.PatientID, data.Modality = "Invented^Nobody", "SECRET-4711", "DX"
    data.Rows, data.Columns = pixels.shape[-2:]
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PixelRepresentation = 1, "MONOCHROME2", 0
    data.BitsAllocated = data.BitsStored = 8 * pixels.dtype.itemsize
    data.HighBit = data.BitsStored - 1
    data.PixelData = pixels.tobytes()
    for name, value in tags.items():
        setattr(data, name, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    data.save_as(path, enforce_file_format=True)


def table(path: Path, rows: list[dict[str, Any]]) -> None:
    """A CSV, packed where its name ends in .gz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = pd.DataFrame(rows).to_csv(index=False)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)


MIMIC = [("10000032", "50414267", "PA", "train"), ("10000032", "50414267", "LATERAL", "train"), ("10000764", "57375967", "AP", "validate")]
MIMIC += [("11000011", "51029426", "PA", "test"), ("11000012", "51029427", "AP", "test"), ("11000013", "51029428", "LL", "test")]


def mimic(root: Path, packed: bool = True, films: Sequence[tuple[str, str, str, str]] = MIMIC) -> Path:
    """MIMIC-CXR-JPG with those films, and annotations of LLaVA-Rad for the frontal ones of the test split."""
    end = ".csv.gz" if packed else ".csv"
    ids = [f"{i:08x}-0000-1111-2222-{i:08x}" for i in range(len(films))]
    name = "mimic-cxr-2.0.0-"
    meta = [
        {"dicom_id": d, "subject_id": s, "study_id": t, "PerformedProcedureStepDescription": "CHEST", "ViewPosition": v, "Rows": 16}
        for d, (s, t, v, _) in zip(ids, films, strict=True)
    ]
    table(root / f"{name}metadata{end}", meta)
    split = [{"dicom_id": d, "study_id": t, "subject_id": s, "split": p} for d, (s, t, _, p) in zip(ids, films, strict=True)]
    table(root / f"{name}split{end}", split)
    studies = list(dict.fromkeys((s, t) for s, t, _, _ in films))
    blank = dict.fromkeys(FINDINGS, "")
    labels = [
        {"subject_id": s, "study_id": t, **blank, "Edema": ["1.0", "0.0", "-1.0", ""][i % 4], "Fracture": "1.0"}
        for i, (s, t) in enumerate(studies)
    ]
    table(root / f"{name}chexpert{end}", labels)
    table(root / f"{name}negbio{end}", [{**row, "Edema": "0.0"} for row in labels])
    for i, (image, (s, t, _, _)) in enumerate(zip(ids, films, strict=True)):
        film(root / f"files/p{s[:2]}/p{s}/s{t}/{image}.jpg", i)
    texts = [
        {"id": i, "path": f"files/p{s[:2]}/p{s}/s{t}/{ids[i]}.jpg", "annotated_prompt": f"Invented report {i}.",
         "chexpert_labels": "{'Edema': 1.0}"} for i, (s, t, v, p) in enumerate(films) if p == "test" and v in ("PA", "AP")
    ]  # fmt: skip
    table(root / "LLAVARAD_ANNOTATIONS_TEST.csv", texts)
    return root


def chexpert(root: Path) -> Path:
    """CheXpert-v1.0-small; the tables' paths begin with the name of the data set."""
    blank = dict.fromkeys(FINDINGS, "")
    rows = [
        ("train/patient00001/study1/view1_frontal.jpg", "Frontal", "AP", {"Edema": "1.0"}),
        ("train/patient00001/study2/view1_frontal.jpg", "Frontal", "PA", {"Edema": "-1.0"}),
        ("train/patient00002/study1/view2_lateral.jpg", "Lateral", "", {"No Finding": "1.0"}),
        ("valid/patient64541/study1/view1_frontal.jpg", "Frontal", "AP", {"Edema": "0.0"}),
    ]
    for split in ("train", "valid"):
        part = [
            {"Path": f"CheXpert-v1.0-small/{p}", "Sex": "Female", "Age": 60, "Frontal/Lateral": f, "AP/PA": a, **blank, **labels}
            for p, f, a, labels in rows if p.startswith(split)
        ]  # fmt: skip
        table(root / f"{split}.csv", part)
    for i, (path, *_) in enumerate(rows):
        film(root / path, i)
    return root


def nih(root: Path) -> Path:
    """NIH ChestX-ray14 with two folders of images."""
    labels = ["Cardiomegaly|Emphysema", "No Finding", "Mass", "Infiltration|Pleural_Thickening"]
    names = [f"{1 + i // 2:08d}_{i % 2:03d}.png" for i in range(4)]
    rows = [
        {"Image Index": n, "Finding Labels": t, "Follow-up #": 0, "Patient ID": 1 + i // 2, "Patient Age": 50, "Patient Gender": "M",
         "View Position": "PA" if i % 2 else "AP", "OriginalImage[Width": 2500, "Height]": 2000}
        for i, (n, t) in enumerate(zip(names, labels, strict=True))
    ]  # fmt: skip
    table(root / "Data_Entry_2017.csv", rows)
    for i, name in enumerate(names):
        film(root / f"images_{1 + i // 2:03d}/images/{name}", i)
    (root / "train_val_list.txt").write_text("\n".join(names[:2]))
    (root / "test_list.txt").write_text("\n".join(names[2:]) + "\n")
    return root


def padchest(root: Path) -> Path:
    """PadChest with one image in each folder, the last row one that PadChest excludes."""
    rows = [
        ("100_a.png", "0", "PA", "['cardiomegaly', ' pleural effusion']"),
        ("100_b.png", "0", "L", "['normal']"),
        ("200_a.png", "13", "AP_horizontal", "['NSG tube', 'emphysema']"),
        ("300_a.png", "13", "PA", "['unchanged']"),
        ("400_a.png", "54", "EXCLUDE", "['exclude']"),
    ]
    said = [
        {"": i, "ImageID": n, "ImageDir": d, "StudyDate_DICOM": 20140101, "StudyID": f"s{n[:3]}", "PatientID": f"p{n[:3]}",
         "Projection": v, "Report": "informe inventado", "Labels": labels} for i, (n, d, v, labels) in enumerate(rows)
    ]  # fmt: skip
    table(root / "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv.gz", said)
    for i, (name, folder, *_) in enumerate(rows):
        film(root / folder / name, i)
    return root


def vindr(root: Path) -> Path:
    """VinDr-CXR: two training films read by three radiologists each, one test film with the consensus."""
    words = ["Cardiomegaly", "Nodule/Mass", "Rib fracture", "Clavicle fracture", "ILD", "No finding"]
    readings = [("aaa", (1, 0, 1, 0, 1, 0)), ("aaa", (1, 0, 0, 1, 0, 0)), ("aaa", (0, 0, 1, 0, 0, 0))] + [("bbb", (0, 0, 0, 0, 0, 1))] * 3
    rows = [{"image_id": i, "rad_id": f"R{n % 3}", **dict(zip(words, seen, strict=True))} for n, (i, seen) in enumerate(readings)]
    table(root / "annotations/image_labels_train.csv", rows)
    table(root / "annotations/image_labels_test.csv", [{"image_id": "ccc", **dict(zip(words, (0, 1, 0, 0, 0, 0), strict=True))}])
    for i, (split, name) in enumerate((("train", "aaa"), ("train", "bbb"), ("test", "ccc"))):
        pixels = np.random.default_rng(i).integers(0, 4096, (16, 16)).astype(np.uint16)
        dicom(root / split / f"{name}.dicom", pixels, BitsStored=12, HighBit=11, PhotometricInterpretation="MONOCHROME1")
    return root


REPORT = """<?xml version="1.0" encoding="utf-8"?><eCitation><uId id="CXR{uid}"/><MedlineCitation><Article><Abstract>
<AbstractText Label="COMPARISON">None.</AbstractText><AbstractText Label="FINDINGS">{findings}</AbstractText>
<AbstractText Label="IMPRESSION">{impression}</AbstractText></Abstract></Article></MedlineCitation>
<MeSH>{mesh}</MeSH>{images}</eCitation>"""


def openi(root: Path, projections: bool = True) -> Path:
    """Open-I: three XML reports, five images, and the table of projections that others made of it."""
    first = ["CXR1_1_IM-0001-3001", "CXR1_1_IM-0001-4001"]
    reports = [
        (1, "The heart is\n large.", "Cardiomegaly.", ["Cardiomegaly/mild", "Pleural Effusion/left"], first),
        (2, "", "No acute disease.", ["normal"], ["CXR2_IM-0652-1001", "CXR2_IM-0652-2001"]),
        (30, "XXXX.", "", ["No Indexing"], ["CXR30_IM-0700-1001"]),
    ]  # fmt: skip
    views = []
    for uid, findings, impression, mesh, images in reports:
        text = REPORT.format(
            uid=uid, findings=findings, impression=impression, mesh="".join(f"<major>{m}</major>" for m in mesh),
            images="".join(f'<parentImage id="{i}"/>' for i in images),
        )  # fmt: skip
        (root / "ecgen-radiology").mkdir(parents=True, exist_ok=True)
        (root / "ecgen-radiology" / f"{uid}.xml").write_text(text)
        for n, image in enumerate(images):
            film(root / "NLMCXR_png" / f"{image}.png", 10 * uid + n)
            number = image[image.index("IM-") :]
            views.append({"uid": uid, "filename": f"{uid}_{number}.dcm.png", "projection": ["Frontal", "Lateral"][n]})
    if projections:
        table(root / "indiana_projections.csv", views)
    return root
