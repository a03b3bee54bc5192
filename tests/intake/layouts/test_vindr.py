"""VinDr-CXR from a miniature."""

from pathlib import Path

from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.loaded import by_id, load


def test_vindr_takes_the_majority(workspace: Workspace, tmp_path: Path):
    root = miniatures.vindr(tmp_path / "vindr")
    images = by_id(load("vindr", root))
    assert images.loc["aaa", ["Cardiomegaly", "Fracture", "ILD", "No Finding", "readers"]].tolist() == [1, 1, 0, 0, 3]
    assert images.loc["bbb", ["Cardiomegaly", "No Finding"]].tolist() == [0, 1]
    assert images.loc["ccc", ["Lung Lesion", "Nodule/Mass"]].tolist() == [1, 1]
    assert images["subject_id"].isna().all()
    assert len(load("vindr", root, name="test", split="test")) == 1


def test_vindr_from_boxes(workspace: Workspace, tmp_path: Path):
    root = miniatures.vindr(tmp_path / "vindr")
    for file in (root / "annotations").iterdir():
        file.unlink()
    seen = [("aaa", "Cardiomegaly", 1), ("aaa", "Cardiomegaly", 2), ("aaa", "ILD", 1), ("aaa", "No finding", 3)]
    rows = [
        {"image_id": i, "class_name": c, "class_id": 3, "rad_id": f"R{r}"}
        for i, c, r in [*seen, *[("bbb", "No finding", r) for r in (1, 2, 3)]]
    ]
    miniatures.table(root / "train.csv", rows)
    images = by_id(load("vindr", root))
    assert images["Cardiomegaly"].tolist() == [1, 0]
    assert images["ILD"].tolist() == [0, 0]
    assert images["No Finding"].tolist() == [0, 1]
    assert images["readers"].tolist() == [3, 3]
