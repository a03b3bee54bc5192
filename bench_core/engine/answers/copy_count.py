"""The headline of privacy: how many images of a set lie nearer to a training image than held-out patients do, with its exact test."""

import numpy as np

from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.engine.answers.nearest import compute_nearest, held_out_ratios
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.encoding.encode import read_features
from bench_core.errors import InputError, TooFewImages
from bench_core.metrics.held_out import count_below
from bench_core.records import CopyCount, Reference
from bench_core.store.workspace import Workspace


def copy_count(workspace: Workspace, synthetic: str, reference: Reference, share: float) -> CopyCount:
    """The count of the metric `copies_found` at any share of held-out patients, from stored neighbours.

    Raises:
        InputError: the share is no share.
        UnknownName: there is no such set or encoder.
        NotPossible: a set is not encoded yet, or the reference has no training set.
        TooFewImages: the training images are all of one patient, or all the same.
    """
    if not 0 < share <= 0.5:
        raise InputError(
            f"A share of {share:g} of held-out patients cannot be the cut.", "Choose one above 0, up to 0.5: 0.001 is 1 in 1,000."
        )
    held_out = held_out_ratios(workspace, reference)
    card = encoder_card(workspace.config, reference.encoder)
    images, real = workspace.sets.open(synthetic), workspace.sets.open(reference.real)
    ratios = _ratios(workspace, images, workspace.sets.open(str(reference.train)), card)
    if np.isnan(held_out).any() or np.isnan(ratios).any():
        raise TooFewImages("The training images are all of one patient, or all the same: nothing says how far apart patients are.")
    return count_below(ratios, read_features(workspace, images, card), held_out, read_features(workspace, real, card), share)


def _ratios(workspace: Workspace, images: ImageSet, train: ImageSet, card: EncoderCard) -> np.ndarray:  # (M,) float32
    frame = compute_nearest(workspace, images, train, card, 5)
    return np.asarray(frame.loc[frame["rank"] == 1, "ratio"], np.float32)
