"""How often readers are right: shares with exact intervals, areas with DeLong's, for each reader alone."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from bench_core.frames.reader_statistics import READER_ACCURACY, READER_CHOICES
from bench_core.readers.covariances import covariances
from bench_core.readers.obuchowski_rockette import estimate_share
from bench_core.readers.readings import Readings


def share(found: int, of: int, level: float = 0.95) -> tuple[float, float, float]:
    """A share with the exact interval of Clopper and Pearson (1934, doi:10.1093/biomet/26.4.404); NaN of nothing."""
    from scipy.special import betaincinv

    if not of:
        return np.nan, np.nan, np.nan
    tail = (1 - level) / 2
    low = float(betaincinv(found, of - found + 1, tail)) if found else 0.0
    high = float(betaincinv(found + 1, of - found, 1 - tail)) if found < of else 1.0
    return found / of, low, high


def area(positive: np.ndarray, negative: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    """Area under the empirical ROC curve of one reader, with DeLong's interval on the logit scale; NaN where one side is empty.

    Where all positive cases lie above all negative ones its standard error is 0; the interval then ends where the smaller side would be
    told apart by chance (the exact interval of n of n).
    """
    if not len(positive) or not len(negative):
        return np.nan, np.nan, np.nan
    readings = Readings(positive[None, None].astype(float), negative[None, None].astype(float))
    value = float(readings.areas[0, 0])
    if value in (0.0, 1.0):
        fewest = min(len(positive), len(negative))
        _, low, high = share(round(value * fewest), fewest, level)
        return value, low, high
    if min(len(positive), len(negative)) < 2:
        return value, np.nan, np.nan
    found = estimate_share(readings.areas[0], np.sqrt(np.diag(covariances(readings, "delong"))), np.array([np.inf]), level=level)
    return value, float(found.low[0]), float(found.high[0])


def reader_accuracy(answers: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """`READER_ACCURACY` of `real_or_synthetic` in the main block: of each reader over all films, by generator and by finding.

    Shares count answers with a side, `unsure` has none; areas count all ratings. Positive is synthetic; real films go with each generator.
    """
    asked = answers[(answers["question"] == "real_or_synthetic") & (answers["block"] == "main") & (answers["truth"] != "")]
    rows = []
    for slice_of, value, films in slices(asked):
        for (modality, reader), own in films.groupby(["modality", "reader"], sort=True):
            rows.append({"slice": slice_of, "value": value, "modality": modality, "reader": reader, **_accuracy(own, level)})
    return READER_ACCURACY.of(rows)


def slices(answers: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """All films; real films with those of each generator, where there are several; the films of each finding, where there are several."""
    yield "all", "", answers
    made = answers[answers["truth"] != "real"] if (answers["truth"] == "real").any() else answers
    generators = _several(made["generator"])
    for name in generators:
        yield "generator", name, answers[(answers["generator"] == name) | (answers["truth"] == "real")]
    for name in _several(answers["finding"]):
        yield "finding", name, answers[answers["finding"] == name]


def _several(names: Iterable[str]) -> list[str]:
    found = sorted({name for name in names if name})
    return found if len(found) > 1 else []


def _accuracy(own: pd.DataFrame, level: float) -> dict[str, object]:
    from scipy.stats import fisher_exact

    sided = own[own["choice"].isin(["real", "synthetic"])]
    synthetic, real = sided[sided["truth"] == "synthetic"], sided[sided["truth"] == "real"]
    hits, passes = int((synthetic["choice"] == "synthetic").sum()), int((real["choice"] == "real").sum())
    row: dict[str, object] = {
        "n": len(own), "n_synthetic": int((own["truth"] == "synthetic").sum()), "unsure": int((own["choice"] == "unsure").sum()),
        "n_sided": len(sided),
    }  # fmt: skip
    for name, (found, of) in {
        "accuracy": (hits + passes, len(sided)), "sensitivity": (hits, len(synthetic)), "specificity": (passes, len(real)),
    }.items():  # fmt: skip
        row[name], row[f"{name}_low"], row[f"{name}_high"] = share(found, of, level)
    table = [[hits, len(synthetic) - hits], [len(real) - passes, passes]]
    row["p_value"] = float(fisher_exact(table).pvalue) if len(synthetic) and len(real) else np.nan
    rated = own[own["rating"].notna()]
    above, below = (rated.loc[rated["truth"] == side, "rating"].to_numpy(float) for side in ("synthetic", "real"))
    row["auc"], row["auc_low"], row["auc_high"] = area(above, below, level)
    row["seconds"] = float(own["seconds"].median())
    return row


def choice_accuracy(answers: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """`READER_CHOICES` of `which_is_real` in the main block: how often the real film was chosen, against 1 / options.

    References:
        Exact binomial test, two-sided. A reader who chose among different numbers of films has a row for each; all readers together have no
        interval here, for they saw the same films.
    """
    from scipy.stats import binomtest

    asked = answers[(answers["question"] == "which_is_real") & (answers["block"] == "main") & (answers["truth"] != "")]
    rows = []
    for slice_of, value, films in slices(asked):
        for (options, reader), own in films.groupby(["options", "reader"], sort=True):
            right, chance = int((own["choice"] == own["truth"]).sum()), 1 / int(options)
            found, low, high = share(right, len(own), level)
            rows.append(
                {
                    "slice": slice_of, "value": value, "reader": reader, "options": int(options), "n": len(own), "right": right,
                    "accuracy": found, "low": low, "high": high, "chance": chance,
                    "p_value": float(binomtest(right, len(own), chance).pvalue),
                }
            )  # fmt: skip
    return READER_CHOICES.of(rows)
