"""What the field has found, asked of the sets and studies that are here: each as one sentence, one set of points, one verdict.

A verdict is made of an interval alone: `reproduced` where it lies on the side that the claim names, `not reproduced here` where it does
not, `not enough sets here` where there is no interval. No number of a paper is among them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.cards import generator_cards
from bench_core.engine.answers.comparison import compare, oriented
from bench_core.engine.answers.metric_worth import metric_worth, plain, worth_figures
from bench_core.engine.answers.rank_intervals import FEWEST, bootstrap, over_findings
from bench_core.engine.answers.results import results_frame
from bench_core.engine.answers.utility import utility
from bench_core.field_finding import FieldFinding
from bench_core.frames import UTILITY
from bench_core.published import numbers, statements
from bench_core.records import Reference
from bench_core.store.workspace import Workspace

REPRODUCED, NOT_HERE, TOO_FEW = "reproduced", "not reproduced here", "not enough sets here"
EVALUATE = "python -m bench_core evaluate --synthetic SET --real SET --train SET --encoder ID --subgroup finding"
CLAIMS: Mapping[str, tuple[str, str]] = {
    "f": ("CheXGenBench: there is a privacy risk whatever the fidelity.", "arXiv 2505.10496, abstract of versions 3 and 4"),
    "g": ("Asked for as a control of every claim of utility (Pink & Sykes); no number of theirs is shown.", "PMLR 318:954"),
    "h": ("Asked for as a control: real images sent through the generator's own autoencoder; no number is shown.", "arXiv 2605.17087"),
}
"""Claims that stand in no table of ours."""
FIDELITY, VARIETY, PRIVACY, COPIES = "frechet_distance", "recall", "authenticity", "copies_found"
NOT_LEARNED = ("simulator", "copies")
"""Families of generators that learned nothing: a perfect one, and one that copies."""


def field_findings(workspace: Workspace, reference: Reference) -> list[FieldFinding]:
    """All of them, in the order of the letters; those that too few sets speak of say so."""
    rows = results_frame(workspace, reference, None)
    rows = rows[(rows["status"] == "ok") & (rows["mode"] == "corrected")]
    gains = utility(workspace, reference)
    gains = gains[(gains["measure"] == "auroc") & (gains["finding"] == "all") & plain(gains)]
    here = _Here(workspace, reference, rows, gains if len(gains) else UTILITY.of([]))
    makers: Sequence[Callable[[_Here], FieldFinding]] = (
        trade_off, low_fidelity, both_high, predictors, prevalence, leaks, duplicates, autoencoder,
    )  # fmt: skip
    found = []
    for make in makers:
        one = make(here)
        claim, source, command = _beside(one.letter)
        found.append(replace(one, claim=claim, source=source, command=command))
    return found


def _beside(letter: str) -> tuple[str, str, str]:
    """What was claimed and where, and the command that makes what the finding reads."""
    topics = {"a": "trade-off", "b": "fidelity and utility", "c": "privacy and utility", "d": "metrics as predictors"}
    command = "python -m bench_core study field-findings"
    if letter in topics:
        said = next(s for s in statements() if s.topic == topics[letter])
        return f"{said.paper}: {said.statement}", said.source, command
    if letter == "e":
        printed = next(n for n in numbers() if n.metric.startswith("Correlation of pathology prevalence"))
        claim = f"CheXGenBench: {printed.metric[0].lower()}{printed.metric[1:]}: {printed.value:g}."
        return claim, printed.source, EVALUATE
    claim, source = CLAIMS[letter]
    return claim, source, command


class _Here:
    """What is known of the sets against one reference."""

    def __init__(self, workspace: Workspace, reference: Reference, rows: pd.DataFrame, gains: pd.DataFrame) -> None:
        self.workspace, self.reference, self.rows, self.gains = workspace, reference, rows, gains

    def numbers(self, metric: str) -> pd.Series:
        """The value of a metric for every set that has it, turned so that up is better."""
        of = self.rows[(self.rows["metric"] == metric) & (self.rows["subgroup"] == "all")].drop_duplicates("set_name").set_index("set_name")
        return of["value"].map(lambda value: -oriented(float(value), registry.find_metric(metric)))

    def figure(self, arm: str) -> pd.DataFrame:
        """Gains of an arm by set at the smallest share where most sets have it, with the first classifier."""
        of = self.gains[(self.gains["arm"] == arm) & self.gains["gain"].notna() & self.gains["ratio"].isna()]
        if of.empty:
            return of.set_index("set_name")
        counts = of.groupby(["classifier", "share"]).size()
        best = counts[counts == counts.max()].index[0]
        chosen = of[(of["classifier"] == best[0]) & (of["share"] == best[1])].drop_duplicates("set_name")
        return chosen.set_index("set_name")

    def learned(self, names: Sequence[str]) -> list[str]:
        """Those of the sets whose generator learned."""
        cards = generator_cards(self.workspace.config.card_folder)
        made_by = self.workspace.sets.listing("synthetic").drop_duplicates("name").set_index("name")["generator"].to_dict()
        families = {name: cards[made_by[name]].family if made_by.get(name) in cards else "imported" for name in names}
        return [name for name in names if families[name] not in NOT_LEARNED]


def verdict(holds: bool | None) -> str:
    """The words for it; None: there is no interval."""
    return TOO_FEW if holds is None else REPRODUCED if holds else NOT_HERE


def points(x: pd.Series, y: pd.Series, **more: pd.Series) -> pd.DataFrame:
    """One point per set that has both."""
    frame = pd.DataFrame({"x": x, "y": y, **more}).dropna(subset=["x", "y"])
    return frame.rename_axis("label").reset_index()


def trade_off(here: _Here) -> FieldFinding:
    """(a) Fidelity against privacy and variety."""
    fidelity, privacy, variety = (here.numbers(m) for m in (FIDELITY, PRIVACY, VARIETY))
    shown = points(fidelity, privacy)
    rho, low, high = bootstrap(shown["x"].to_numpy(float), shown["y"].to_numpy(float))
    other = points(fidelity, variety)
    beside, *_ = bootstrap(other["x"].to_numpy(float), other["y"].to_numpy(float))
    return FieldFinding(
        "a", "Fidelity, variety and privacy trade off.", verdict(None if np.isnan(low) else high < 0),
        f"Rank correlation of fidelity and privacy {_told(rho, low, high)} over n = {len(shown)} sets; of fidelity and variety "
        f"{_number(beside)}.",
        shown, ("fidelity: minus the Fréchet distance", "privacy: authenticity"), "trade-off",
    )  # fmt: skip


def low_fidelity(here: _Here) -> FieldFinding:
    """(b) Is there a set of lower fidelity that helps more?"""
    gains, fidelity = here.figure("augmented"), here.numbers(FIDELITY)
    shown = _with_error(points(fidelity, gains["gain"]), gains)
    names = shown["label"].tolist()
    found = []
    if len(names) >= 2:
        apart = compare(here.workspace, here.reference, [FIDELITY], names, "all")
        sure = apart[apart["excludes_zero"]]
        level = 1.96 if len(sure) < 2 else _bonferroni(len(sure))
        for row in sure.to_dict("records"):
            better, worse = (row["first"], row["second"]) if row["better"] == "first" else (row["second"], row["first"])
            more = gains["gain"][worse] - gains["gain"][better]
            width = level * float(np.hypot(_se(gains, worse), _se(gains, better)))
            found.append((more - width, more, more + width, worse, better))
    best = max(found, default=None)
    told = "No two sets here have fidelities that differ and a gain each."
    if best is not None:
        told = f"Closest: {best[3]}, of lower fidelity than {best[4]}, gains {best[1]:+.3f} more ({best[0]:+.3f} to {best[2]:+.3f}, "
        told += f"allowing for {len(found)} pairs)."
    return FieldFinding(
        "b", "A set of lower fidelity can help more than one of higher fidelity.", verdict(None if best is None else best[0] > 0), told,
        shown, ("fidelity: minus the Fréchet distance", _gain(gains)), "fidelity and utility",
    )  # fmt: skip


def both_high(here: _Here) -> FieldFinding:
    """(c) A learned set that helps and holds no more copies than a perfect one."""
    gains = here.figure("augmented")
    rows = here.rows[(here.rows["metric"] == COPIES) & (here.rows["subgroup"] == "all")].drop_duplicates("set_name").set_index("set_name")
    shown = _with_error(points(rows["matched"], gains["gain"]), gains)
    learned = here.learned(shown["label"].tolist())
    good = [n for n in learned if gains["gain_low"][n] > 0 and rows["matched"][n] <= rows["null_high"][n]]
    told = f"Of {len(learned)} learned sets {len(good)} gain for sure and hold no more near copies than 95 % of perfect generators"
    told += f": {', '.join(good)}." if good else "."
    return FieldFinding(
        "c", "High utility and high privacy can occur together.", verdict(None if len(learned) < 2 else bool(good)), told, shown,
        ("near copies found", _gain(gains)), "privacy and utility",
    )  # fmt: skip


def predictors(here: _Here) -> FieldFinding:
    """(d) How badly each quality metric predicts utility."""
    figures = [f for f in worth_figures(here.gains) if (f.arm, f.measure) == ("augmented", "auroc")]
    fewest = min((f.share for f in figures), default=None)
    worth = metric_worth(here.workspace, here.reference, here.gains, [f for f in figures if f.share == fewest])
    known = worth[worth["low"].notna()]
    families = {i: m.family for i, m in registry.metrics().items()}
    known = known[known["metric"].map(families).isin(("fidelity", "variety", "alignment"))]
    sure = known[(known["low"] > 0) | (known["high"] < 0)]
    shown = known.rename(columns={"rho": "x", "metric": "label"}).assign(y=known["metric"])[["label", "x", "y", "low", "high"]]
    n = int(known["n"].max()) if len(known) else 0
    told = (
        f"{len(sure)} of {len(known)} metrics of quality have a rank correlation with the gain whose interval leaves out 0 (n = {n} sets)."
    )
    return FieldFinding(
        "d", "Quality metrics do not tell which images are useful.", verdict(None if n < FEWEST else sure.empty), told, shown,
        ("rank correlation with the gain, and its interval", ""), "metrics as predictors", "bars",
    )  # fmt: skip


def prevalence(here: _Here) -> FieldFinding:
    """(e) Scores by finding against how many images have it, with and without the null."""
    rows = here.rows[(here.rows["metric"] == FIDELITY) & here.rows["subgroup"].str.startswith("finding=")]
    frames = []
    for name, of in rows.groupby("set_name"):
        of = of.drop_duplicates("subgroup")
        frames.append(pd.DataFrame({"label": name, "finding": of["subgroup"].str[8:], "x": of["n_synthetic"], "y": of["value"],
                                    "less_null": of["matched"] - of["null"]}))  # fmt: skip
    shown = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["label", "finding", "x", "y", "less_null"])
    raw, corrected = (over_findings(shown, column) for column in ("y", "less_null"))
    told = (
        f"Fréchet distance by finding against the images that have it: rank correlation {_told(*raw)}; of what it lies above a perfect "
        f"generator's of the same size {_told(*corrected)}."
    )
    holds = None if np.isnan(raw[1]) else raw[2] < 0
    return FieldFinding(
        "e", "Rare findings score worse, for their number alone.", verdict(holds), told, shown,
        ("synthetic images with the finding", "Fréchet distance of the finding"), "prevalence",
    )  # fmt: skip


def leaks(here: _Here) -> FieldFinding:
    """(f) Every learned generator leaks, whatever its fidelity."""
    rows = here.rows[(here.rows["metric"] == COPIES) & (here.rows["subgroup"] == "all")].drop_duplicates("set_name").set_index("set_name")
    shown = points(here.numbers(FIDELITY), rows["matched"])
    learned = here.learned(shown["label"].tolist())
    more = [n for n in learned if rows["matched"][n] > rows["null_high"][n]]
    told = f"{len(more)} of {len(learned)} learned sets hold more near copies than 95 % of perfect generators"
    told += f": {', '.join(more)}. " if more else ". "
    return FieldFinding(
        "f", "Generators leak training images whatever their fidelity.",
        verdict(None if len(learned) < 3 else len(more) == len(learned)), told + "None found is no proof that there are none.", shown,
        ("fidelity: minus the Fréchet distance", "near copies found"), "privacy whatever the fidelity",
    )  # fmt: skip


def duplicates(here: _Here) -> FieldFinding:
    """(g) Do duplicates of real images do as well?"""
    return _against(here, "g", "Duplicates of real images do as well as synthetic ones.", "duplicates", "augmented", "duplicates")


def autoencoder(here: _Here) -> FieldFinding:
    """(h) How much of the loss is the autoencoder's: reconstructed real images lie below duplicates of the same images."""
    found = _against(
        here, "h", "Part of what synthetic images lack is lost in the autoencoder.", "duplicates", "reconstructed", "autoencoder"
    )
    holds = None if found.state == TOO_FEW else bool((found.points["y"] + found.points["error"] < 0).any())
    return FieldFinding(found.letter, found.sentence, verdict(holds), found.told, found.points, found.axes, found.topic, found.kind)


def _against(here: _Here, letter: str, sentence: str, control: str, arm: str, topic: str) -> FieldFinding:
    """The gain of an arm less that of a control, set by set; as good where no set gains more for sure."""
    one, other = here.figure(arm), here.figure(control)
    both = [
        n for n in one.index if n in other.index and (one["share"][n], one["classifier"][n]) == (other["share"][n], other["classifier"][n])
    ]
    rows = [
        {"label": n, "x": i, "y": one["gain"][n] - other["gain"][n], "error": 1.96 * float(np.hypot(_se(one, n), _se(other, n)))}
        for i, n in enumerate(both)
    ]
    shown = pd.DataFrame(rows, columns=["label", "x", "y", "error"])
    ahead = shown[shown["y"] - shown["error"] > 0]["label"].tolist()
    titles = registry.arms()
    told = f"{titles[arm].title} less {titles[control].title.lower()}: {len(ahead)} of {len(both)} sets gain more for sure"
    told += f" ({', '.join(ahead)})." if ahead else "."
    axis = f"gain of {titles[arm].title.lower()} less {titles[control].title.lower()}"
    return FieldFinding(letter, sentence, verdict(None if not both else not ahead), told, shown, ("", axis), topic, "differences")


def _with_error(shown: pd.DataFrame, gains: pd.DataFrame) -> pd.DataFrame:
    return shown.assign(error=[1.96 * _se(gains, n) for n in shown["label"]])


def _se(gains: pd.DataFrame, name: str) -> float:
    return float(gains["gain_high"][name] - gains["gain_low"][name]) / (2 * 1.96)


def _bonferroni(pairs: int) -> float:
    from scipy.stats import norm

    return float(norm.isf(0.025 / pairs))


def _gain(gains: pd.DataFrame) -> str:
    share = f" at {100 * gains['share'].iloc[0]:g} % of the real patients" if len(gains) else ""
    return f"gain in AUROC{share}"


def _number(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "unknown"


def _told(value: float, low: float, high: float) -> str:
    return f"{_number(value)} ({_number(low)} to {_number(high)})"
