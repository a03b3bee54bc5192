"""Likert ratings and what films show: summaries by source, and sources compared in pairs."""

from itertools import combinations

import numpy as np
import pandas as pd

from bench_core.frames.reader_statistics import READER_RATINGS, READER_WILCOXON
from bench_core.readers.accuracy import share
from bench_core.readers.answers import middle_of
from bench_core.readers.holm import holm
from bench_core.readers.mrmc import mean_share
from bench_core.readers.signed_ranks import signed_ranks

_QUESTIONS = ("quality", "shows_prompt")


def sources_of(answers: pd.DataFrame) -> pd.Series:
    """The generator of each row; else what its truth says; else `real` where others have a generator, and `all films` where none has."""
    said = answers["truth"].where(answers["truth"].isin(["real", "synthetic"]), "")
    rest = "real" if (answers["generator"] != "").any() else "all films"
    return answers["generator"].where(answers["generator"] != "", said.where(said != "", rest))


def reader_ratings(answers: pd.DataFrame) -> pd.DataFrame:
    """`READER_RATINGS` of the main block; of `all` readers the share above the middle is the mean over readers."""
    main = answers[answers["question"].isin(_QUESTIONS) & (answers["block"] == "main")]
    main = main.assign(source=sources_of(main), scale=_scales(main))
    rows = []
    for (question, part, source), films in main.groupby(["question", "part", "source"], sort=True):
        one = {"question": question, "part": part, "source": source}
        readers = [(str(reader), own) for reader, own in films.groupby("reader", sort=True)]
        rows += [{**one, "reader": reader, **_summary(own)} for reader, own in [*readers, ("all", films)]]
    return READER_RATINGS.of(rows)


def _scales(main: pd.DataFrame) -> pd.Series:
    """The highest rating that can be given; where it is not said, that of the highest that was."""
    highest = main.groupby(["question", "part"])["rating"].transform("max").fillna(0)
    return main["scale"].where(main["scale"] > 0, highest).astype(int)


def _summary(own: pd.DataFrame) -> dict[str, object]:
    rated = own[own["rating"].notna()]
    values = rated["rating"].to_numpy(float)
    above = rated["rating"] > middle_of(rated["scale"])
    if own["reader"].nunique() > 1:
        rated = rated.assign(above=above.astype(float))
        table = rated.pivot_table(index="reader", columns="case_id", values="above", aggfunc="mean").to_numpy(float)
        found = mean_share(table, null=np.nan)
        shares = float(found.value), float(found.low), float(found.high)
    else:
        shares = share(int(above.sum()), len(values))
    quarters = np.quantile(values, [0.25, 0.5, 0.75]) if len(values) else [np.nan] * 3
    return {
        "n": len(values), "not_said": int((own["choice"] == "not said").sum()), "mean": values.mean() if len(values) else np.nan,
        "sd": values.std(ddof=1) if len(values) > 1 else np.nan,
        "quarter": quarters[0], "median": quarters[1], "three_quarters": quarters[2],
        "above": shares[0], "above_low": shares[1], "above_high": shares[2], "scale": int(own["scale"].max()),
    }  # fmt: skip


def reader_wilcoxon(answers: pd.DataFrame) -> pd.DataFrame:
    """`READER_WILCOXON`: each two sources, in pairs of prompts where both have films of the same ones, else of readers."""
    main = answers[answers["question"].isin(_QUESTIONS) & (answers["block"] == "main") & answers["rating"].notna()]
    main = main.assign(source=sources_of(main))
    rows: list[dict[str, object]] = []
    for (question, part), own in main.groupby(["question", "part"], sort=True):
        found = []
        for first, second in combinations(sorted(own["source"].unique()), 2):
            unit, differences = _pairs(own, first, second)
            found.append((first, second, unit, signed_ranks(differences)))
        corrected = holm([one.p_value for *_, one in found])
        for (first, second, unit, one), p in zip(found, corrected, strict=True):
            rows.append(
                {
                    "question": question, "part": part, "first": first, "second": second, "pairs_of": unit, "n": one.n,
                    "difference": one.difference, "low": one.low, "high": one.high, "p_value": one.p_value, "p_holm": p,
                    "least_p": one.least_p,
                }
            )  # fmt: skip
    return READER_WILCOXON.of(rows)


def _pairs(own: pd.DataFrame, first: str, second: str) -> tuple[str, np.ndarray]:
    """What the pairs are of, and their differences."""
    two = own[own["source"].isin([first, second])]
    named = two[two["prompt"] != ""]
    by_prompt = named.pivot_table(index="prompt", columns="source", values="rating", aggfunc="mean").dropna()
    if len(named) == len(two) and len(by_prompt) > 1 and {first, second} <= set(by_prompt.columns):
        return "prompts", (by_prompt[first] - by_prompt[second]).to_numpy(float)
    by_reader = two.pivot_table(index="reader", columns="source", values="rating", aggfunc="mean").dropna()
    return "readers", (by_reader[first] - by_reader[second]).to_numpy(float)
