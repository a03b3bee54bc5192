"""Stored pairs that may be copies, judged by held-out patients."""

import numpy as np
import pandas as pd

from bench_core.data import ImageSet
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import copies_key
from bench_core.errors import NotPossible
from bench_core.features import UNNAMED
from bench_core.frames import DETECTIONS, PLANTED_RECALL
from bench_core.memorization.detection import Judge, kinds_of
from bench_core.memorization.recall import macro_f1, recall_table
from bench_core.records import Reference
from bench_core.spec import DetectSpec
from bench_core.store.workspace import Workspace

SHARE = 0.01
"""Accepted false flags at which pairs are called exact, near or unrelated."""
SOURCE = "source_image_id"
"""Column of a set with planted copies: the image that each of its images was made of."""
MIXED = "mixed_image_id"
"""Column of the same: the held-out image that a copy was mixed with."""


def spec_for(synthetic: str, reference: Reference) -> DetectSpec:
    """The detection that a page asks for.

    Raises:
        NotPossible: the reference has no training set or no held-out set.
    """
    if reference.train is None:
        raise NotPossible("Copies are looked for among training images, and this reference has no training set.", "Name the training set.")
    if not reference.real:
        raise NotPossible("How close is too close is told by held-out patients, and this reference has none.", "Name a set of real images.")
    return DetectSpec(synthetic=synthetic, train=reference.train, real=reference.real, encoder=reference.encoder)


def detections(workspace: Workspace, synthetic: str, reference: Reference) -> pd.DataFrame:
    """`frames.DETECTIONS`; see `api.detections`."""
    spec = spec_for(synthetic, reference)
    images, train = workspace.sets.open(synthetic), workspace.sets.open(spec.train)
    pairs, judge = stored_pairs(workspace, spec, images, train), judge_of(workspace, spec, images)
    frame = pairs.join(judge.p_values(pairs))
    order = ["film", "p", *(f"p_{d}" for d in judge.detectors), "whole"]
    frame = frame.sort_values(order, ascending=[True] * (len(order) - 1) + [False], kind="stable").reset_index(drop=True)
    frame["rank"] = frame.groupby("film").cumcount() + 1
    frame["train_subject_id"] = train.table["subject_id"].to_numpy(object)[_rows(train, frame["train_image_id"])]
    frame["words"] = kinds_of(frame["p"].to_numpy(), frame["whole"].to_numpy(), SHARE)
    return DETECTIONS.of(frame)


def judge_of(workspace: Workspace, spec: DetectSpec, images: ImageSet) -> Judge:
    """The held-out patients, but those whose films are in the set itself (as images of a planted set are)."""
    real, train = workspace.sets.open(spec.real), workspace.sets.open(spec.train)
    pairs, patients = stored_pairs(workspace, spec, real, train), patients_of(real)
    if "planted" in images.meta:
        strangers = images.table.loc[images.table["truth"] == "unrelated", SOURCE]  # the others were made of training images
        used = pd.concat([strangers, images.table[MIXED]]).dropna()
        there = [real.rows_by_id[i] for i in used if i in real.rows_by_id]
        pairs = pairs[~np.isin(patients[pairs["film"]], patients[there])].reset_index(drop=True)
    return Judge(pairs, patients)


def patients_of(images: ImageSet) -> np.ndarray:  # (N,) of str
    """The patient of each film; one of its own where that is unknown."""
    named = images.table["subject_id"] if "subject_id" in images.table else pd.Series([None] * len(images), dtype=object)
    return np.array([f"{UNNAMED}{row}" if pd.isna(name) else str(name) for row, name in enumerate(named.astype(object))])


def stored_pairs(workspace: Workspace, spec: DetectSpec, images: ImageSet, train: ImageSet) -> pd.DataFrame:
    """The pairs of a set, with the row of each film.

    Raises:
        NotPossible: copies were not looked for yet.
    """
    cards = [encoder_card(workspace.config, encoder) for encoder in spec.encoders]
    pairs = workspace.derived.table(copies_key(spec, images, train, cards))
    if pairs is None:
        raise NotPossible(f"Copies of {train.name!r} were not looked for in {images.name!r} yet.", "Submit a DetectSpec (`detect`).")
    return pairs.assign(film=_rows(images, pairs["image_id"]))


def _rows(images: ImageSet, names: pd.Series) -> np.ndarray:
    return np.asarray(names.map(images.rows_by_id), int)


def planted_recall(workspace: Workspace, planted: str, reference: Reference) -> pd.DataFrame:
    """`frames.PLANTED_RECALL`; see `api.planted_recall`."""
    pairs, judge, table = _of_planted(workspace, planted, reference)
    return PLANTED_RECALL.of(recall_table(pairs, table, next(iter(judge.controls.values())).least))


def planted_f1(workspace: Workspace, planted: str, reference: Reference) -> tuple[float, pd.DataFrame]:
    """Mean F1 of exact, near and unrelated at `SHARE`, and the table of what was called what; see `_of_planted`."""
    pairs, _, table = _of_planted(workspace, planted, reference)
    return macro_f1(pairs, table, SHARE)


def _of_planted(workspace: Workspace, planted: str, reference: Reference) -> tuple[pd.DataFrame, Judge, pd.DataFrame]:
    """Pairs with their p-values and whether each is of the film that was copied; the judge; the truth by film.

    Raises:
        NotPossible: it is no set with planted copies, or copies were not looked for yet.
    """
    images = workspace.sets.open(planted)
    if "planting" not in images.table or SOURCE not in images.table:
        raise NotPossible(f"Set {images.name!r} has no planted copies.", "Make one: python -m bench_core plant.")
    spec = spec_for(planted, reference)
    train, judge = workspace.sets.open(spec.train), judge_of(workspace, spec, images)
    pairs = stored_pairs(workspace, spec, images, train)
    pairs = pairs.join(judge.p_values(pairs))
    digests = dict(zip(train.table["image_id"], train.table["digest"], strict=True))
    source = images.table[SOURCE].to_numpy(object)[pairs["film"]]
    stranger = (images.table["truth"] == "unrelated").to_numpy()[pairs["film"]]
    same = [digests.get(name) == digests[other] for name, other in zip(source, pairs["train_image_id"], strict=True)]
    pairs["right"] = stranger | np.array(same, bool)  # a film that occurs twice may be named by either
    return pairs, judge, images.table[["planting", "strength", "truth"]].reset_index(drop=True)
