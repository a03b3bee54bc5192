"""Open-I from a miniature."""

from pathlib import Path

import numpy as np
import pytest

from bench_core import api
from bench_core.errors import InputError, TableError
from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.loaded import by_id, load, problems


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
    said = api.import_of("mine")
    assert said is not None and said.sentence() == "5 images imported; 1 left out: 1 report without film"
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
    said = api.import_of("mine")
    assert said is not None and said.left_out == {"film(s) without report": 3}
    rows += [{"uid": 77, "MeSH": "normal", "Problems": "x", "findings": "Lost.", "impression": ""}]
    miniatures.table(root / "indiana_reports.csv", rows)
    again = api.import_data_set("mine", "openi", root, "real")
    assert (again.set_id, again.left_out) == (images.id, {"film(s) without report": 3, "report(s) without film": 1})
    miniatures.table(root / "indiana_reports.csv", rows[1:])
    with pytest.raises(TableError, match="None of the 1 rows has a uid that stands in indiana_projections.csv"):
        load("openi", root, name="none")
