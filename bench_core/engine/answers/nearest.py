"""Each synthetic image's nearest training images, with distances in units of the spacing of the training images there."""

import numpy as np
import pandas as pd

from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.encoding.encode import read_features
from bench_core.engine.keys import nearest_key
from bench_core.errors import InputError, NotPossible, TooFewImages
from bench_core.features import FeatureSet
from bench_core.frames import NEIGHBOURS, NEIGHBOURS_AND_HELD_OUT
from bench_core.records import Reference
from bench_core.store.workspace import Workspace

MOST = 100


def compute_nearest(
    workspace: Workspace,
    images: ImageSet,
    train: ImageSet,
    card: EncoderCard,
    k: int,
    features: FeatureSet | None = None,
    near: FeatureSet | None = None,
) -> pd.DataFrame:
    """The stored table of k nearest training images, made if need be.

    Raises:
        NotPossible: a set is not encoded yet.
        TooFewImages: fewer than k training images.
    """
    k = min(k, len(train))
    key = nearest_key(images, train, card, k)
    found = workspace.derived.table(key)
    if found is not None:
        return found
    features = features or read_features(workspace, images, card)
    near = near or read_features(workspace, train, card)
    distances, rows = features.neighbours(near, k)  # (N, k), (N, k)
    spacing = _spacing(near)[rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(distances == 0, 0.0, distances / spacing)
    frame = pd.DataFrame(
        {
            "image_id": np.repeat(images.table["image_id"].to_numpy(), k), "rank": np.tile(np.arange(1, k + 1), len(images)),
            "train_image_id": train.table["image_id"].to_numpy()[rows.ravel()], "distance": distances.ravel().astype(np.float32),
            "ratio": ratio.ravel().astype(np.float32),
        }
    )  # fmt: skip
    workspace.derived.write_table(key, "neighbours", frame, [images.id, train.id])
    return frame


def _spacing(train: FeatureSet) -> np.ndarray:  # (N,)
    """Distance of each training image to the nearest one of another patient; NaN where there is none."""
    try:
        return train.radius(1)
    except TooFewImages:
        return np.full(len(train), np.nan)


def nearest_table(workspace: Workspace, synthetic: str, reference: Reference, k: int) -> pd.DataFrame:
    """`compute_nearest` of a set, cut at k; where the reference has a real set, with what held-out patients say of each pair.

    The p-value is exact by rank: a perfect generator's image is one more new patient, and as likely to be the first of P + 1 as any
    other. Of each held-out patient the image that comes nearest counts, which errs on the side of no alarm.

    Raises:
        InputError: k is out of range.
        UnknownName: there is no such set or encoder.
        NotPossible: a set is not encoded yet, or the reference has no training set.
    """
    if not 1 <= k <= MOST:
        raise InputError(f"k = {k} neighbours cannot be shown.", f"Choose 1 to {MOST}.")
    card, train = encoder_card(workspace.config, reference.encoder), _training_set(workspace, reference)
    frame = compute_nearest(workspace, workspace.sets.open(synthetic), train, card, max(k, 5))
    frame = frame[frame["rank"] <= k].reset_index(drop=True)
    if not reference.real:
        return NEIGHBOURS.of(frame)
    held_out, asked = held_out_ratios(workspace, reference), frame["ratio"].to_numpy()
    frame["held_out_share"] = np.searchsorted(np.sort(held_out), asked, side="left") / len(held_out)
    nearest = _nearest_of_patients(held_out, workspace.sets.open(reference.real).table)
    frame["patients_as_near"] = np.searchsorted(nearest, asked, side="right")
    frame["p_value"] = (1 + frame["patients_as_near"]) / (1 + len(nearest))
    return NEIGHBOURS_AND_HELD_OUT.of(frame)


def _nearest_of_patients(ratios: np.ndarray, table: pd.DataFrame) -> np.ndarray:  # (N,) -> (P,)
    """The smallest ratio of each patient, in ascending order; an image of an unknown patient stands alone."""
    patients = table["subject_id"].where(table["subject_id"].notna(), "image " + table["image_id"].astype(str))
    smallest = pd.Series(ratios).groupby(patients.to_numpy()).min()
    return np.sort(smallest.dropna().to_numpy())


def held_out_ratios(workspace: Workspace, reference: Reference) -> np.ndarray:  # (N,) float32
    """The ratio of each real image's nearest training image, in the order of the real set's table.

    Raises:
        UnknownName: there is no such set or encoder.
        NotPossible: a set is not encoded yet, or the reference has no training set.
    """
    card, train = encoder_card(workspace.config, reference.encoder), _training_set(workspace, reference)
    frame = compute_nearest(workspace, workspace.sets.open(reference.real), train, card, 5)
    return np.asarray(frame.loc[frame["rank"] == 1, "ratio"], np.float32)


def _training_set(workspace: Workspace, reference: Reference) -> ImageSet:
    if reference.train is None:
        raise NotPossible("Nearest training images need a training set, and this reference has none.", "Name the training set.")
    return workspace.sets.open(reference.train)
