"""Groups of a map, and what is left out of it."""

import numpy as np
import pandas as pd

from pages.components.figures.map_points import map_groups, points_to_draw
from pages.components.style.palette import styles
from tests.pages.fake import GENERATORS, Fake

LOOK = styles({g: i for i, g in enumerate(GENERATORS)})


def test_a_map_says_what_it_leaves_out() -> None:
    points = Fake().projection(["id-phantom-train", "id-phantom-real"], "e")
    few = pd.concat([points, points.head(3).assign(kind="synthetic", set_id="few", set_name="few")], ignore_index=True)
    shown = np.ones(len(few), dtype=bool)
    groups = map_groups(few, shown, "set", "Edema", LOOK, "dark")
    part = points_to_draw(few, shown, groups, most=23)
    each = len(points) // 2
    assert part.words.startswith(f"Drawn: 10 of {each} training, 10 of {each} real, all 3 synthetic. Left out")
    assert [len(g[1]) for g in part.groups] == [10, 10, 3] and len(part.context) == 0


def test_groups_by_finding_leave_training_and_unknown_images_grey() -> None:
    points = Fake().projection(["id-phantom-train", "id-phantom-real"], "e")
    points.loc[points.index[-1], "Edema"] = np.nan
    shown = np.ones(len(points), dtype=bool)
    groups = map_groups(points, shown, "finding", "Edema", LOOK, "light")
    rows = np.concatenate([g[1] for g in groups])
    assert len(rows) == (points["kind"] == "real").sum() - 1
    assert {g[0] for g in groups} <= {"Edema present", "Edema absent", "Edema uncertain"}
    assert sum(len(g[1]) for g in map_groups(points, shown, "set", "Edema", LOOK, "dark")) == len(points)
