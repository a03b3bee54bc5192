"""Folders and CSVs in every spelling, hostile tables."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core import api
from bench_core.errors import TableError
from bench_core.intake.tables import read_rows
from bench_core.store.workspace import Workspace
from tests.fakes import write_images
from tests.intake.imported import ALL, csv, load, problems


def test_a_folder(workspace: Workspace, images: Path):
    (images / "below").mkdir()
    Image.fromarray(np.zeros((20, 30), np.uint8)).save(images / "below" / "b.JPEG", format="JPEG")
    (images / "notes.txt").write_text("not an image")
    found, report = load(images, None)
    assert report.imported == 5
    assert set(found.table["image_id"]) == {"film_0", "film_1", "film_2", "film_3", "b"}
    with Image.open(images / "film_2.png") as original:
        np.testing.assert_array_equal(found.read(list(found.table["image_id"]).index("film_2")), np.asarray(original))


def test_images_of_one_name_in_two_folders_are_named_by_their_paths(workspace: Workspace, tmp_path: Path):
    write_images(tmp_path / "images" / "a", 1, seed=1)
    write_images(tmp_path / "images" / "b", 1, seed=2)
    found, _ = load(tmp_path / "images", None)
    assert list(found.table["image_id"]) == ["a/film_0", "b/film_0"]


def test_the_readme_manifest(workspace: Workspace, images: Path):
    found, _ = load(images, [{"img_savename": f"film_{i}.png", "prompt": f"p{i}"} for i in range(4)], "synthetic")
    assert list(found.table["prompt"]) == ["p0", "p1", "p2", "p3"]
    assert bool(api.sets()["prompts_are_reports"].iat[0])


def test_the_manifest_that_the_generator_writes(workspace: Workspace, images: Path):
    rows = [
        {"id": f"real{i}", "path": f"files/p10/s{i}.jpg", "annotated_prompt": f"p{i}", "chexpert_labels": str({**ALL, "Edema": i % 2}),
         "synthetic_filename": f"film_{i}.png"} for i in range(4)
    ]  # fmt: skip
    found, _ = load(images, rows, "synthetic")
    assert list(found.table["prompt"]) == ["p0", "p1", "p2", "p3"]
    assert list(found.table["Edema"]) == [0, 1, 0, 1]
    assert list(found.table["source_image_id"]) == ["real0", "real1", "real2", "real3"]
    assert list(found.table["image_id"]) == ["film_0", "film_1", "film_2", "film_3"]


def test_labels_in_columns_of_their_own(workspace: Workspace, images: Path):
    rows = [{"path": f"film_{i}.png", "Pleural Effusion": v, "pleural_other": "1"} for i, v in enumerate(["1", "0.0", "-1", ""])]
    found, _ = load(images, rows)
    assert list(found.table["Pleural Effusion"].fillna(9)) == [1, 0, -1, 9]
    assert list(found.table["Pleural Other"]) == [1, 1, 1, 1]


def test_patients_studies_views_and_seeds(workspace: Workspace, images: Path):
    rows = [{"path": f"film_{i}.png", "subject_id": f"1000{i // 2}", "study_id": "s", "ViewPosition": "PA", "seed": i} for i in range(4)]
    found, _ = load(images, rows)
    assert list(found.table["subject_id"]) == ["10000", "10000", "10001", "10001"]
    assert list(found.table["view"]) == ["PA"] * 4
    assert list(found.table["seed"]) == [0, 1, 2, 3]


def test_links_are_followed_inside_the_folder_and_refused_where_they_leave_it(workspace: Workspace, images: Path):
    deep = images / "p10" / "p10000032"
    deep.mkdir(parents=True)
    write_images(images.parent / "outside" / "s1", 1)
    (images / "film_3.png").rename(deep / "film.png")
    (images / "alias").symlink_to(images / "p10")
    (images / "p10" / "out").symlink_to(images.parent / "outside")
    (deep / "one.png").symlink_to(images / "film_1.png")
    (deep / "two.png").symlink_to(images.parent / "outside" / "s1" / "film_0.png")
    named = [
        "alias/p10000032/film.png",
        "p10/p10000032/one.png",
        str(images / "film_2.png"),
        "p10/out/s1/film_0.png",
        "p10/p10000032/two.png",
    ]
    named += ["p10/out/../../film_0.png", "/film_0.png", "p10//p10000032/../../film_0.png"]
    found, report = load(images, [{"path": path} for path in named], skip_bad=True)
    left_out = {int(problem.split(":")[0].removeprefix("line ")): problem for problem in report.problems}
    assert sorted(left_out) == [5, 6, 7, 8]
    assert all("leaves the image folder" in problem for problem in left_out.values())
    assert len(found) == 4


def test_each_wrong_row_is_named_and_the_rest_imported_on_request(workspace: Workspace, images: Path):
    (images / "broken.png").write_bytes(b"\x89PNG not really")
    (images.parent / "secret.png").write_bytes((images / "film_0.png").read_bytes())
    rows = [
        {"path": "film_0.png", "Edema": "1", "chexpert_labels": ""},
        {"path": "film_1.png", "Edema": "maybe", "chexpert_labels": ""},
        {"path": "../secret.png", "Edema": "", "chexpert_labels": ""},
        {"path": str(images.parent / "secret.png"), "Edema": "", "chexpert_labels": ""},
        {"path": "gone.png", "Edema": "", "chexpert_labels": ""},
        {"path": "", "Edema": "0", "chexpert_labels": ""},
        {"path": "film_2.png", "Edema": "", "chexpert_labels": "{'Edema': 2}"},
        {"path": "film_3.png", "Edema": "", "chexpert_labels": "{'Pneumoniae': 1}"},
        {"path": "film_0.png", "Edema": "", "chexpert_labels": ""},
        {"path": "broken.png", "Edema": "", "chexpert_labels": ""},
    ]
    wrong = problems(images, rows)
    named = {3: "Edema", 4: "leaves", 5: "leaves", 6: "gone.png", 7: "names no", 8: "Edema", 9: "Pneumoniae", 10: "line 2"}
    for line, words in named.items():
        assert any(p.startswith(f"line {line}:") and words in p for p in wrong), (line, wrong)
    assert len(api.sets()) == 0
    found, report = load(images, rows, skip_bad=True)
    assert report.imported == len(found) == 1
    assert any(p.startswith("line 11:") and "cannot be read" in p for p in report.problems)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"), (b"path\n", "no rows"), (b"name,prompt\na,b\n", "no column with image files"),
        (b"path,path\na,b\n", "more than once"),
        (b"\xff\xfe\x00p", "UTF-8"), (b'path,prompt\n"film_0.png,unclosed\n', "cannot be read|no file|problems"),
    ],
)  # fmt: skip
def test_tables_that_are_none(workspace: Workspace, images: Path, data, words):
    (images.parent / "table.csv").write_bytes(data)
    with pytest.raises(TableError, match=words):
        api.import_images("mine", images, images.parent / "table.csv", "real")


def test_reports_with_commas_and_lines(workspace: Workspace, images: Path):
    text = 'Heart, lungs: "clear".\nNo effusion.'
    found, _ = load(images, [{"path": "film_0.png", "prompt": text}])
    assert found.table["prompt"].iat[0] == text


def test_reading_a_table_imports_nothing(workspace: Workspace, images: Path):
    found = read_rows(images, csv(images, [{"path": "film_0.png"}, {"path": "gone.png"}]), "real")
    assert len(found.rows) == 1
    assert len(found.problems) == 1
    assert len(api.sets()) == 0


def test_words_for_nothing_are_nobody_and_no_prompt(workspace: Workspace, images: Path):
    words = ["nan", "None", "NA", "#N/A"]
    rows = [
        {"path": f"film_{i}.png", **dict.fromkeys(("image_id", "subject_id", "study_id", "view", "prompt"), w)} for i, w in enumerate(words)
    ]
    found, _ = load(images, rows)
    assert list(found.table["image_id"]) == [f"film_{i}" for i in range(4)]
    for column in ("subject_id", "study_id", "view", "prompt"):
        assert column not in found.table or found.table[column].isna().all(), column


def test_a_table_that_pandas_saved_again_names_the_same_patients(workspace: Workspace, images: Path):
    before, _ = load(images, [{"path": f"film_{i}.png", "subject_id": f"1000003{i}"} for i in range(4)])
    after, _ = load(images, [{"path": f"film_{i}.png", "subject_id": f"1000003{i}.0"} for i in range(4)])
    assert before.id == after.id and list(after.table["subject_id"]) == [f"1000003{i}" for i in range(4)]


def test_an_id_that_a_spreadsheet_shortened_is_a_problem_of_its_line(workspace: Workspace, images: Path):
    wrong = problems(images, [{"path": "film_0.png", "subject_id": "17"}, {"path": "film_1.png", "subject_id": "1.2E+17"}])
    assert len(wrong) == 1 and wrong[0].startswith("line 3: subject_id '1.2E+17'") and "export the column as text" in wrong[0]


def test_a_comma_that_is_not_quoted_never_cuts_a_report(workspace: Workspace, images: Path):
    (images.parent / "t.csv").write_text("path,prompt\nfilm_0.png,Small effusion, left side\n\nfilm_1.png,No effusion\n,\n")
    with pytest.raises(TableError) as caught:
        api.import_images("mine", images, images.parent / "t.csv", "real")
    assert [p.split(";")[0] for p in caught.value.problems] == ["line 2: 3 cells for 2 columns"]
    report = api.import_images("mine", images, images.parent / "t.csv", "real", skip_bad=True)
    assert report.imported == 1 and report.problems == caught.value.problems
    assert list(api.find_set("mine").table["prompt"]) == ["No effusion"]
