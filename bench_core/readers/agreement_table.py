"""Agreement between the readers of a study, and of each reader with the repeats, question by question."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from bench_core.frames.reader_statistics import READER_AGREEMENT
from bench_core.readers.accuracy import share
from bench_core.readers.agreement import DRAWS, Agreement, Level, cohen_kappa, fleiss_kappa, krippendorff_alpha

_BY_CHOICE = ("real_or_synthetic", "which_is_real")
_BY_RATING = ("real_or_synthetic", "quality", "shows_prompt")


def reader_agreement(answers: pd.DataFrame, seed: int = 0, draws: int = DRAWS) -> pd.DataFrame:
    """`READER_AGREEMENT`: all readers, each two of them, and each with the repeats; of choices, and of ratings where there are any."""
    rows: list[dict[str, object]] = []
    for (question, part), own in answers.groupby(["question", "part"], sort=True):
        for value in ("choice", "rating"):
            if question not in (_BY_CHOICE if value == "choice" else _BY_RATING):
                continue
            coded = own.assign(code=_codes(own, value))
            if coded["code"].notna().any():
                found = [*_between(coded, value, seed, draws), *_within(coded, value, seed, draws)]
                rows += [{"question": question, "part": part, **row} for row in found]
    return READER_AGREEMENT.of(rows)


def _codes(own: pd.DataFrame, value: str) -> pd.Series:
    """Numbers; of choices their place among the words that occur."""
    if value == "rating":
        return own["rating"].astype(float)
    said = own["choice"].where(own["choice"] != "")
    return said.map({word: float(place) for place, word in enumerate(sorted(said.dropna().unique()))}).astype(float)


def _between(own: pd.DataFrame, value: str, seed: int, draws: int) -> Iterator[dict[str, object]]:
    main = own[own["block"] == "main"]
    table = main.assign(unit=main["case_id"] + "\n" + main["modality"]).pivot_table(
        index="reader", columns="unit", values="code", aggfunc="first"
    )
    ratings = table.to_numpy(float)
    if len(ratings) < 2:
        return
    levels: tuple[Level, ...] = ("nominal",) if value == "choice" else ("ordinal", "interval")
    if value == "choice":
        yield _row("fleiss_kappa", "nominal", "all", len(ratings), fleiss_kappa(ratings, seed, draws))
    for level in levels:
        yield _row("krippendorff_alpha", level, "all", len(ratings), krippendorff_alpha(ratings, level, seed, draws))
    name = "cohen_kappa" if value == "choice" else "weighted_kappa"
    level = levels[-1]
    for i, j in combinations(range(len(ratings)), 2):
        found = cohen_kappa(ratings[i], ratings[j], weighted=value == "rating", seed=seed, draws=draws)
        yield _row(name, level, f"{table.index[i]} and {table.index[j]}", 2, found)


def _within(own: pd.DataFrame, value: str, seed: int, draws: int) -> Iterator[dict[str, object]]:
    firsts = own[own["block"] == "main"].set_index(["reader", "case_id", "modality"])["code"]
    repeats = own[own["block"] == "repeat"]
    again = repeats.assign(case_id=repeats["repeat_of"].where(repeats["repeat_of"] != "", repeats["case_id"]))
    for reader, rows in again.groupby("reader", sort=True):
        keys = pd.MultiIndex.from_frame(rows[["reader", "case_id", "modality"]])
        first, second = firsts.reindex(keys).to_numpy(float), rows["code"].to_numpy(float)
        both = ~np.isnan(first) & ~np.isnan(second)
        if not both.any():
            continue
        name = "cohen_kappa" if value == "choice" else "weighted_kappa"
        level = "nominal" if value == "choice" else "interval"
        whom = f"{reader} and the repeats"
        yield _row(name, level, whom, 1, cohen_kappa(first, second, weighted=value == "rating", seed=seed, draws=draws))
        same = share(int((first[both] == second[both]).sum()), int(both.sum()))
        yield _row("same_answer", level, whom, 1, Agreement(*same, int(both.sum())))


def _row(statistic: str, level: str, readers: str, n_readers: int, found: Agreement) -> dict[str, object]:
    return {
        "statistic": statistic, "level": level, "readers": readers, "n_readers": n_readers, "n": found.n, "agreement": found.value,
        "low": found.low, "high": found.high,
    }  # fmt: skip
