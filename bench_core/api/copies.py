"""Nearest training images, and what held-out patients say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def neighbours(synthetic: str, train: str, encoder: str, k: int = 5, real: str | None = None) -> pd.DataFrame:
    """`frames.NEIGHBOURS`: the k nearest training images of every synthetic one; with `real`, `frames.NEIGHBOURS_AND_HELD_OUT`.

    Raises:
        NotPossible: the features of a set are not there yet; evaluate it first.
    """
    from bench_core.engine.answers.nearest import nearest_table

    return nearest_table(open_workspace(), synthetic, train, encoder, k, real)


def held_out(train: str, real: str, encoder: str) -> np.ndarray:  # (N,) float32
    """Rank-1 ratios of the held-out real images against the training images: what `neighbours` is compared with."""
    from bench_core.engine.answers.nearest import held_out_ratios

    return held_out_ratios(open_workspace(), train, real, encoder)
