"""Images that stay where they are."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core import api
from bench_core.data import as_stored
from bench_core.errors import ImageUnreadable, StoreError, TableError
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


def test_both_ways_judge_alike(workspace: Workspace, tmp_path: Path):
    folder = tmp_path / "in"
    miniatures.film(folder / "A.PNG", 1)
    miniatures.dicom(folder / "IM.1.2", np.arange(256, dtype=np.uint16).reshape(16, 16))
    for name, data in {"._A.PNG": b"\0\x05\x16\x07", ".DS_Store": b"x", "Thumbs.db": b"x", "notes.txt": b"x"}.items():
        (folder / name).write_bytes(data)
    found = {}
    for copy in (True, False):
        assert api.import_images(f"good {copy}", folder, None, "real", copy=copy).imported == 2
        found[copy] = api.find_set(f"good {copy}")
    assert list(found[True].table["image_id"]) == list(found[False].table["image_id"]) == ["A", "IM.1.2"]
    assert all((found[True].read(row) == found[False].read(row)).all() for row in range(2))
    (folder / "page.jpg").write_bytes(b"<html>Log in</html>")
    Image.new("L", (9, 9)).save(folder / "w.png", format="WebP")
    told = []
    for copy in (True, False):
        with pytest.raises(TableError) as refused:
            api.import_images(f"bad {copy}", folder, None, "real", copy=copy)
        told.append(refused.value.problems)
        assert api.import_images(f"bad {copy}", folder, None, "real", copy=copy, skip_bad=True).imported == 2
    assert told[0] == told[1] and "a web page" in told[0][0] and "WebP" in told[0][1]


def test_what_was_computed_before_files_were_read_in_another_way_is_made_anew(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The digest of a film in place says nothing of its pixels, so it says how they are read."""
    miniatures.film(tmp_path / "own" / "a.png", 1)
    set_id = api.import_images("own", tmp_path / "own", None, "real", copy=False).set_id
    api.encode("own", "tiny-pixels")
    key = next(p.name for p in workspace.features.folder.iterdir())
    before = api.find_set("own")
    assert not workspace.features.missing(key, before.table["digest"].tolist())
    monkeypatch.setattr("bench_core.data.READING", 99)
    workspace.sets._opened.clear()
    after = api.find_set("own")
    assert (after.id, after.read(0).tolist()) == (set_id, before.read(0).tolist())
    assert after.fingerprint != before.fingerprint
    assert workspace.features.missing(key, after.table["digest"].tolist()) == after.table["digest"].tolist()
    assert api.import_images("own", tmp_path / "own", None, "real", copy=False).set_id == set_id
    old = as_stored(before.table["digest"].iat[0])
    workspace.features.write(key, [old], np.zeros((1, 4), np.float32))
    api.delete_set("own")
    assert workspace.features.missing(key, [old]) == [old], "features of an earlier version go with the set too"
