"""Learning and fatigue: whether readers get better, or faster, from answer to answer."""

import numpy as np
import pandas as pd

from bench_core.frames.reader_statistics import READER_TRENDS

STEP = 10
"""Answers over which a change is told."""


def reader_trends(answers: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """`READER_TRENDS` of the main block: a line through each reader's answers, and the mean of the readers' slopes.

    A slope of a reader is least squares' (of seconds: of their logarithm) against the place of the case. Readers differ in how they
    learn, so the mean slope has Student's interval over readers: a random slope, with the readers as clusters.

    References:
        Summary measures of serial data: Matthews et al. 1990, doi:10.1136/bmj.300.6719.230.
    """
    main = answers[answers["block"] == "main"].sort_values(["reader", "position"], kind="stable")
    rows: list[dict[str, object]] = []
    for question, own in main.groupby("question", sort=True):
        sided = own[(own["truth"] != "") & own["choice"].isin(_sides(str(question)))]
        right = sided.assign(outcome=(sided["choice"] == sided["truth"]).astype(float))
        timed = own[own["seconds"] > 0]
        for outcome, part in (("right", right), ("seconds", timed.assign(outcome=np.log(timed["seconds"])))):
            rows += [{"question": question, "outcome": outcome, **row} for row in _lines(part, outcome == "seconds", level)]
    return READER_TRENDS.of(rows)


def _sides(question: str) -> list[str]:
    return {"real_or_synthetic": ["real", "synthetic"], "which_is_real": [str(place) for place in range(1, 100)]}.get(question, [])


def _lines(part: pd.DataFrame, logarithm: bool, level: float) -> list[dict[str, object]]:
    rows, slopes, starts = [], [], []
    for reader, own in part.groupby("reader", sort=True):
        values = own["outcome"].to_numpy(float)
        place = np.arange(len(values)) if own["position"].nunique() < 2 else own["position"].to_numpy(float)
        place = place - place.min()
        if len(values) < 3 or not place.any():
            continue
        slope, start, se = _line(place, values)
        slopes.append(slope)
        starts.append(start)
        rows.append(_row(str(reader), len(values), (start, slope, se, len(values) - 2), logarithm, level))
    if len(slopes) > 1:
        se = float(np.std(slopes, ddof=1) / np.sqrt(len(slopes)))
        mean = (float(np.mean(starts)), float(np.mean(slopes)), se, len(slopes) - 1)
        rows.append(_row("all", len(slopes), mean, logarithm, level))
    return rows


def _line(place: np.ndarray, values: np.ndarray) -> tuple[float, float, float]:
    """Slope, value at the first place, standard error of the slope."""
    around = place - place.mean()
    slope = float(around @ values / (around @ around))
    start = float(values.mean() - slope * place.mean())
    rest = values - start - slope * place
    return slope, start, float(np.sqrt(rest @ rest / (len(values) - 2) / (around @ around)))


def _row(reader: str, n: int, line: tuple[float, float, float, int], logarithm: bool, level: float) -> dict[str, object]:
    from scipy.stats import t

    start, slope, se, df = line
    reach = t.ppf((1 + level) / 2, df) * se if se > 0 else np.nan
    change, low, high = (np.array([slope, slope - reach, slope + reach]) * STEP).tolist()
    if logarithm:
        start, change, low, high = np.exp(start), *np.expm1([change, low, high])
    p = float(2 * t.sf(abs(slope) / se, df)) if se > 0 else np.nan
    return {"reader": reader, "n": n, "start": start, "change": change, "low": low, "high": high, "p_value": p}
