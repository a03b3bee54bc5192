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
