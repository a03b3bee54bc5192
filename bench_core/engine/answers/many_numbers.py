"""Many numbers read at once: how surprising each is against its null, and which remain so once their number is allowed for.

Of numbers of a perfect generator one in twenty lies outside its range, so among many some do. What is allowed for is that share of false
ones among those that are named (Benjamini & Hochberg 1995, Journal of the Royal Statistical Society B 57). Taken within the numbers of one
set and family, "any of them remains" is Simes' test of "this family is as perfect" (Simes 1986, Biometrika 73).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bench_core.engine.scoring.uncertainty import SPLITS
from bench_core.frames import CHANCES

LEVEL = 0.05
"""Share of perfect generators outside a range, and of false ones among the numbers that are named."""


def many_numbers(rows: pd.DataFrame, within: Sequence[str]) -> pd.DataFrame:
    """`frames.CHANCES` of rows of `frames.RESULTS`, with their index.

    Args:
        within: columns; the number of numbers is allowed for within each group of equal ones. None of them: within all rows.
    """
    chance = chances(rows)
    adjusted = pd.Series(np.nan, index=rows.index)
    known = chance.notna()
    groups = rows.loc[known].groupby(list(within), sort=False).groups.values() if within else [rows.index[known]]
    for group in groups:
        adjusted[group] = _adjusted(chance[group].to_numpy(float))
    return CHANCES.of(pd.DataFrame({"chance": chance, "outside": chance < LEVEL, "adjusted": adjusted, "remains": adjusted <= LEVEL}))


def chances(rows: pd.DataFrame) -> pd.Series:  # (N,)
    """How often a perfect generator's matched score lies as far from the null as this one; NaN where there is no range.

    The end of the range on that side stands for LEVEL. Beyond it Student's t with SPLITS degrees of freedom decides, as it made the range
    (of metrics that are means it was made with more, which would give smaller chances: this errs on the careful side).
    """
    from scipy.stats import t as student

    matched, null, low, high = (rows[c].to_numpy(float) for c in ("matched", "null", "null_low", "null_high"))
    far = matched - null
    width = np.maximum(np.where(far > 0, high - null, null - low), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(far == 0, 0.0, np.abs(far) / width)
    chance = 2 * student.sf(steps * student.ppf(1 - LEVEL / 2, SPLITS), SPLITS)
    done = (rows["status"] == "ok").to_numpy() & np.isfinite([matched, null, low, high]).all(axis=0)
    return pd.Series(np.where(done, chance, np.nan), index=rows.index)


def _adjusted(chance: np.ndarray) -> np.ndarray:  # (N,)
    """Benjamini and Hochberg's adjusted p-values."""
    from scipy.stats import false_discovery_control

    out: np.ndarray = false_discovery_control(chance) if len(chance) else chance
    return out
