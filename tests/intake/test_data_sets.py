"""Import of public data sets by name, from miniature copies of their layouts."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.errors import ImageUnreadable, InputError, NameTaken, StoreError, TableError, UnknownName
from bench_core.store.workspace import Workspace
from tests.intake import miniatures


def load(layout: str, root: Path, kind: str = "real", name: str = "mine", **wanted) -> api.ImageSet:
    api.import_data_set(name, layout, root, kind, **wanted)  # type: ignore[arg-type]
    return api.find_set(name)


def problems(layout: str, root: Path, **wanted) -> list[str]:
    with pytest.raises(TableError) as caught:
        load(layout, root, **wanted)
    return caught.value.problems


def by_id(images: api.ImageSet) -> pd.DataFrame:
    return images.table.set_index("image_id")


WRITERS = {"mimic-cxr-jpg": miniatures.mimic, "chexpert": miniatures.chexpert, "nih": miniatures.nih, "padchest": miniatures.padchest}
WRITERS |= {"vindr": miniatures.vindr, "openi": miniatures.openi}


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


def test_mimic(workspace: Workspace, tmp_path: Path):
    root = miniatures.mimic(tmp_path / "mimic")
    images = load("mimic-cxr-jpg", root)
    assert list(images.table["subject_id"]) == [s for s, _, _, _ in miniatures.MIMIC]
    assert list(images.table["view"]) == [v for _, _, v, _ in miniatures.MIMIC]
    assert list(images.table["Edema"].fillna(9)) == [1, 1, 0, -1, 9, 1]
    assert images.table["Pneumonia"].isna().all()
    with Image.open(root / images.table["path"].iat[2]) as original:
        np.testing.assert_array_equal(images.read(2), np.asarray(original))
    test = load("mimic-cxr-jpg", root, name="test", split="test", view="frontal", labels="negbio")
    assert list(test.table["view"]) == ["PA", "AP"]
    assert list(test.table["Edema"]) == [0, 0]
    assert len(load("mimic-cxr-jpg", root, name="lateral", view="lateral")) == 2


def test_llava_rads_annotations_choose_the_images_and_give_the_prompts(workspace: Workspace, tmp_path: Path):
    root = miniatures.mimic(tmp_path / "mimic", packed=False)
    images = load("mimic-cxr-jpg", root, annotations=root / "LLAVARAD_ANNOTATIONS_TEST.csv")
    assert list(images.table["prompt"]) == ["Invented report 3.", "Invented report 4."]
    assert images.table["prompt_id"].is_unique
    assert bool(api.sets()["prompts_are_reports"].iat[0])
    assert [p.text for p in api.report_prompts(images.id)] == ["Invented report 3.", "Invented report 4."]
    (root / "mimic-cxr-2.0.0-chexpert.csv").unlink()
    labelled = load("mimic-cxr-jpg", root, name="cells", annotations=root / "LLAVARAD_ANNOTATIONS_TEST.csv")
    assert list(labelled.table["Edema"]) == [1, 1]


def test_wrong_rows_of_mimic_are_named_and_the_rest_imported_on_request(workspace: Workspace, tmp_path: Path):
    root = miniatures.mimic(tmp_path / "mimic", packed=False)
    labels = root / "mimic-cxr-2.0.0-chexpert.csv"
    labels.write_text(labels.read_text().replace("0.0", "maybe", 1))
    next((root / "files").rglob("00000003*.jpg")).unlink()
    found = problems("mimic-cxr-jpg", root)
    assert any("metadata.csv row 3:" in p and "chexpert.csv row 2" in p and "'Edema' is maybe" in p for p in found), found
    assert any("metadata.csv row 4:" in p and "there is no file files/p11/" in p for p in found), found
    assert len(api.sets()) == 0
    report = api.import_data_set("mine", "mimic-cxr-jpg", root, "real", skip_bad=True)
    assert (report.imported, len(report.problems)) == (4, 2)
    assert problems("mimic-cxr-jpg", root, name="other", split="test") == [p for p in found if "row 4:" in p]


def test_chexpert(workspace: Workspace, tmp_path: Path):
    root = miniatures.chexpert(tmp_path / "CheXpert-v1.0-small")
    images = by_id(load("chexpert", root))
    assert list(images["subject_id"]) == ["patient00001", "patient00001", "patient00002", "patient64541"]
    assert list(images["view"]) == ["AP", "PA", "LATERAL", "AP"]
    assert list(images["Edema"].fillna(9)) == [1, -1, 9, 0]
    assert len(load("chexpert", root, name="valid", split="valid")) == 1
    bad = (root / "train.csv").read_text().replace("Lateral,,", "Oblique,,")
    (root / "train.csv").write_text(bad)
    assert problems("chexpert", root, name="bad") == ["train.csv row 3: Frontal/Lateral is 'Oblique'"]


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
    assert problems("nih", root, name="bad") == ["Data_Entry_2017.csv row 3: label 'Massive' is none of NIH's"]


def test_padchest(workspace: Workspace, tmp_path: Path):
    root = miniatures.padchest(tmp_path / "pad")
    images = by_id(load("padchest", root))
    assert list(images.index) == ["100_a", "100_b", "200_a", "300_a"]
    assert list(images["view"]) == ["PA", "LATERAL", "AP", "PA"]
    assert images.loc["100_a", ["Cardiomegaly", "Pleural Effusion", "No Finding"]].tolist() == [1, 1, 0]
    assert images.loc["200_a", ["Support Devices", "emphysema"]].tolist() == [1, 1]
    assert np.isnan(images.loc["300_a", "No Finding"])
    assert images["prompt"].isna().all()
    with pytest.raises(InputError, match="no split 'test'"):
        load("padchest", root, split="test")


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


def test_openi(workspace: Workspace, tmp_path: Path):
    root = miniatures.openi(tmp_path / "openi")
    images = by_id(load("openi", root))
    assert images["prompt"].iat[0] == "The heart is large. Cardiomegaly."
    assert list(images["view"]) == ["FRONTAL", "LATERAL", "FRONTAL", "LATERAL", "FRONTAL"]
    assert images.iloc[0][["Cardiomegaly", "Pleural Effusion", "Pneumonia", "No Finding"]].tolist() == [1, 1, 0, 0]
    assert images.iloc[2]["No Finding"] == 1
    assert np.isnan(images.iloc[4]["No Finding"])
    assert list(images["subject_id"]) == ["CXR1", "CXR1", "CXR2", "CXR2", "CXR30"]
    assert len(load("openi", root, name="frontal", view="frontal")) == 3
    text = miniatures.REPORT.format(uid=99, findings="Lost.", impression="", mesh="", images="")
    (root / "ecgen-radiology" / "99.xml").write_text(text)
    assert load("openi", root).id == api.find_set("mine").id, "a report without an image is no film"
    (root / "ecgen-radiology" / "2.xml").write_text("<eCitation><uId")
    assert problems("openi", root, name="bad")[0].startswith("2.xml: is no XML")
    (root / "indiana_projections.csv").unlink()
    with pytest.raises(InputError, match="does not say which view"):
        load("openi", root, name="bad", view="frontal")


def test_openi_as_tables(workspace: Workspace, tmp_path: Path):
    root = miniatures.openi(tmp_path / "openi")
    rows = [{"uid": 1, "MeSH": "Cardiomegaly/mild;Pneumothorax", "Problems": "x", "findings": "Large heart.", "impression": "Big."}]
    miniatures.table(root / "indiana_reports.csv", rows)
    for n in (3001, 4001):
        miniatures.film(root / "images" / "images_normalized" / f"1_IM-0001-{n}.dcm.png")
    images = load("openi", root)
    assert list(images.table["image_id"]) == ["1_IM-0001-3001", "1_IM-0001-4001"]
    assert list(images.table["Pneumothorax"]) == [1, 1]
    assert list(images.table["prompt"]) == ["Large heart. Big."] * 2


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


def test_paths_that_leave_the_folder_are_refused(workspace: Workspace, tmp_path: Path):
    root = miniatures.chexpert(tmp_path / "CheXpert-v1.0-small")
    miniatures.film(tmp_path / "patient00009/study1/view1_frontal.jpg")
    table = root / "train.csv"
    table.write_text(
        table.read_text().replace("small/train/patient00002/study1/view2_lateral.jpg", "small/../patient00009/study1/view1_frontal.jpg")
    )
    assert "leaves the folder" in problems("chexpert", root)[0]


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


def test_nothing_of_a_dicom_header_is_stored(workspace: Workspace, tmp_path: Path):
    load("vindr", miniatures.vindr(tmp_path / "vindr"), copy=True)
    assert not [
        p for p in workspace.config.home.rglob("*") if p.is_file() and (b"SECRET" in p.read_bytes() or b"Invented" in p.read_bytes())
    ]
    assert json.loads((workspace.sets.home_of(api.find_set("mine").id) / "meta.json").read_text())["imported"]
