"""Prompts for a training set: reports of a set, drawn as frequent as they are or so that every finding has enough."""

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS, ImageSet
from bench_core.errors import InputError
from bench_core.prompts.reports import prompt_of
from bench_core.spec import PromptSpec


def draw_prompts(images: ImageSet, count: int | None = None, per_finding: int | None = None, seed: int = 0) -> list[PromptSpec]:
    """Reports of a set with their labels, each text once and each patient once as far as patients go.

    Args:
        count: so many, as frequent as they are in the set: findings come in the proportions of reality.
        per_finding: in place of `count`, so that every finding has at least so many positives; the rarest is served first, and a report
            with several findings counts for each. A finding of which the set has fewer gets all there are.

    Raises:
        InputError: neither or both are given, the set has no reports or too few, or no labels where a number per finding is wanted.
    """
    if (count is None) == (per_finding is None):
        raise InputError("Say either how many prompts are wanted or how many of each finding.", "Give one of the two.")
    table = images.table
    table = table[table["prompt"].notna() & (table["prompt"] != "")]
    table = table.iloc[np.random.default_rng(seed).permutation(len(table))].drop_duplicates("prompt")
    if table.empty:
        raise InputError(
            f"Set {images.name!r} has no reports to draw prompts from.", "Name a set with reports, or give a table of prompts."
        )
    if "subject_id" in table:
        again = table["subject_id"].notna() & table.duplicated("subject_id")
        table = pd.concat([table[~again], table[again]])  # another film of a patient only when all patients are used up
    chosen = table.head(count) if count is not None else table.iloc[_for_each_finding(table, per_finding or 0, images.name)]
    if count is not None and len(chosen) < count:
        raise InputError(
            f"Set {images.name!r} has {len(chosen):,} different reports, and {count:,} were asked for.",
            "Ask for fewer prompts, and for several images of each.",
        )
    return [prompt_of({str(name): value for name, value in row.items()}) for row in chosen.to_dict("records")]


def _for_each_finding(table: pd.DataFrame, wanted: int, name: str) -> np.ndarray:
    """Rows that give every finding so many positives."""
    known = [f for f in FINDINGS if f in table and (table[f] == 1).any()]
    if not known:
        raise InputError(f"Set {name!r} has no finding labels to draw by.", "Import it with label columns, or ask for a number of prompts.")
    positive = (table[known] == 1).to_numpy()
    taken = np.zeros(len(table), bool)
    for finding in np.argsort(positive.sum(axis=0), kind="stable"):
        lacking = wanted - int(positive[taken, finding].sum())
        free = np.flatnonzero(positive[:, finding] & ~taken)
        taken[free[: max(0, lacking)]] = True
    return np.flatnonzero(taken)
