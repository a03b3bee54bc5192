"""Label cells in every spelling, and hostile ones."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench_core.store.workspace import Workspace
from tests.intake.imported import ALL, load, problems


@pytest.mark.parametrize(
    ("cell", "edema", "fracture"),
    [
        (str({**ALL, "Edema": 1, "Fracture": -1}), 1, -1),
        (str({**ALL, "Edema": 1.0, "Fracture": None}), 1, None),
        ("{'Edema': 1, 'Fracture': nan}", 1, None),
        (json.dumps({**ALL, "Edema": 1, "Fracture": None}), 1, None),
        ('{"Edema": 1.0, "Fracture": NaN}', 1, None),
        ("{'edema': '1', 'fracture': ''}", 1, None),
        ("", None, None),
        ("nan", None, None),
    ],
)
def test_every_form_of_chexpert_labels(workspace: Workspace, images: Path, cell, edema, fracture):
    found, _ = load(images, [{"path": "film_0.png", "chexpert_labels": cell}])
    for finding, wanted in (("Edema", edema), ("Fracture", fracture)):
        value = found.table[finding].iat[0]
        assert np.isnan(value) if wanted is None else value == wanted


@pytest.mark.parametrize("cell", ["__import__('os').system('true')", "{'Edema': [1]}", "[1, 2]", "{" * 5000, "{'a': 1}" * 5000, "{1: 2}"])
def test_hostile_label_cells_are_problems(workspace: Workspace, images: Path, cell):
    assert problems(images, [{"path": "film_0.png", "chexpert_labels": cell}])[0].startswith("row 1: chexpert_labels")
