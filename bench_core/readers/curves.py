"""What figures of a reader study draw: operating points, and how far confidence is right."""

import numpy as np
import pandas as pd

from bench_core.frames.reader_statistics import READER_CALIBRATION, READER_ROC
from bench_core.readers.accuracy import share, slices
from bench_core.readers.mrmc import mean_share

STEPS = 10
"""Of a scale that has more ratings than so many."""
_GRID = np.linspace(0, 1, 101)


def roc_points(answers: pd.DataFrame) -> pd.DataFrame:
    """`READER_ROC`: every operating point of each reader, and the vertical mean of their curves at 101 false-positive rates.

    References:
        Vertical averaging: Chen and Samuelson 2014, doi:10.1259/bjr.20140016; between the points of a reader runs a straight line.
    """
    asked = answers[
        (answers["question"] == "real_or_synthetic") & (answers["block"] == "main") & (answers["truth"] != "") & answers["rating"].notna()
    ]
    parts = []
    for slice_of, value, films in slices(asked):
        for modality, under in films.groupby("modality", sort=True):
            curves = []
            for reader, own in under.groupby("reader", sort=True):
                curve = _curve(own)
                if curve is not None:
                    curves.append(curve)
                    parts.append(curve.assign(slice=slice_of, value=value, modality=modality, reader=reader))
            if len(curves) > 1:
                mean = pd.DataFrame({"threshold": np.nan, "fpr": _GRID, "tpr": np.mean([_at(c) for c in curves], axis=0)})
                parts.append(mean.assign(slice=slice_of, value=value, modality=modality, reader="mean"))
    return READER_ROC.of(pd.concat(parts, ignore_index=True) if parts else [])


def _curve(own: pd.DataFrame) -> pd.DataFrame | None:
    """None where one side is empty."""
    ratings, synthetic = own["rating"].to_numpy(float), (own["truth"] == "synthetic").to_numpy()
    if synthetic.all() or not synthetic.any():
        return None
    thresholds = np.concatenate([[np.inf], np.unique(ratings)[::-1]])
    above = ratings >= thresholds[:, None]
    return pd.DataFrame({"threshold": thresholds, "fpr": above[:, ~synthetic].mean(1), "tpr": above[:, synthetic].mean(1)})


def _at(curve: pd.DataFrame) -> np.ndarray:
    """Along a curve, the highest true-positive rate of each false-positive rate, and lines between; it begins at (0, 0)."""
    fpr, tpr = curve["fpr"].to_numpy(), curve["tpr"].to_numpy()
    found = np.array([np.interp(x, fpr, tpr) if not np.any(fpr == x) else tpr[fpr == x].max() for x in _GRID])
    found[0] = 0.0
    return found


def calibration(answers: pd.DataFrame) -> pd.DataFrame:
    """`READER_CALIBRATION`: of the films that were rated so, how many are synthetic; for each reader, and for all.

    Long scales are cut into ten steps of equal width. Of one reader the interval is exact; of all the share is the mean over readers.
    """
    asked = answers[
        (answers["question"] == "real_or_synthetic") & (answers["block"] == "main") & (answers["truth"] != "") & answers["rating"].notna()
    ]
    if not len(asked):
        return READER_CALIBRATION.of([])
    known = bool((asked["scale"] > 0).all())
    top = float(asked["scale"].max() if known else asked["rating"].max())
    bottom = (0.0 if top == 100 else 1.0) if known else float(asked["rating"].min())
    place = (asked["rating"] - bottom) / max(top - bottom, 1e-12)
    steps = np.minimum((place * STEPS).astype(int), STEPS - 1) if asked["rating"].nunique() > STEPS else asked["rating"]
    asked = asked.assign(place=place, step=steps, synthetic=(asked["truth"] == "synthetic").astype(float))
    rows = []
    for reader, own in [*asked.groupby("reader", sort=True), ("all", asked)]:
        for _, films in own.groupby("step", sort=True):
            base = {"reader": reader, "rating": films["rating"].mean(), "confidence": films["place"].mean(), "n": len(films)}
            found, low, high = share(int(films["synthetic"].sum()), len(films))
            if reader == "all" and films["reader"].nunique() > 1:
                table = films.pivot_table(index="reader", columns="case_id", values="synthetic", aggfunc="mean").to_numpy(float)
                of_all = mean_share(table, null=np.nan)
                found, low, high = float(of_all.value), float(of_all.low), float(of_all.high)
            rows.append({**base, "synthetic": found, "low": low, "high": high})
    return READER_CALIBRATION.of(rows)
