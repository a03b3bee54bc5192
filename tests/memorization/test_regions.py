"""Films that are the same outside of one region, and the region."""

import numpy as np
import pandas as pd
import pytest

from bench_core.memorization.regions import BOXES, GRID, MOST, rest_of, templates
from bench_core.registration.alignment import relief
from tests.registration.test_alignment import films


def reliefs(seed: int) -> np.ndarray:  # (6, 56, 56)
    return relief(films(6, seed=seed), 1.5)[:, 4:-4, 4:-4]


def test_outside_of_the_one_region_that_was_changed_films_are_the_same():
    train, other = reliefs(0), reliefs(5)
    made = train.copy()
    made[:, 14:42, 21:35] = other[:, 14:42, 21:35]  # tiles 2 to 6 and 3 to 5 of 8
    rest = rest_of(made, train)
    assert rest.outside.min() > 0.99 and rest.inside.max() < 0.8
    np.testing.assert_allclose(np.median([rest.top, rest.left, rest.bottom, rest.right], axis=1), [2 / 8, 3 / 8, 6 / 8, 5 / 8])
    assert rest.area.max() <= 0.2
    strangers, same = rest_of(other, train), rest_of(train, train)
    assert strangers.outside.max() < 0.8
    assert same.inside.tolist() == [1.0] * 6 and not same.area.any(), "of whole copies no region is another"
    found = templates(pd.DataFrame(rest.columns()))["template"]
    assert (found == rest.outside).all()
    assert (
        templates(pd.DataFrame({k: np.r_[a, b] for (k, a), b in zip(strangers.columns().items(), same.columns().values(), strict=True)}))[
            "template"
        ]
        == -1
    ).all()


def test_the_rest_is_the_correlation_of_all_pixels_outside():
    a, b = reliefs(0)[:1], reliefs(5)[:1]
    outside = np.ones((56, 56), bool)
    box = BOXES[len(BOXES) // 2]
    outside[7 * box[0] : 7 * box[2], 7 * box[1] : 7 * box[3]] = False
    one = np.corrcoef(a[0][outside], b[0][outside])[0, 1]
    found = rest_of(a, b).outside[0]
    everywhere = [
        np.corrcoef(a[0][~mask], b[0][~mask])[0, 1]
        for t, left, bottom, right in BOXES
        for mask in [np.pad(np.ones((7 * (bottom - t), 7 * (right - left)), bool), ((7 * t, 56 - 7 * bottom), (7 * left, 56 - 7 * right)))]
    ]
    assert one <= found + 1e-9 and found == pytest.approx(max(everywhere), abs=1e-6)
    assert (BOXES[0] == 0).all() and len(np.unique(BOXES, axis=0)) == len(BOXES)
    assert ((BOXES[:, 2] - BOXES[:, 0]) * (BOXES[:, 3] - BOXES[:, 1])).max() == MOST == GRID * GRID // 2
