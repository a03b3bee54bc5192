"""Films to train on, and their targets."""

import numpy as np

from bench_core.training.films import Films, cells_of


def test_cells_and_targets(films: Films) -> None:
    mask = np.zeros((256, 256), bool)
    mask[:16, :8] = True
    cells = cells_of({"Pneumothorax": mask, "heart": mask})
    assert cells[9, 0, 0] == 127 and cells.astype(int).sum() == 127
    targets = films.targets()
    assert targets.shape == (12, 36) and set(np.unique(targets)) <= {0, 1}
    assert np.array_equal(targets[:, 10], films.table["Pleural Effusion"])
    left, right = targets[:, 14 + 12], targets[:, 14 + 13]
    assert np.array_equal(np.maximum(left, right), targets[:, 10])
