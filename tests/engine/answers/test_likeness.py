"""What is the same in a pair: its numbers, and the map that a viewer lays over the image."""

import numpy as np
import pytest

from bench_core import api
from bench_core.engine.answers.likeness import KEPT, _known
from bench_core.errors import UnknownName
from bench_core.pixels.films import unpacked
from bench_core.store.workspace import Workspace


def test_a_pair_has_numbers_and_a_map(study: Workspace) -> None:
    copies, train = api.find_set("copies"), api.find_set("train")
    mine, other = copies.table["image_id"].iloc[:2]
    found = api.likeness("copies", mine, "train", mine)
    assert (found.share, found.template, found.mirrored) == (1.0, None, False)
    assert api.likeness("copies", mine, "train", other).share < 0.5
    layer = unpacked(api.film(copies.id, mine, {}, "alike", (train.id, mine)))
    assert layer.values.shape == (128, 128) and np.median(layer.values) > 200 and layer.values[0].max() == 0
    with pytest.raises(UnknownName, match="nobody"):
        api.film(copies.id, mine, {}, "alike", (train.id, "nobody"))
    with pytest.raises(UnknownName, match="alike"):
        api.film(copies.id, mine, {}, "alike")
    assert 0 < len(_known) <= KEPT
