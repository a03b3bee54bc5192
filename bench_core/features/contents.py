"""Numbers that stand for what an image is: what random draws are ordered by, so that the order of a table decides nothing."""

import numpy as np

TURNS = 10.0


def content_codes(values: np.ndarray) -> np.ndarray:  # (N, D) float32 -> (N,) int
    """Equal numbers for equal rows, from 0 on, in an order that does not depend on that of the rows.

    Rows are ordered by their place along a fixed random direction and not by their bytes: where another processor, or another number of
    threads, gives features whose last digits differ, what is drawn from this order is the same. Places are wound up TURNS times a standard
    deviation, so that neighbours in the order are no neighbours in the space, and one seed does not draw from the same end of every set.
    """
    rows = np.ascontiguousarray(values + np.float32(0))  # + 0 makes -0.0 and 0.0 the same bytes
    _, first, codes = np.unique(rows.view(np.dtype((np.void, rows.shape[1] * 4))).ravel(), return_index=True, return_inverse=True)
    direction = np.asarray(np.random.default_rng(0).normal(size=rows.shape[1]), np.float32)
    place = np.empty(len(first), int)
    along = np.asarray(rows[first] @ direction, float)
    along -= along.mean()  # a feature that is the same on all rows turns nothing
    place[np.argsort(TURNS * along / (along.std() or 1.0) % 1.0, kind="stable")] = np.arange(len(first))
    return place[codes]
