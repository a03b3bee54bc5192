"""Which points of the map belong together: by set, by model or by finding."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pages.components.charts import FINDING_COLOURS
from pages.components.palette import EDGES, GREY, WORDS, Style, Theme

Group = tuple[str, np.ndarray, str, str]
"""Name, rows, colour, marker."""


def map_groups(points: pd.DataFrame, by: str, finding: str, look: Mapping[str, Style], theme: Theme) -> list[Group]:
    """Groups of rows for `charts.embedding`; rows in no group are grey context.

    By set: training, real, and all synthetic images as three groups. By model: a group a synthetic set, real and training grey.
    By finding: synthetic and real images in which it is present, absent or uncertain; unknown ones are grey.
    """
    groups: list[Group] = []
    if by == "set":
        for kind in ("train", "real", "synthetic"):
            rows = np.flatnonzero(points["kind"] == kind)
            colour = GREY[theme] if kind == "real" else EDGES[kind]
            groups.append((WORDS[kind], rows, colour, {"train": "diamond", "real": "circle", "synthetic": "square"}[kind]))
    elif by == "model":
        for name, part in points[points["kind"] == "synthetic"].groupby("set_name", sort=True):
            style = look.get(str(part["generator"].iloc[0])) or look[str(name)]
            groups.append((str(name), part.index.to_numpy(), style.colour(theme), style.marker))
    else:
        values = points[finding] if finding in points else pd.Series(np.nan, index=points.index)
        for state, value, marker in (("absent", 0, "circle"), ("uncertain", -1, "diamond"), ("present", 1, "square")):
            rows = np.flatnonzero((values == value) & (points["kind"] != "train"))
            groups.append((f"{finding} {state}", rows, FINDING_COLOURS[theme][state], marker))
    return [g for g in groups if len(g[1])]
