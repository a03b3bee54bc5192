"""MIMIC-CXR-JPG from a miniature."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.errors import TableError
from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.loaded import load, problems


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
    assert any("metadata.csv line 4:" in p and "chexpert.csv line 3" in p and "'Edema' is maybe" in p for p in found), found
    assert any("metadata.csv line 5:" in p and "there is no file files/p11/" in p for p in found), found
    assert len(api.sets()) == 0
    report = api.import_data_set("mine", "mimic-cxr-jpg", root, "real", skip_bad=True)
    assert (report.imported, len(report.problems)) == (4, 2)
    assert problems("mimic-cxr-jpg", root, name="other", split="test") == [p for p in found if "line 5:" in p]


def test_tables_of_mimic_that_pandas_saved_again_join_as_before(workspace: Workspace, tmp_path: Path):
    root = miniatures.mimic(tmp_path / "mimic", packed=False)
    before = load("mimic-cxr-jpg", root)
    for name, columns in (("metadata", 2), ("chexpert", 2)):
        table = root / f"mimic-cxr-2.0.0-{name}.csv"
        head, *rows = table.read_text().splitlines()
        table.write_text("\n".join([head, *(re.sub(r"(^|,)([0-9]{2,})(?=,)", r"\1\2.0", row, count=columns) for row in rows)]) + "\n")
        assert ".0," in table.read_text()
    after = load("mimic-cxr-jpg", root)
    assert after.id == before.id and list(after.table["Edema"].fillna(9)) == [1, 1, 0, -1, 9, 1]


def test_rows_of_mimic_that_end_in_a_comma_are_named(workspace: Workspace, tmp_path: Path):
    root = miniatures.mimic(tmp_path / "mimic", packed=False)
    for name in ("chexpert", "metadata"):
        table = root / f"mimic-cxr-2.0.0-{name}.csv"
        head, *rows = table.read_text().splitlines()
        table.write_text("\n".join([head, *(f"{row}," for row in rows)]) + "\n")
        found = problems("mimic-cxr-jpg", root)
        assert found[0].startswith(f"mimic-cxr-2.0.0-{name}.csv line 2: ") and "ends in a separator" in found[0]
        assert len(found) == len(rows)


VIEWS = ["PA", "LATERAL", "AP", "", "PA", "LL", "LAO", "pa"]


@pytest.mark.parametrize("copy", [False, True])
def test_views_are_compared_as_subgroups_are_and_the_others_counted(workspace: Workspace, tmp_path: Path, copy: bool):
    films = [(f"{10000000 + i // 2}", f"{50000000 + i // 2}", view, "test" if i < 6 else "train") for i, view in enumerate(VIEWS)]
    root = miniatures.mimic(tmp_path / "mimic", films=films)
    report = api.import_data_set("frontal", "mimic-cxr-jpg", root, "real", view="frontal", copy=copy)
    assert report.imported == 4
    assert report.left_out == {"with view LATERAL": 1, "without a view": 1, "with view LL": 1, "with view LAO": 1}
    images = api.find_set("frontal")
    assert images.table["view"].iat[-1] == "pa"
    assert len(api.members(images.id, "view=PA")) == 3
    with pytest.raises(TableError, match=r"no image of what is asked .*6 of other splits, 1 with view LAO, 1 with view PA"):
        api.import_data_set("none", "mimic-cxr-jpg", root, "real", view="lateral", split="train")
    report = api.import_data_set("test", "mimic-cxr-jpg", root, "real", split="test", view="PA", copy=copy)
    assert report.sentence() == (
        "2 images imported; 6 left out: 2 of other splits, 1 with view LATERAL, 1 with view AP, 1 without a view, 1 with view LL"
    )


def test_films_that_the_annotations_do_not_describe_are_counted(workspace: Workspace, tmp_path: Path):
    root = miniatures.mimic(tmp_path / "mimic")
    texts = root / "LLAVARAD_ANNOTATIONS_TEST.csv"
    report = api.import_data_set("mine", "mimic-cxr-jpg", root, "real", annotations=texts)
    assert (report.imported, report.left_out) == (2, {"without a text in LLAVARAD_ANNOTATIONS_TEST.csv": 4})
    split = api.import_data_set("split", "mimic-cxr-jpg", root, "real", annotations=texts, split="test")
    assert split.left_out == {"of other splits": 3, "without a text in LLAVARAD_ANNOTATIONS_TEST.csv": 1}


@pytest.mark.parametrize(("name", "column"), [("chexpert", "study_id"), ("split", "dicom_id")])
def test_a_join_that_finds_nothing_is_an_error(workspace: Workspace, tmp_path: Path, name: str, column: str):
    root = miniatures.mimic(tmp_path / "mimic", packed=False)
    table = root / f"mimic-cxr-2.0.0-{name}.csv"
    frame = pd.read_csv(table, dtype=str, keep_default_na=False)
    table.write_text(frame.assign(**{column: "x" + frame[column]}).to_csv(index=False))
    with pytest.raises(TableError, match=f"None of the 6 rows has a {column} that stands in {table.name}") as caught:
        load("mimic-cxr-jpg", root)
    assert "one version" in caught.value.hint
    assert api.sets().empty


def test_films_without_labels_among_others_are_said(workspace: Workspace, tmp_path: Path):
    root = miniatures.mimic(tmp_path / "mimic", packed=False)
    table = root / "mimic-cxr-2.0.0-chexpert.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:3]))
    report = api.import_data_set("mine", "mimic-cxr-jpg", root, "real")
    assert "3 of the 6 images have no label of any finding." in report.notes


def test_dead_links_and_missing_files_are_told_apart(workspace: Workspace, tmp_path: Path):
    root = miniatures.mimic(tmp_path / "mimic")
    one, two, *_ = sorted((root / "files").rglob("*.jpg"))
    one.unlink()
    two.unlink()
    two.symlink_to(root / ".git" / "annex" / "k0")
    with pytest.raises(TableError, match="1 dead link: the content was not fetched"):
        load("mimic-cxr-jpg", root)
    report = api.import_data_set("mine", "mimic-cxr-jpg", root, "real", skip_bad=True)
    assert (report.imported, report.left_out) == (4, {"missing file(s)": 1, "dead link(s)": 1})
