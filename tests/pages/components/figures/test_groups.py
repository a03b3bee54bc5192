"""Groups of a map."""

import numpy as np

from pages.components.figures.groups import map_groups
from pages.components.style.palette import styles
from tests.pages.fake_api import GENERATORS, Fake

LOOK = styles({g: i for i, g in enumerate(GENERATORS)})


def test_groups_by_finding_leave_training_and_unknown_images_grey() -> None:
    points = Fake().projection(["id-phantom-train", "id-phantom-real"], "e")
    points.loc[points.index[-1], "Edema"] = np.nan
    shown = np.ones(len(points), dtype=bool)
    groups = map_groups(points, shown, "finding", "Edema", LOOK, "light")
    rows = np.concatenate([g[1] for g in groups])
    assert len(rows) == (points["kind"] == "real").sum() - 1
    assert {g[0] for g in groups} <= {"Edema present", "Edema absent", "Edema uncertain"}
    assert sum(len(g[1]) for g in map_groups(points, shown, "set", "Edema", LOOK, "dark")) == len(points)


LOOK = styles({g: i for i, g in enumerate(GENERATORS)})
