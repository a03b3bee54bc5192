"""One image and what is known of it."""

import json

import numpy as np

from pages.components.images.viewer import beside, facts


def test_facts_leave_out_what_is_unknown() -> None:
    row = {"prompt": "Effusion.", "seed": 3.0, "subject_id": np.nan, "view": None, "Edema": 1.0, "Fracture": -1.0, "image_id": "i"}
    found = facts(row, {"generator": "phantom-ldm", "settings": {"guidance_scale": 3.0}}, "mine")
    assert found["Findings"] == "Edema" and found["Uncertain"] == "Fracture" and found["Seed"] == "3"
    assert "Patient" not in found and "View" not in found
    assert json.dumps(found)


def test_the_image_before_and_the_one_after() -> None:
    assert beside(["a", "b", "c"], "b") == ("a", "c")
    assert beside(["a", "b", "c"], "a") == (None, "b")
    assert beside(["a", "b", "c"], "c") == ("b", None)
    assert beside([], "a") == (None, None)
