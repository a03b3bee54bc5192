"""Plants altered copies of training films among held-out ones: a set whose table says the truth, to judge detectors by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS, ImageSet, content_key
from bench_core.engine.answers.detections import SOURCE, patients_of
from bench_core.engine.keys import set_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter
from bench_core.errors import InputError
from bench_core.memorization.plants import PLANTINGS, planned
from bench_core.registry import Request, run_kind
from bench_core.spec import PlantSpec
from bench_core.store.names import checked_name
from bench_core.store.workspace import Workspace

PLANTS = 1
"""Raised when films are altered or drawn in another way."""
BATCH = 16


def check(workspace: Workspace, spec: PlantSpec) -> Request:
    """The set that it makes, under the name of the request; too few patients are told here.

    Raises:
        InputError: both sets are the same.
        TooFewImages: too few held-out patients.
    """
    train, real = (workspace.sets.open(name) for name in (spec.train, spec.real))
    if train.id == real.id:
        raise InputError("The same set was given for two roles.", "Copies are of training images, hidden among other patients' images.")
    plan = _plan(train, real, spec)
    spec = spec.model_copy(update={"name": checked_name(spec.name), "train": train.id, "real": real.id})
    return Request(spec, spec.name, _set_id(train, real, spec), images=len(plan), claims_name=True)


def _plan(train: ImageSet, real: ImageSet, spec: PlantSpec) -> pd.DataFrame:
    return planned(patients_of(train), patients_of(real), spec.count, spec.seed)


def _set_id(train: ImageSet, real: ImageSet, spec: PlantSpec) -> str:
    return content_key("planted", PLANTS, set_key(train), set_key(real), spec.count, spec.seed)


@run_kind(PlantSpec, title="Plant copies", unit="image", makes_images=True, check=check)
def plant(workspace: Workspace, run_id: str, spec: PlantSpec, models: Models, report: Reporter) -> str:
    """Makes the images that are not there yet; image i has a chance of its own, so that any of them can be made again."""
    train, real = workspace.sets.open(spec.train), workspace.sets.open(spec.real)
    plan = _plan(train, real, spec)
    meta = {"generator": None, "planted": {"train": train.id, "real": real.id, "count": spec.count, "seed": spec.seed}}
    with workspace.sets.draft(_set_id(train, real, spec), "synthetic", meta, total=len(plan)) as draft:
        missing = draft.missing
        try:
            for start in range(0, len(missing), BATCH):
                rows = missing[start : start + BATCH]
                made = [film_of(plan.iloc[row], row, train, real, spec.seed) for row in rows]
                draft.add(rows, [_columns(plan.iloc[row], row, train, real) for row in rows], made, [None] * len(rows))
                report.at(len(draft.rows), len(plan), "Planting copies")
                report.between(True)
        finally:
            draft.finish()
    return f"{int((plan['train'] >= 0).sum())} copies among {int((plan['train'] < 0).sum())} held-out films"


def film_of(line: pd.Series, row: int, train: ImageSet, real: ImageSet, seed: int) -> np.ndarray:  # (H, W) uint8
    """The film of one line of the plan."""
    rng = np.random.default_rng(np.random.SeedSequence((seed, 16, row)))
    other = real.read(int(line["real"])) if line["real"] >= 0 else np.zeros((1, 1), np.uint8)
    film = train.read(int(line["train"])) if line["train"] >= 0 else other
    return PLANTINGS[line["planting"]].alter(film, other, line["strength"], rng)


def _columns(line: pd.Series, row: int, train: ImageSet, real: ImageSet) -> dict[str, object]:
    """What the table says of it: the truth, and the findings of the film that it is."""
    copied = line["train"] >= 0
    images, at = (train, int(line["train"])) if copied else (real, int(line["real"]))
    source = images.table.iloc[at]
    mixed = real.table["image_id"].iat[int(line["real"])] if copied and line["real"] >= 0 else None
    return {
        "image_id": f"planted-{row:05d}", "planting": line["planting"], "strength": float(line["strength"]), "truth": line["truth"],
        SOURCE: source["image_id"], "mixed_image_id": mixed, "view": source.get("view"),
        **{f: float(source[f]) for f in FINDINGS if f in images.table and not pd.isna(source[f])},
    }  # fmt: skip
