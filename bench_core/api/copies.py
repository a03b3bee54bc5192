"""Nearest training images, and what held-out patients say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.records import Reference

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def neighbours(synthetic: str, reference: Reference, k: int = 5) -> pd.DataFrame:
    """The k nearest training images of every synthetic one.

    Columns: image_id, rank (from 1), train_image_id, distance, ratio. The ratio is the distance over the spacing there: the
    distance from that training image to the nearest training image of another patient. Where the reference has a real set, a column
    `held_out_share`: the share of held-out real images whose own rank-1 ratio is smaller, so 0.01 means closer than all but one in a
    hundred of them.

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
