"""Images that stay where they are."""

import os
from pathlib import Path

import pytest

from bench_core import api
from bench_core.errors import ImageUnreadable, StoreError
from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.loaded import load, problems


def test_files_that_change_or_go_are_noticed_when_read(workspace: Workspace, tmp_path: Path):
    root = miniatures.chexpert(tmp_path / "CheXpert-v1.0-small")
    images = load("chexpert", root)
    path = root / images.table["path"].iat[0]
    os.utime(path, ns=(1, 1))
    with pytest.raises(StoreError, match="changed since it was imported"):
        images.read(0)
    path.unlink()
    with pytest.raises(StoreError, match="is gone"):
        images.read(0)
    assert images.read(1).shape == (16, 16)


def test_a_file_that_cannot_be_decoded_is_named_when_it_is_read(workspace: Workspace, tmp_path: Path):
    root = miniatures.chexpert(tmp_path / "CheXpert-v1.0-small")
    (root / "train/patient00001/study1/view1_frontal.jpg").write_bytes(b"no jpeg")
    images = load("chexpert", root)
    with pytest.raises(ImageUnreadable, match="patient00001_study1_view1_frontal"):
        images.read(0)
    assert "cannot be read" in problems("chexpert", root, name="copied", copy=True)[0]


def test_deleting_a_set_leaves_the_users_files(workspace: Workspace, tmp_path: Path):
    root = miniatures.nih(tmp_path / "nih")
    before = sorted(p.name for p in root.rglob("*"))
    images = load("nih", root)
    exported = api.export_zip(images.id, provenance="full")
    assert str(root).encode() not in exported
    api.delete_set("mine")
    assert sorted(p.name for p in root.rglob("*")) == before


def test_a_users_own_folder_in_place(workspace: Workspace, tmp_path: Path):
    miniatures.film(tmp_path / "own" / "a.png", 1)
    miniatures.film(tmp_path / "own" / "b.png", 2)
    miniatures.table(tmp_path / "t.csv", [{"path": "b.png", "Edema": 1, "prompt": "x"}, {"path": "a.png", "Edema": "", "prompt": ""}])
    report = api.import_images("own", tmp_path / "own", tmp_path / "t.csv", "real", copy=False)
    images = api.find_set("own")
    assert (report.imported, images.root) == (2, tmp_path / "own")
    assert list(images.table["image_id"]) == ["b", "a"]
    assert images.table["Edema"].iat[0] == 1
    assert not list(workspace.sets.home_of(images.id).rglob("*.png"))
