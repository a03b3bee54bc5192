"""Which points of the map belong together: by set, by model or by finding."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench_core import api
from pages.components.figures.charts import FINDING_COLOURS
from pages.components.style.palette import EDGES, GREY, WORDS, Look, Theme

Group = tuple[str, np.ndarray, str, str]
"""Name, rows, colour, marker."""
DRAWN = 20_000
"""Points that a figure shows at most: a browser stays smooth, and sends back less than 3 MB when a lasso holds all of them."""


def map_groups(points: pd.DataFrame, shown: np.ndarray, by: str, finding: str, look: Look, theme: Theme) -> list[Group]:
    """Groups of the shown rows (bool, one per point) for `charts.embedding`; rows in no group are grey context.

    By set: training, real, and all synthetic images as three groups. By model: one group per synthetic set, real and training grey.
    By finding: synthetic and real images in which it is present, absent or uncertain; unknown ones are grey.
    """
    groups: list[Group] = []
    if by == "set":
        for kind in ("train", "real", "synthetic"):
            rows = np.flatnonzero(shown & (points["kind"] == kind))
            colour = GREY[theme] if kind == "real" else EDGES[kind]
            groups.append((WORDS[kind], rows, colour, {"train": "diamond", "real": "circle", "synthetic": "square"}[kind]))
    elif by == "model":
        rows = np.flatnonzero(shown & (points["kind"] == "synthetic"))
        for name, part in points[["set_name", "generator"]].iloc[rows].groupby("set_name", sort=True):
            style = look.of(str(name), part["generator"].iloc[0])
            groups.append((str(name), part.index.to_numpy(), style.colour(theme), style.marker))
    else:
        values = points[finding] if finding in points else pd.Series(np.nan, index=points.index)
        for state, value, marker in (("absent", 0, "circle"), ("uncertain", -1, "diamond"), ("present", 1, "square")):
            rows = np.flatnonzero(shown & (values == value) & (points["kind"] != "train"))
            groups.append((f"{finding} {state}", rows, FINDING_COLOURS[theme][state], marker))
    return [g for g in groups if len(g[1])]


def grey_rows(shown: np.ndarray, groups: Sequence[Group]) -> np.ndarray:  # (N,) bool
    """The shown rows that are in no group."""
    grey: np.ndarray = shown.copy()
    for _, rows, _, _ in groups:
        grey[rows] = False
    return grey


@dataclass(frozen=True)
class MapPoints:
    """The rows that a figure draws, of the groups and of the grey context; `words` say what is left out, empty where nothing is."""

    context: np.ndarray
    groups: list[Group]
    words: str


def points_to_draw(points: pd.DataFrame, shown: np.ndarray, groups: Sequence[Group], most: int = DRAWN) -> MapPoints:
    """Of the shown rows those to draw; see `api.points_to_draw`."""
    everything = [("others", np.flatnonzero(grey_rows(shown, groups)), "", ""), *groups]
    few = api.points_to_draw(points, [g[1] for g in everything], most)
    counts = [
        (name.lower() if name in WORDS.values() else name, len(d), len(rows)) for d, (name, rows, _, _) in zip(few, everything, strict=True)
    ]
    said = [f"{d:,} of {n:,} {name}" if d < n else f"all {n:,} {name}" for name, d, n in [*counts[1:], counts[0]] if n]
    words = (
        f"Drawn: {', '.join(said)}. Left out are points that lie on others; a lasso takes them too."
        if sum(map(len, few)) < shown.sum()
        else ""
    )
    return MapPoints(few[0], [(name, d, colour, marker) for d, (name, _, colour, marker) in zip(few[1:], groups, strict=True)], words)
