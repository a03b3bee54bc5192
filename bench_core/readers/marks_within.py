"""How many of the marks of readers lie in what a film is known to show, beside marks at random places."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bench_core.frames import MARKS_WITHIN
from bench_core.readers.accuracy import share


def marks_within(remarks: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """`frames.MARKS_WITHIN` of `frames.REMARKS`: the main block, films of which a mask is known.

    The interval takes marks as independent; several marks of one film are not, so that `films_within` stands beside them.
    """
    known = remarks[(remarks["block"] == "main") & remarks["within"].notna() & (remarks["marks"] > 0)]
    rows = []
    for finding, films in _parts(known, "finding"):
        for reader, own in _parts(films, "reader") if finding == "all" else (("all", films),):
            marks, within = int(own["marks"].sum()), int(own["within"].sum())
            value, low, high = share(within, marks, level)
            each = np.repeat(own["covered"].to_numpy(float), own["marks"].to_numpy(int))
            rows.append(
                {
                    "reader": reader, "finding": finding, "films": len(own), "films_within": int((own["within"] > 0).sum()),
                    "marks": marks, "within": within, "share": value, "low": low, "high": high, "chance": float(each.mean()),
                    "p_value": against_chance(each, within),
                }
            )  # fmt: skip
    return MARKS_WITHIN.of(rows)


def _parts(rows: pd.DataFrame, column: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """All rows, then those of each value where there are several."""
    if len(rows):
        yield "all", rows
    if rows[column].nunique() > 1:
        for value, own in rows.groupby(column, sort=True):
            yield str(value), own


def against_chance(chances: np.ndarray, hits: int) -> float:
    """Two-sided p of that many hits where each try hits with its own chance: twice the smaller tail of the Poisson-binomial, 1 at most."""
    law = np.ones(1)
    for chance in chances:
        law = np.convolve(law, [1 - chance, chance])
    return float(min(1.0, 2 * min(law[: hits + 1].sum(), law[hits:].sum())))
