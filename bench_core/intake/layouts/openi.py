"""Open-I, the chest films of Indiana University (Demner-Fushman 2016, doi:10.1093/jamia/ocv080)."""

import re
import tarfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench_core.cells import blank
from bench_core.errors import InputError, TableError
from bench_core.intake.columns import (
    Selection,
    check_join,
    files_below,
    find_table,
    leave_out,
    need_table,
    read_columns,
    read_identifiers,
)
from bench_core.registry import layout

COUNTERPARTS = {
    "No Finding": r"^normal$",
    "Enlarged Cardiomediastinum": r"^mediastinum\b.*enlarged",
    "Cardiomegaly": r"^cardiomegaly\b",
    "Lung Opacity": r"^(?:opacity|airspace disease|infiltrate|pulmonary disease, chronic obstructive\b.*opacity)\b",
    "Lung Lesion": r"^(?:nodule|mass)\b(?!.*\b(?:breast|mediastinum|neck)\b)",
    "Edema": r"^pulmonary edema\b",
    "Consolidation": r"^consolidation\b",
    "Pneumonia": r"^pneumonia\b",
    "Atelectasis": r"^(?:pulmonary atelectasis|atelectasis)\b",
    "Pneumothorax": r"^(?:hydro)?pneumothorax\b",
    "Pleural Effusion": r"^(?:pleural effusion|costophrenic angle\b.*blunted\b.*effusion|hydropneumothorax)\b",
    "Pleural Other": r"^(?:thickening\b.*pleura|pleural (?:diseases|thickening))",
    "Fracture": r"^fractures?, bone\b|^fractures?\b",
    "Support Devices": r"^(?:catheters, indwelling|tube, inserted|medical device|implanted medical device|pacemaker, artificial|stents)\b",
}
"""What a MeSH heading of the coders looks like, by CheXpert finding; chosen for this project."""
SILENT = ("no indexing", "technical quality of image unsatisfactory")
_IMAGE = re.compile(r"IM-[\d-]+")
_LARGEST = 2_000_000


@layout(
    "openi",
    title="Open-I (Indiana University)",
    looks_like="ecgen-radiology/*.xml (or NLMCXR_reports.tgz), NLMCXR_png/*.png; or indiana_reports.csv, indiana_projections.csv, images/",
)
def openi(root: Path, selection: Selection) -> pd.DataFrame:
    """Findings and impression as the prompt, the coders' MeSH headings as labels, one patient a report.

    Reads the XML reports (uId, AbstractText FINDINGS and IMPRESSION, MeSH major, parentImage) from a folder or from NLMCXR_reports.tgz,
    or `indiana_reports.csv` (uid, MeSH, findings, impression). Views stand only in `indiana_projections.csv` (uid, filename, projection:
    Frontal or Lateral), which is read beside either; without it the view is unknown. Names of persons are replaced by XXXX in the source;
    these stay. About a hundred reports have no image; they are left out and counted. A report that was not indexed has no labels; one that
    was has all fourteen.
    """
    table = find_table(root, "indiana_reports.csv")
    listed = find_table(root, "indiana_projections.csv")
    projections = _projections(listed) if listed else None
    if table is not None:
        if projections is None:
            projections = _projections(need_table(root, "indiana_projections.csv"))
        frame = _of_csv(table)
        check_join(frame["uid"], projections["uid"], "uid", "indiana_projections.csv")
        films = projections[~projections["uid"].isin(frame["uid"])].assign(line=0, source="indiana_projections.csv", problem="")
        reports = frame[~frame["uid"].isin(projections["uid"])]
        frame = pd.concat([frame.merge(projections, on="uid"), reports, films], ignore_index=True)
        leave_out(frame, frame.index >= len(frame) - len(films), "film(s) without report")
        leave_out(frame, frame["filename"].isna(), "report(s) without film")
    else:
        frame = pd.DataFrame(list(xml_reports(root)))
        frame = frame.explode("images", ignore_index=True).rename(columns={"images": "filename"})
        leave_out(frame, frame["filename"].isna() & (frame["problem"] == ""), "report(s) without film")
        if projections is not None:
            check_join(_keys(frame), _keys(projections), "film", "indiana_projections.csv")
            views = projections.assign(key=_keys(projections)).drop_duplicates("key").set_index("key")["view"]
            frame["view"] = _keys(frame).map(views)
    return _finished(frame, root)


def _finished(frame: pd.DataFrame, root: Path) -> pd.DataFrame:
    files = files_below(root, (".png", ".jpg", ".dcm"), depth=2)
    by_stem = {re.sub(r"(?:\.dcm)?\.\w+$", "", name): path for name, path in files.items()}
    stem = frame["filename"].fillna("").str.replace(r"(?:\.dcm)?(?:\.(?:png|jpg|dcm))?$", "", regex=True)
    frame["path"] = stem.map(by_stem).fillna("NLMCXR_png/" + stem + ".png")
    frame["image_id"] = stem
    frame["subject_id"] = frame["study_id"] = "CXR" + frame["uid"].fillna("").str.replace("CXR", "")
    headings = frame["mesh"].map(lambda text: [h.strip().lower() for h in str(text or "").split(";") if h.strip()])
    silent = headings.map(lambda found: not [h for h in found if h not in SILENT]).to_numpy(bool)
    for finding, pattern in COUNTERPARTS.items():
        said = headings.map(lambda found, pattern=pattern: any(re.search(pattern, h) for h in found)).to_numpy(bool)
        frame[finding] = np.where(silent, np.nan, said)
    return frame.drop(columns=["uid", "filename", "mesh"])


def _keys(frame: pd.DataFrame) -> pd.Series:
    """Report and film number: the same for `CXR1_1_IM-0001-3001`, `1_IM-0001-3001.dcm.png`."""
    number = frame["filename"].fillna("").map(lambda name: (_IMAGE.findall(name) or [name])[0].rstrip("-"))
    return frame["uid"].str.replace("CXR", "") + "/" + number


def _projections(table: Path) -> pd.DataFrame:
    frame = read_columns(table, ("uid", "filename", "projection"))
    read_identifiers(frame, "uid")
    views = {"frontal": "FRONTAL", "lateral": "LATERAL"}
    view = frame["projection"].str.strip().str.lower().map(views)
    if view.isna().any():
        rows = frame.loc[view.isna(), "line"].tolist()
        raise TableError(
            f"{table.name} line {rows[0]}: projection is neither Frontal nor Lateral.",
            [f"line {r}: projection" for r in rows],
            "Mend the table.",
        )
    return frame[["uid", "filename"]].assign(view=view)


def _of_csv(table: Path) -> pd.DataFrame:
    frame = read_columns(table, ("uid", "MeSH", "findings", "impression"))
    read_identifiers(frame, "uid")
    frame["prompt"] = [report_text(f, i) for f, i in zip(frame["findings"], frame["impression"], strict=True)]
    return frame.rename(columns={"MeSH": "mesh"}).drop(columns=["findings", "impression"])


def report_text(findings: str | None, impression: str | None) -> str | None:
    """Findings, then impression, on one line; None where both are blank."""
    parts = [" ".join((part or "").split()) for part in (findings, impression) if not blank(part)]
    return " ".join(p for p in parts if p) or None


def xml_reports(root: Path) -> Iterator[dict[str, Any]]:
    """All XML reports below a folder (or in its NLMCXR_reports.tgz), in the order of their names.

    Raises:
        InputError: there are none.
    """
    archive = root / "NLMCXR_reports.tgz"
    folders = [root / "ecgen-radiology", root / "NLMCXR_reports" / "ecgen-radiology", root]
    folder = next((f for f in folders if f.is_dir() and any(f.glob("*.xml"))), None)
    if folder is not None:
        texts: Iterator[tuple[str, bytes]] = (
            (file.name, file.read_bytes()) for file in sorted(folder.glob("*.xml"), key=lambda f: (len(f.name), f.name))
        )
    elif archive.is_file():
        texts = _archived(archive)
    else:
        need_table(root, "ecgen-radiology/*.xml", "NLMCXR_reports.tgz", "indiana_reports.csv")
        return
    for number, (name, text) in enumerate(texts, start=1):
        yield {"line": number, "source": name, "problem": "", **_report(text)}


def _archived(archive: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            members = [m for m in tar.getmembers() if m.isfile() and m.name.endswith(".xml") and m.size < _LARGEST]
            for member in sorted(members, key=lambda m: (len(m.name), m.name)):
                opened = tar.extractfile(member)
                yield Path(member.name).name, opened.read() if opened else b""
    except (tarfile.TarError, OSError, EOFError) as error:
        raise InputError(f"{archive.name} cannot be unpacked: {error}.", "Fetch it again.") from None


def _report(text: bytes) -> dict[str, Any]:
    blank: dict[str, Any] = {"uid": None, "prompt": None, "mesh": None, "images": []}
    if b"<!ENTITY" in text or len(text) > _LARGEST:
        return {**blank, "problem": "declares entities or is too large to be a report"}
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        return {**blank, "problem": f"is no XML ({error})"}
    number = root.find("uId")
    if number is None or not number.get("id"):
        return {**blank, "problem": "has no uId"}
    said = {str(part.get("Label")).upper(): part.text for part in root.iter("AbstractText")}
    return {
        "uid": number.get("id"),
        "prompt": report_text(said.get("FINDINGS"), said.get("IMPRESSION")),
        "mesh": ";".join((part.text or "").strip() for part in root.findall(".//MeSH/major")),
        "images": [image.get("id") for image in root.iter("parentImage")],
    }
