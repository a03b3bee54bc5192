"""Which numbers of a page are coloured, and how many of a perfect generator would be by chance alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from bench_core import api
from bench_core.api import Metric
from pages.components.style.numbers import counted

By = Literal["family", "each", "page"]
COLOUR_BY: Mapping[By, str] = {"family": "Families", "each": "Each number", "page": "All together"}
"""What a colour stands for."""
HELP = (
    "Of a perfect generator's numbers one in twenty lies outside its range. Each number: what is outside is coloured. All together: only "
    "what remains once the number of numbers on this page is allowed for (Benjamini-Hochberg, one false one in twenty). "
)
HELP_FAMILIES = HELP + (
    "Families: as that, within the metrics of one family and set, so that a family is judged as a whole; diagnostics, which decide "
    "nothing, are left out."
)


@dataclass(frozen=True)
class Family:
    """The numbers of one set in one family of metrics: how many have a range, how many lie outside, whether the family is coloured."""

    known: int
    outside: int
    coloured: bool


@dataclass(frozen=True)
class Verdicts:
    """What is coloured among the rows that were given.

    Attributes:
        coloured: (N,) by the index of the rows.
        families: by name of the set and family.
        known, outside: numbers that have a range, and those outside theirs.
        judged: the rows that decide.
    """

    by: By
    coloured: pd.Series
    families: Mapping[tuple[str, str], Family]
    known: int
    outside: int
    judged: pd.Index

    @property
    def words(self) -> str:
        """How many are coloured, and how many of perfect generators would be."""
        if not self.known:
            return ""
        expected = self.known / 20
        text = (
            f"Of {counted(self.known, 'number')} with a range {self.outside:,} lie outside it; of perfect generators "
            f"about **{expected:.1f}** would, by chance alone."
        )
        if self.by == "family":
            marked = sum(f.coloured for f in self.families.values())
            return (
                f"{text} Colours go by families: {marked:,} of {counted(len(self.families), 'family')} of metrics "
                f"stand out once their numbers are taken together, where about **{len(self.families) / 20:.1f}** would by chance."
            ).replace("familys", "families")
        if self.by == "page":
            return f"{text} {int(self.coloured.sum()):,} remain coloured once all of them are taken together (Benjamini-Hochberg)."
        return text


def verdicts(rows: pd.DataFrame, metrics: Mapping[str, Metric], by: By) -> Verdicts:
    """Judges rows of `api.results` together; those of metrics that read no synthetic set say nothing of it and are left out.

    So are diagnostics, where families are judged: a distance that is outside its range on either side decides nothing about privacy.
    """
    judged = rows[[m in metrics and _decides(metrics[m], by) for m in rows["metric"]]]
    found = api.many_numbers(judged, ["set_name", "family", "subgroup"] if by == "family" else [])
    coloured = {"family": found["outside"] & found["remains"], "each": found["outside"], "page": found["remains"]}[by]
    families = {}
    for (name, family), part in judged.groupby(["set_name", "family"], sort=False):
        mine = found.loc[part.index]
        known = int(mine["chance"].notna().sum())
        if known:
            marked = bool(mine["remains"].any()) if by == "family" else bool(coloured[part.index].any())
            families[str(name), str(family)] = Family(known, int(mine["outside"].sum()), marked)
    everything = coloured.reindex(rows.index, fill_value=False)
    return Verdicts(by, everything, families, int(found["chance"].notna().sum()), int(found["outside"].sum()), judged.index)


def _decides(metric: Metric, by: By) -> bool:
    return "synthetic" in metric.reads and not (metric.diagnostic and by == "family")
