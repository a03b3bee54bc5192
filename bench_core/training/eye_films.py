"""The films that phantom-eye learns from: patients of their own, who are neither in `train` nor in `real`.

An encoder that had seen the training cohort would place its films more exactly than those of strangers, and a metric of privacy would
find the difference. Here every patient has two films with findings drawn anew for each, so that a patient is told by the anatomy and
not by the labels, and in every second film findings that are rare in the cohort are common.
"""

import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS
from bench_core.training.films import Films, note_ready, shares_of
from bench_core.training.recipe import CHECKPOINTS, Progress

SEED, PATIENTS, STUDIES = 13, 8_000, 2
FINE = 32  # masks are kept as their share of 32 x 32 cells: a broken rib is 18 pixels wide
STRANGERS = 100_000
"""Patients from this number on are never learned from: probes are fitted on them."""
MORE = {
    "Enlarged Cardiomediastinum": 0.12, "Cardiomegaly": 0.12, "Lung Lesion": 0.28, "Consolidation": 0.15, "Pneumonia": 0.22,
    "Atelectasis": 0.12, "Pneumothorax": 0.08, "Pleural Other": 0.22, "Fracture": 0.30,
}  # fmt: skip
"""Chance that a finding is added, in every second film."""


def describe_film(patient: int, study: int) -> tuple[object, str]:
    """Description and report of one film; the same numbers give the same."""
    from bench_core.phantom import cohort, write_report

    rng = np.random.default_rng(np.random.SeedSequence((SEED, patient), spawn_key=(9, study)))
    labels = cohort.draw_labels(rng)
    if rng.random() < 0.5:
        labels |= {name for name, chance in MORE.items() if rng.random() < chance}
    if len(labels - {"Support Devices"}) > 1:
        labels -= {"No Finding"}
    description = cohort.describe(labels, rng)
    return description, write_report(description, rng)


def film_table(patients: int = PATIENTS, first: int = 0) -> pd.DataFrame:
    """One row a film of the patients from `first` on, in the columns of `phantom.cohort_table`."""
    rows: list[dict[str, object]] = []
    for patient in range(first, first + patients):
        for study in range(1, STUDIES + 1):
            description, report = describe_film(patient, study)
            rows.append(
                {
                    "image_id": f"e{SEED}-{patient:06d}-{study}",
                    "subject_id": f"e{SEED}-{patient:06d}",
                    "view": description.view,  # type: ignore[attr-defined]
                    "prompt": report,
                    "details": json.dumps([asdict(item) for item in description.findings]),  # type: ignore[attr-defined]
                    **description.labels,  # type: ignore[attr-defined]
                }
            )
    return pd.DataFrame(rows)


def traits_of(patient: int, study: int, view: str) -> np.ndarray:  # (TRAITS,) float32
    """What makes a patient: size, habitus, heart, ribs, clavicles, shoulders, the warps; then blur (px) and log photons of the film."""
    from bench_core.phantom.anatomy import draw_anatomy
    from bench_core.phantom.exposure import draw_exposure
    from bench_core.phantom.film import draw_pose

    body = draw_anatomy((SEED, patient), 0)
    rng = np.random.default_rng(np.random.SeedSequence((SEED, patient), spawn_key=(0, 2, study)))  # as `film.draw_film` draws them
    draw_pose(body, view, rng)
    exposure = draw_exposure(view, rng)
    shape = [body.width, body.height, body.girth, body.depth, body.inflation, *body.dome, *body.heart, body.heart_turn, body.knob]
    bones = [body.curve * np.cos(body.curve_phase), body.curve * np.sin(body.curve_phase), body.bone, *body.ribs]
    rest = [body.breast[3], body.gas, *body.slope, body.density, body.detail]
    warps = [*body.clavicles.ravel(), *body.shoulder.ravel(), *body.warp.ravel(), *body.rib_warp.ravel()]
    return np.asarray([*shape, *bones, *rest, *warps, exposure.blur, np.log(exposure.photons)], np.float32)


def render_one(patient: int, study: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Film (256, 256) uint8, cells (14, 32, 32) uint8 and traits of one row."""
    from bench_core.phantom.film import draw_film

    description, _ = describe_film(patient, study)
    image, masks = draw_film((SEED, patient), 0, study, description)  # type: ignore[arg-type]
    return image, shares_of(masks, FINE), traits_of(patient, study, description.view)  # type: ignore[attr-defined]


def render_patients(first: int, end: int, workers: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The films of patients from `first` to before `end`, in the order of the table."""
    if workers <= 1:
        for patient in range(first, end):
            yield from _one_patient(patient)
        return
    with ProcessPoolExecutor(workers) as pool:
        ahead: deque[Future[list[tuple[np.ndarray, np.ndarray, np.ndarray]]]] = deque()  # bounded: a slow reader fills no memory
        for patient in range(first, end):
            ahead.append(pool.submit(_one_patient, patient))
            if len(ahead) > 8 * workers:
                yield from ahead.popleft().result()
        while ahead:
            yield from ahead.popleft().result()


def _one_patient(patient: int) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    return [render_one(patient, study) for study in range(1, STUDIES + 1)]


def folder_of(patients: int, first: int = 0) -> Path:
    """Where the arrays of this renderer are."""
    from bench_core import phantom

    return CHECKPOINTS / "films" / f"eye-{SEED}-{f'{first}+' if first else ''}{patients}-{phantom.RENDERER_VERSION}"


def open_eye_films(patients: int = PATIENTS, first: int = 0) -> tuple[Films, np.ndarray]:
    """The films as far as they are rendered (cells of 32 x 32), and their traits (N, TRAITS) float32."""
    folder, count = folder_of(patients, first), patients * STUDIES
    state = folder / "ready.txt"
    if not state.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shapes = {"images": (256, 256), "cells": (len(FINDINGS), FINE, FINE), "traits": (len(traits_of(0, 1, "PA")),)}
        for name, shape in shapes.items():
            kind = np.float32 if name == "traits" else np.uint8
            np.lib.format.open_memmap(folder / f"{name}.npy", mode="w+", dtype=kind, shape=(count, *shape)).flush()
        film_table(patients, first).to_csv(folder / "table.csv", index=False)
        state.write_text("0")
    images, cells, traits = (np.load(folder / f"{name}.npy", mmap_mode="r+") for name in ("images", "cells", "traits"))
    table = pd.read_csv(folder / "table.csv", keep_default_na=False)
    return Films(table, images, cells, state), traits


def render_eye_films(
    patients: int = PATIENTS, first: int = 0, *, workers: int = 2, on_progress: Progress | None = None
) -> tuple[Films, np.ndarray]:
    """Renders what is missing; a killed run goes on where it stopped, and a training run may read meanwhile."""
    films, traits = open_eye_films(patients, first)
    done, goal = films.ready, patients * STUDIES
    for image, cells, who in render_patients(first + done // STUDIES, first + patients, workers):
        films.images[done], films.cells[done], traits[done] = image, cells, who
        done += 1
        if done % 50 == 0 or done == goal:
            note_ready(folder_of(patients, first), done)
            if on_progress:
                on_progress(done, goal, "films rendered")
    return open_eye_films(patients, first)
