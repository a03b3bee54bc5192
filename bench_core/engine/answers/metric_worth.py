"""Which metric should one look at? Rank correlation of every metric with every utility figure over the sets that have both.

A bootstrap over sets and draws: every draw takes as many sets with replacement, each number moved by one of its own half-sample draws
and each utility figure by a normal draw as wide as its interval. Leaving one family of generators out at a time says how far the number
hangs on it.
"""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.cards import generator_cards
from bench_core.engine.answers.comparison import NumberWithDraws, at_one_size, measurements, oriented
from bench_core.engine.answers.redundancy import spearman
from bench_core.frames import METRIC_WORTH
from bench_core.frames.metric_worth import WorthFigure
from bench_core.records import Reference
from bench_core.registry import Metric
from bench_core.store.workspace import Workspace

FEWEST, DRAWS = 4, 1000
"""Sets that a rank correlation is told of; draws of the bootstrap."""
KNOWN = 0.8
"""Of the draws, so many must have an answer: of few sets many draws hold one set again and again."""


def worth_figures(figures: pd.DataFrame) -> list[WorthFigure]:
    """Which of `frames.UTILITY` a rank correlation can be asked of: gains over all findings of at least so many sets."""
    by_figure = _gains(figures).groupby(list(WorthFigure._fields), sort=False)["set_name"].nunique()
    return [WorthFigure(*where) for where, sets in by_figure.items() if sets >= FEWEST]


def metric_worth(workspace: Workspace, reference: Reference, figures: pd.DataFrame, wanted: Collection[WorthFigure]) -> pd.DataFrame:
    """`frames.METRIC_WORTH` of the wanted ones of `frames.UTILITY`, over the sets judged against a reference; the strongest first."""
    figures = _gains(figures)
    metrics = {i: m for i, m in registry.metrics().items() if "synthetic" in m.reads}
    found = measurements(workspace, reference, list(metrics))
    families = families_of(workspace)
    rows = []
    for where, of_figure in figures.groupby(list(WorthFigure._fields), sort=False):
        if where not in wanted:
            continue
        gains = {row["set_name"]: row for row in of_figure.to_dict("records")}
        for name, sets in found.items():
            numbers = at_one_size({n: s for n, s in sets.items() if n in gains})
            if len(numbers) >= FEWEST:
                told = correlation(numbers, gains, metrics[name], families)
                rows.append({**dict(zip(WorthFigure._fields, where, strict=True)), "metric": name, **told})
    frame = METRIC_WORTH.of(rows)
    order = frame.assign(strong=-frame["rho"].abs()).sort_values([*WorthFigure._fields, "strong"], kind="stable")
    return METRIC_WORTH.of(order.reset_index(drop=True))


def _gains(figures: pd.DataFrame) -> pd.DataFrame:
    return figures[(figures["finding"] == "all") & figures["gain"].notna() & figures["ratio"].isna() & plain(figures)]


def plain(figures: pd.DataFrame) -> pd.Series:
    """Rows of the corrected protocol on the held-out set itself."""
    return (figures["protocol"] == "corrected") & (figures["tested_on"] == "")


def families_of(workspace: Workspace) -> dict[str, str]:
    """The family of the generator of each synthetic set; an imported set is one of its own."""
    cards = generator_cards(workspace.config.card_folder)
    listed = workspace.sets.listing("synthetic")
    return {
        str(row["name"]): cards[row["generator"]].family if row["generator"] in cards else str(row["name"])
        for row in listed.to_dict("records")
    }


def correlation(
    numbers: Mapping[str, NumberWithDraws], gains: Mapping[str, Mapping[str, float]], metric: Metric, families: Mapping[str, str]
) -> dict[str, float]:
    """Spearman's rho of a metric, turned so that up is better, with a gain; its interval, and what is left without one family."""
    names = list(numbers)
    values = np.array([-oriented(numbers[n].value, metric) for n in names])
    gain = np.array([gains[n]["gain"] for n in names])
    width = np.array([(gains[n]["gain_high"] - gains[n]["gain_low"]) / (2 * 1.96) for n in names])
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(names), (DRAWS, len(names)))
    spread = [oriented(numbers[n].value + numbers[n].draws - numbers[n].draws.mean(), metric) for n in names]
    moved = np.stack([-s[rng.integers(0, len(s), DRAWS)] for s in spread], axis=1)  # (B, n)
    rows = np.arange(DRAWS)[:, None]
    rhos = spearman(moved[rows, drawn], (gain + width * rng.normal(size=(DRAWS, len(names))))[rows, drawn])
    known = rhos[np.isfinite(rhos)]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) >= KNOWN * DRAWS else (np.nan, np.nan)
    left = [
        _without(values, gain, np.array([families.get(n, n) != family for n in names])) for family in {families.get(n, n) for n in names}
    ]
    left = [r for r in left if np.isfinite(r)]
    rho = float(spearman(values[None], gain[None])[0])
    ends = (min(left), max(left)) if left else (np.nan, np.nan)
    return {"rho": rho, "low": float(low), "high": float(high), "left_low": ends[0], "left_high": ends[1], "n": len(names)}


def _without(values: np.ndarray, gain: np.ndarray, kept: np.ndarray) -> float:
    return float(spearman(values[kept][None], gain[kept][None])[0]) if kept.sum() >= FEWEST - 1 else np.nan


def reading(rows: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """What the rows of one figure say, in plain words; it names n, and says little of few sets.

    Args:
        rows: of `frames.METRIC_WORTH`.
        titles: of metrics, by id.
    """
    if rows.empty:
        return f"Fewer than {FEWEST} sets have both numbers and this figure: no rank correlation is told of so few."
    n, tried = int(rows["n"].max()), len(rows)
    sure = rows[(rows["low"] > 0) | (rows["high"] < 0)]
    chance = f"Of {tried} metrics that say nothing, about {max(1, round(tried / 20))} would look so by chance."
    if n < 8:
        words = f"With n = {n} sets this is an observation on these sets, not a rule: no metric can be recommended by it."
    else:
        words = f"n = {n} sets; they are no random sample of generators, so that another choice of sets may say otherwise."
    if sure.empty:
        return f"No metric's interval leaves out 0: here none of {tried} tells which set helps training. {words}"
    best = sure.loc[sure["rho"].abs().idxmax()]
    holds = best["left_low"] > 0 or best["left_high"] < 0
    way = "better scores go with more gain" if best["rho"] > 0 else "better scores go with less gain"
    family = "with any one family left out, too" if holds else "but not with each family left out"
    name = titles.get(str(best["metric"]), str(best["metric"]))
    return (
        f"{name}: {way} (rho {best['rho']:.2f}, {best['low']:.2f} to {best['high']:.2f}; {family}). {len(sure)} of {tried} metrics have an "
        f"interval that leaves out 0. {chance} {words}"
    )
