"""How the work of an evaluation is shared out between its metrics: by the seconds that each took before."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

LEAST_SECONDS = 0.01


def shares_done(metrics: Sequence[str], skipped: Collection[str], seconds: Mapping[str, float]) -> np.ndarray:  # (M + 1,)
    """Of the work of these metrics, what is done when so many of them are, from none to all.

    Args:
        skipped: those that cannot run; they take no time.
        seconds: what metrics took before; one that is not known counts as the middle one of those that are.
    """
    known = [seconds[m] for m in metrics if m in seconds and m not in skipped]
    usual = float(np.median(known)) if known else 1.0
    each = [0.0 if m in skipped else max(seconds.get(m, usual), LEAST_SECONDS) for m in metrics]
    reached = np.concatenate([[0.0], np.cumsum(each)])
    return reached / reached[-1] if reached[-1] else np.linspace(0, 1, len(reached))
