"""NIH ChestX-ray14 from a miniature."""

from pathlib import Path

import pytest

from bench_core.errors import TableError
from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.loaded import load, problems


def test_nih(workspace: Workspace, tmp_path: Path):
    root = miniatures.nih(tmp_path / "nih")
    images = load("nih", root).table
    assert list(images["path"].str.slice(0, 10)) == ["images_001"] * 2 + ["images_002"] * 2
    assert list(images["Cardiomegaly"]) == [1, 0, 0, 0]
    assert list(images["Lung Lesion"]) == [0, 0, 1, 0]
    assert list(images["Pleural Other"]) == [0, 0, 0, 1]
    assert list(images["No Finding"]) == [0, 1, 0, 0]
    assert images[["Fracture", "Support Devices", "Lung Opacity"]].isna().all(axis=None)
    assert list(images["Emphysema"]) == [1, 0, 0, 0]
    assert list(load("nih", root, name="test", split="test").table["subject_id"]) == ["2", "2"]
    table = root / "Data_Entry_2017.csv"
    table.write_text(table.read_text().replace("Mass", "Massive"))
    assert problems("nih", root, name="bad") == ["Data_Entry_2017.csv line 4: label 'Massive' is none of NIH's"]


def test_lists_that_name_none_of_the_films_are_an_error(workspace: Workspace, tmp_path: Path):
    root = miniatures.nih(tmp_path / "nih")
    (root / "test_list.txt").unlink()
    (root / "train_val_list.txt").write_text("other.png\n")
    with pytest.raises(TableError, match="None of the 4 rows has a name that stands in train_val_list.txt"):
        load("nih", root)
