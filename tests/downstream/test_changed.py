"""Changed images of controls: each that a draw asks for is there once, and lies where it is looked for."""

import numpy as np

from bench_core.downstream.changed import ChangedImages
from bench_core.downstream.draws import Draws
from bench_core.features import FeatureSet


def test_every_draw_finds_its_changed_images() -> None:
    draws = Draws(FeatureSet(np.zeros((30, 1), np.float32), subjects=[str(i // 2) for i in range(30)]), 25)
    needed = [draws.draw(number, share, None) for number in range(2) for share in (0.2, 1.0)]
    for material, fewer in (("altered", False), ("reconstructed", True)):
        made = ChangedImages.of(material, needed, 55)  # type: ignore[arg-type]
        assert len(set(made.pairs)) == len(made.pairs) and (max(again for _, again in made.pairs) == 0) is fewer
        for draw in needed:
            rows = made.rows(draw)
            assert len(rows) == 25 and rows.min() >= 55
            np.testing.assert_array_equal(made.bases[rows - 55], draw.bases)
            assert fewer or len(set(rows)) == 25, "no film is altered twice in the same way in one training"
