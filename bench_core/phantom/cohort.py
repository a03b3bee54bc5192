"""Who is in a cohort: subjects, their studies, and what each study shows. Nothing is rendered here."""

import csv
import functools
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.phantom.findings import (
    DEVICE_SIDES,
    DEVICES,
    FINDINGS,
    SEVERITIES,
    SIDES,
    WITHOUT_SEVERITY,
    Description,
    Finding,
)
from bench_core.phantom.reports import write_report

TRAIN_SEED, TRAIN_FILMS = 11, 10_000
REAL_SEED, REAL_FILMS = 12, 2_000
STUDIES = (0.50, 0.28, 0.14, 0.08)  # chance of 1, 2, 3, 4 studies a patient
SAME_LABELS = 0.6  # chance that a later study keeps the labels of the one before
DEVICE_CHANCE = (0.34, 0.52, 0.14, 0.30, 0.20)  # in the order of DEVICES
PROMPT_SPACE = 1 << 20  # spawn key of patients drawn for a prompt: they are in no cohort
_ID = re.compile(r"^p(\d+)-(\d{6,})-(\d+)$")


@functools.cache
def label_sets() -> tuple[tuple[frozenset[str], ...], np.ndarray]:
    """Sets of positive findings and their cumulative share, counted from CheXpert's frontal training images."""
    with (Path(__file__).parent / "label_sets.csv").open(newline="") as file:
        rows = [(row["positive_findings"], int(row["images"])) for row in csv.DictReader(file)]
    rows = [(names, images) for names, images in rows if names]  # films without any positive label say nothing
    share = np.cumsum([images for _, images in rows], dtype=float)
    return tuple(frozenset(names.split("|")) for names, _ in rows), share / share[-1]


def draw_labels(rng: np.random.Generator) -> frozenset[str]:
    """One set of positive findings."""
    sets, share = label_sets()
    return sets[min(int(np.searchsorted(share, rng.random(), side="right")), len(sets) - 1)]


def _pick(rng: np.random.Generator, options: tuple[str, ...], chances: tuple[float, ...]) -> str:
    return options[min(int(np.searchsorted(np.cumsum(chances), rng.random(), side="right")), len(options) - 1)]


def _side(rng: np.random.Generator, chances: tuple[float, float, float] | None) -> str:
    return _pick(rng, ("left", "right", "bilateral"), chances) if chances else ""


def draw_devices(rng: np.random.Generator) -> list[Finding]:
    """One or more devices."""
    present = [kind for kind, chance in zip(DEVICES, DEVICE_CHANCE, strict=True) if rng.random() < chance]
    kinds = present or [DEVICES[1]]
    return [Finding("Support Devices", _side(rng, DEVICE_SIDES.get(kind)), "", kind) for kind in kinds]


def complete(finding: Finding, rng: np.random.Generator) -> list[Finding]:
    """Draw what a finding leaves open: side, severity, kind of device."""
    if finding.name == "Support Devices":
        if not finding.kind:
            return draw_devices(rng)
        return [replace(finding, side=finding.side or _side(rng, DEVICE_SIDES.get(finding.kind)), severity="")]
    side = finding.side or _side(rng, SIDES.get(finding.name))
    if finding.name == "Edema":
        side = "bilateral"
    severity = finding.severity or _pick(rng, SEVERITIES, (0.3, 0.42, 0.28))
    return [replace(finding, side=side, severity="" if finding.name in WITHOUT_SEVERITY else severity)]


def describe(labels: frozenset[str], rng: np.random.Generator) -> Description:
    """A description with these labels, everything else drawn."""
    findings = [item for name in FINDINGS if name in labels for item in complete(Finding(name), rng)]
    return Description(tuple(findings), draw_view(labels, rng))


def draw_view(labels: frozenset[str], rng: np.random.Generator) -> str:
    """AP for most of the sick, PA for most of the well."""
    well = 0.35 if "No Finding" in labels else 0.55
    chance = 0.85 if labels & {"Support Devices", "Edema"} else well
    return "AP" if rng.random() < chance else "PA"


def evolve(before: Description, rng: np.random.Generator) -> Description:
    """A later study of the same patient: the same findings, better or worse, or other ones."""
    if rng.random() >= SAME_LABELS:
        return describe(draw_labels(rng), rng)
    steps = rng.choice((-1, 0, 0, 1), size=len(before.findings))
    findings = [
        replace(item, severity=SEVERITIES[int(np.clip(item.grade + step, 0, 2))]) if item.severity else item
        for item, step in zip(before.findings, steps, strict=True)
    ]
    return Description(tuple(findings), draw_view(frozenset(item.name for item in findings), rng))


def study_descriptions(cohort_seed: int, subject: int) -> list[tuple[Description, str]]:
    """Description and report of every study of one subject."""
    rng = np.random.default_rng(np.random.SeedSequence((cohort_seed, subject)))
    count = 1 + min(int(np.searchsorted(np.cumsum(STUDIES), rng.random(), side="right")), len(STUDIES) - 1)
    studies = [describe(draw_labels(rng), rng)]
    while len(studies) < count:
        studies.append(evolve(studies[-1], rng))
    return [(study, write_report(study, rng)) for study in studies]


def image_id(cohort_seed: int, subject: int, study: int) -> str:
    """The id of a film, for instance ``p11-000123-1``; studies count from 1."""
    return f"p{cohort_seed}-{subject:06d}-{study}"


def split_id(image: str) -> tuple[int, int, int]:
    """Cohort seed, subject and study of a film's id.

    Raises:
        ValueError: If it is not the id of a simulated film.
    """
    match = _ID.match(image)
    if match is None:
        raise ValueError(f"{image!r} is not the id of a simulated film (such as p11-000123-1)")
    seed, subject, study = map(int, match.groups())
    return seed, subject, study


def cohort_table(cohort_seed: int, *, subjects: int | None = None, films: int | None = None) -> pd.DataFrame:
    """All films of a cohort, without rendering one.

    Args:
        cohort_seed: Cohorts of different seeds share no patient.
        subjects: Number of patients, or
        films: number of films; the last patient's studies are cut so that there are exactly as many.

    Returns:
        Columns image_id, subject_id, study_id, view, prompt, details (JSON list of findings), and the 14 findings as 0
        or 1.

    Raises:
        ValueError: If not exactly one of ``subjects`` and ``films`` is given.
    """
    if (subjects is None) == (films is None):
        raise ValueError("give either subjects or films")
    rows: list[dict[str, object]] = []
    subject = 0
    while (subjects is not None and subject < subjects) or (films is not None and len(rows) < films):
        for study, (description, report) in enumerate(study_descriptions(cohort_seed, subject), start=1):
            rows.append(_row(cohort_seed, subject, study, description, report))
        subject += 1
    columns = ["image_id", "subject_id", "study_id", "view", "prompt", "details", *FINDINGS]
    return pd.DataFrame(rows[:films] if films is not None else rows, columns=columns)


def _row(seed: int, subject: int, study: int, description: Description, report: str) -> dict[str, object]:
    return {
        "image_id": image_id(seed, subject, study),
        "subject_id": f"p{seed}-{subject:06d}",
        "study_id": f"s{seed}-{subject:06d}-{study}",
        "view": description.view,
        "prompt": report,
        "details": json.dumps([asdict(item) for item in description.findings]),
        **description.labels,
    }


def complete_description(asked: Description, labels: Mapping[str, int] | None, rng: np.random.Generator) -> Description:
    """What a text (and labels, if given) ask for, with everything they leave open drawn at random."""
    findings = [item for item in asked.findings if labels is None or labels.get(item.name, 1)]
    named = {item.name for item in findings}
    findings += [Finding(name) for name in FINDINGS if labels and labels.get(name) and name not in named]
    if len({item.name for item in findings} - WITHOUT_SEVERITY):
        findings = [item for item in findings if item.name != "No Finding"]
    full = [filled for item in findings for filled in complete(item, rng)]
    full.sort(key=lambda item: FINDINGS.index(item.name))
    view = draw_view(frozenset(item.name for item in full), rng)
    return Description(tuple(full), asked.view or view)
