"""Labels keep off each other, and long texts are cut into lines."""

import numpy as np

from pages.components.figures.point_labels import label_sides


def test_labels_of_close_points_do_not_stand_on_the_same_side() -> None:
    sides = label_sides(np.array([0.5, 0.52]), np.array([0.5, 0.5]), ["phantom-ldm", "phantom-gan"])
    assert sides[0] != sides[1]
