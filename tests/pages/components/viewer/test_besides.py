"""What stands beside a synthetic image."""

import pandas as pd

from pages.components.viewer.besides import neighbours_beside, with_other_models
from pages.components.viewer.showing import Beside, Shown
from tests.pages.fake import Fake


def test_neighbours_stand_closest_first() -> None:
    frame = pd.DataFrame(
        {"image_id": ["a", "a", "b"], "rank": [2, 1, 1], "train_image_id": ["t2", "t1", "t9"], "ratio": [0.5, 0.25, 1.0]}
    )  # fmt: skip
    found = neighbours_beside(frame, "train")
    assert [(b.image_id, b.label) for b in found["a"]] == [
        ("t1", "Training · neighbour 1, ratio 0.250"), ("t2", "Training · neighbour 2, ratio 0.500")
    ]  # fmt: skip
    assert [b.set_id for b in found["b"]] == ["train"]


def test_other_models_come_first_where_they_had_the_same_prompt_and_seed(filled: Fake) -> None:
    for set_id, seeds in (("id-copycat", [5, 6, 7]), ("id-phantom-gan", [7, 6, 1]), ("id-phantom-ldm", [5, 8, 9])):
        table = filled.tables[set_id] = filled.tables[set_id].head(3).copy()
        table["prompt"], table["seed"] = "Effusion.", pd.array(seeds, "Int64")
    near = Beside("id-phantom-train", "t", "Training · neighbour 1")
    images = [Shown("id-copycat", i, (near,)) for i in filled.tables["id-copycat"]["image_id"]]
    found = with_other_models(images, {"id-phantom-gan": "gan", "id-phantom-ldm": "ldm"})
    gan, ldm = (filled.tables[s]["image_id"].tolist() for s in ("id-phantom-gan", "id-phantom-ldm"))
    label = "same prompt and seed"
    assert [image.beside for image in found] == [
        (Beside("id-phantom-ldm", ldm[0], f"ldm · {label}"), near), (Beside("id-phantom-gan", gan[1], f"gan · {label}"), near),
        (Beside("id-phantom-gan", gan[0], f"gan · {label}"), near),
    ]  # fmt: skip
    assert with_other_models(images, {}) == images
