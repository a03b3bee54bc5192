"""UMAP coordinates of sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.spec import MAP_LIMIT

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def stored_projection(set_ids: Sequence[str], encoder: str, seed: int = 0, limit: int = MAP_LIMIT) -> pd.DataFrame | None:
    """`frames.PROJECTION` if it was made before (see `projection`), else None: submit a `ProjectSpec` then."""
    from bench_core.engine.runs.project import stored

    return stored(open_workspace(), set_ids, encoder, seed, limit)


def projection(set_ids: Sequence[str], encoder: str, seed: int = 0, limit: int = MAP_LIMIT) -> pd.DataFrame:
    """`frames.PROJECTION`: UMAP coordinates of sets, made once (that takes a while) and stored by content.

    Above `limit` images large sets are thinned evenly to one size; small ones stay whole.
    """
    from bench_core.engine.runs.project import project

    return project(open_workspace(), set_ids, encoder, seed, limit)


def points_to_draw(points: pd.DataFrame, groups: Sequence[np.ndarray], most: int) -> list[np.ndarray]:
    """Of each group of rows of a projection those that a figure of `most` points shows.

    Of every set, what is small stays whole. Of the others a point that lies alone is drawn before one that lies on others.
    """
    import pandas

    from bench_core.engine.answers import thinning

    return thinning.points_to_draw(points[["x", "y"]].to_numpy(), pandas.factorize(points["set_id"])[0], groups, most)
