"""Tables and files of a layout: what is missing or leaves the folder is named."""

from pathlib import Path

import pytest

from bench_core.errors import TableError
from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.loaded import WRITERS, load, problems


@pytest.mark.parametrize(
    ("layout", "file", "column"),
    [
        ("mimic-cxr-jpg", "mimic-cxr-2.0.0-metadata.csv", "ViewPosition"), ("chexpert", "train.csv", "AP/PA"),
        ("nih", "Data_Entry_2017.csv", "Finding Labels"), ("vindr", "annotations/image_labels_train.csv", "image_id"),
    ],
)  # fmt: skip
def test_a_column_that_is_missing_is_named(workspace: Workspace, tmp_path: Path, layout, file, column):
    root = miniatures.mimic(tmp_path / "d", packed=False) if layout == "mimic-cxr-jpg" else WRITERS[layout](tmp_path / "d")
    lines = (root / file).read_text().split("\n", 1)
    (root / file).write_text(lines[0].replace(column, "Something") + "\n" + lines[1])
    with pytest.raises(TableError, match=f"{Path(file).name} has no column '{column}'"):
        load(layout, root)


def test_paths_that_leave_the_folder_are_refused(workspace: Workspace, tmp_path: Path):
    root = miniatures.chexpert(tmp_path / "CheXpert-v1.0-small")
    miniatures.film(tmp_path / "patient00009/study1/view1_frontal.jpg")
    table = root / "train.csv"
    table.write_text(
        table.read_text().replace("small/train/patient00002/study1/view2_lateral.jpg", "small/../patient00009/study1/view1_frontal.jpg")
    )
    assert "leaves the folder" in problems("chexpert", root)[0]
