"""Import of public data sets by name, from miniature copies of their layouts."""

import json
from pathlib import Path

import pytest

from bench_core import api
from bench_core.errors import InputError, NameTaken, UnknownName
from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.loaded import WRITERS, load


def test_every_layout_has_a_miniature():
    assert set(api.layouts()) == set(WRITERS)
    assert all(one.summary and one.looks_like for one in api.layouts().values())


@pytest.mark.parametrize("layout", WRITERS)
@pytest.mark.parametrize("copy", [False, True])
def test_images_in_place_and_copied_are_the_same(workspace: Workspace, tmp_path: Path, layout, copy):
    root = WRITERS[layout](tmp_path / "data")
    images = load(layout, root, copy=copy)
    assert len(images) >= 3
    assert images.table["image_id"].is_unique
    assert images.root == (workspace.sets.home_of(images.id) / "images" if copy else root)
    assert [i.shape for i in images.images()] == [(16, 16)] * len(images)
    assert api.thumbnails(images.id, images.table["image_id"].tolist(), 32)
    assert load(layout, root, copy=copy).id == images.id


def test_what_cannot_be_asked(workspace: Workspace, tmp_path: Path):
    root = miniatures.mimic(tmp_path / "mimic")
    with pytest.raises(UnknownName, match="mimic-cxr-jpg"):
        load("mimic-cxr", root)
    with pytest.raises(InputError, match="no view 'oblique'"):
        load("mimic-cxr-jpg", root, view="oblique")
    with pytest.raises(InputError, match="no split 'valid'.*test, train, validate"):
        load("mimic-cxr-jpg", root, split="valid")
    with pytest.raises(InputError, match="no labels 'radgraph'"):
        load("mimic-cxr-jpg", root, labels="radgraph")
    with pytest.raises(InputError, match="takes no annotations"):
        load("nih", miniatures.nih(tmp_path / "nih"), annotations=root / "x.csv")
    with pytest.raises(InputError, match="There is no mimic-cxr-2.1.0-metadata.csv"):
        load("mimic-cxr-jpg", tmp_path)
    load("mimic-cxr-jpg", root)
    with pytest.raises(NameTaken):
        load("mimic-cxr-jpg", root, view="PA")


def test_nothing_of_a_dicom_header_is_stored(workspace: Workspace, tmp_path: Path):
    load("vindr", miniatures.vindr(tmp_path / "vindr"), copy=True)
    assert not [
        p for p in workspace.config.home.rglob("*") if p.is_file() and (b"SECRET" in p.read_bytes() or b"Invented" in p.read_bytes())
    ]
    assert json.loads((workspace.sets.home_of(api.find_set("mine").id) / "meta.json").read_text())["imported"]
