"""Nearest training images, and what held-out patients say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.memorization.records import Extraction, PairLikeness
from bench_core.records import CopyCount, Reference

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def neighbours(synthetic: str, reference: Reference, k: int = 5) -> pd.DataFrame:
    """`frames.NEIGHBOURS`: the k nearest training images of every synthetic one; with a real set, `frames.NEIGHBOURS_AND_HELD_OUT`.

    Raises:
        InputError: k is not from 1 to 100.
        UnknownName: there is no such set or encoder.
        NotPossible: the features of a set are not there yet (evaluate it first), or the reference has no training set.
    """
    from bench_core.engine.answers.nearest import nearest_table

    return nearest_table(open_workspace(), synthetic, reference, k)


def held_out(reference: Reference) -> np.ndarray:  # (N,) float32
    """Rank-1 ratios of the held-out real images against the training images: what `neighbours` is compared with.

    Raises:
        UnknownName: there is no such set or encoder.
        NotPossible: as for `neighbours`.
    """
    from bench_core.engine.answers.nearest import held_out_ratios

    return held_out_ratios(open_workspace(), reference)


def copies_found(synthetic: str, reference: Reference, share: float = 0.001) -> CopyCount:
    """How many images of a set lie nearer to a training image than this share of held-out patients, and the exact chance of so many.

    What the metric of that name counts, at any share.

    Raises:
        InputError: the share is not above 0 and up to 0.5.
        UnknownName: there is no such set or encoder.
        NotPossible: as for `neighbours`.
        TooFewImages: the training images are all of one patient, or all the same.
    """
    from bench_core.engine.answers.copy_count import copy_count

    return copy_count(open_workspace(), synthetic, reference, share)


def likeness(synthetic: str, image_id: str, train: str, train_image_id: str) -> PairLikeness:
    """How much of a synthetic image is the same as in a training image; the viewer lays the map of it over the image (`film`).

    Raises:
        UnknownName: there is no such set or image.
        StoreError, ImageUnreadable: an image is gone, or cannot be decoded.
    """
    from bench_core.engine.answers.likeness import likeness_of

    found = likeness_of(open_workspace(), synthetic, image_id, train, train_image_id)
    return PairLikeness(share=found.share, template=found.template, mirrored=found.mirrored)


def extraction(synthetic: str, reference: Reference, least: int = 10, share: float = 0.0001) -> Extraction:
    """Images of a set that come again and again for one prompt, and the patients whom they show; an `ExtractionSpec` looks for them.

    Args:
        least: images of a group that is said.
        share: pairs of real films of different patients that chance may join.

    Raises:
        UnknownName: there is no such set or encoder.
        NotPossible: it was not looked for yet, or the reference lacks a training or real set.
    """
    from bench_core.engine.answers.extraction import extraction

    return extraction(open_workspace(), synthetic, reference, least, share)
