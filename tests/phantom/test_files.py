"""The cohort as files."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from bench_core import phantom


def test_export_is_readable(tmp_path: Path) -> None:
    written = phantom.export(tmp_path, subjects=5, seed=8)
    table = pd.read_csv(tmp_path / "table.csv")
    assert table.columns.tolist() == ["path", "prompt", "subject_id", "study_id", "view", *phantom.FINDINGS]
    assert len(table) == len(written) and table["subject_id"].nunique() == 5
    for path in table["path"]:
        with Image.open(tmp_path / path) as image:
            assert image.mode == "L" and image.size == (256, 256)
        with np.load(tmp_path / path.replace("images/", "masks/").replace(".png", ".npz")) as masks:
            assert masks["heart"].dtype == bool and {"lung_left", "lung_right"} <= set(masks.files)
    assert not list(tmp_path.glob("*.part"))
