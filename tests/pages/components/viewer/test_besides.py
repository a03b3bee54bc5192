"""What stands beside a synthetic image."""

import pandas as pd

from pages.components.viewer.besides import neighbours_beside


def test_neighbours_stand_closest_first() -> None:
    frame = pd.DataFrame(
        {"image_id": ["a", "a", "b"], "rank": [2, 1, 1], "train_image_id": ["t2", "t1", "t9"], "ratio": [0.5, 0.25, 1.0]}
    )  # fmt: skip
    found = neighbours_beside(frame, "train")
    assert [(b.image_id, b.label) for b in found["a"]] == [
        ("t1", "Training · neighbour 1, ratio 0.250"), ("t2", "Training · neighbour 2, ratio 0.500")
    ]  # fmt: skip
    assert [b.set_id for b in found["b"]] == ["train"]
