"""CheXpert from a miniature."""

from pathlib import Path

from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.loaded import by_id, load, problems


def test_chexpert(workspace: Workspace, tmp_path: Path):
    root = miniatures.chexpert(tmp_path / "CheXpert-v1.0-small")
    images = by_id(load("chexpert", root))
    assert list(images["subject_id"]) == ["patient00001", "patient00001", "patient00002", "patient64541"]
    assert list(images["view"]) == ["AP", "PA", "LATERAL", "AP"]
    assert list(images["Edema"].fillna(9)) == [1, -1, 9, 0]
    assert len(load("chexpert", root, name="valid", split="valid")) == 1
    bad = (root / "train.csv").read_text().replace("Lateral,,", "Oblique,,")
    (root / "train.csv").write_text(bad)
    assert problems("chexpert", root, name="bad") == ["train.csv line 4: Frontal/Lateral is 'Oblique'"]


def test_the_batches_of_the_full_data_set_are_looked_through(workspace: Workspace, tmp_path: Path):
    """Its table says CheXpert-v1.0/train/patient00001; the files lie in `CheXpert-v1.0 batch 2 (train 1)/patient00001`."""
    plain = by_id(load("chexpert", miniatures.chexpert(tmp_path / "plain")))
    root = miniatures.chexpert(tmp_path / "full")
    batches = [root / f"CheXpert-v1.0 batch {n}" for n in ("1 (validate & csv)", "2 (train 1)", "3 (train 2)")]
    for batch in batches:
        batch.mkdir()
    (root / "train" / "patient00001").rename(batches[1] / "patient00001")
    (root / "train" / "patient00002").rename(batches[2] / "patient00002")
    (root / "valid").rename(batches[0] / "valid")
    for split in ("train", "valid"):
        text = (root / f"{split}.csv").read_text().replace("CheXpert-v1.0-small/", "CheXpert-v1.0/")
        (root / f"{split}.csv").unlink()
        (batches[0] / f"{split}.csv").write_text(text)
    found = by_id(load("chexpert", root, name="full"))
    assert list(found.index) == list(plain.index)
    assert found["path"].iat[0] == "CheXpert-v1.0 batch 2 (train 1)/patient00001/study1/view1_frontal.jpg"
    assert found["path"].iat[3] == "CheXpert-v1.0 batch 1 (validate & csv)/valid/patient64541/study1/view1_frontal.jpg"
    assert list(found["Edema"].fillna(9)) == list(plain["Edema"].fillna(9))
