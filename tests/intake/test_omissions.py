"""What is left out is counted: by folders, tables, uploads, data sets and result files, in one sentence at every door."""

from pathlib import Path

import pytest
from PIL import Image

from bench_core import api
from bench_core.cli import main
from bench_core.errors import TableError
from bench_core.intake.omissions import Omissions
from bench_core.intake.uploads import received
from bench_core.store.workspace import Workspace
from tests.intake import miniatures
from tests.intake.imported import csv


def test_reasons_are_counted_and_their_advice_is_told_once() -> None:
    left = Omissions()
    left.add("dead link(s)", 2, "fetch them.")
    left.add_each(["TIFF", "", "TIFF", "TIFF"])
    left.add_all({"dead link(s)": 1})
    left.add("nothing", 0, "never told")
    assert left.counts == {"dead link(s)": 3, "TIFF": 3}
    assert left.advised() == "3 dead links: fetch them."


def test_a_report_says_in_one_sentence_what_came_in_and_what_did_not() -> None:
    assert api.ImportReport("x", 1, []).sentence() == "1 image imported; none left out"
    left_out = {"without a view": 5, "TIFF": 12, "dead link(s)": 1, "report(s) without film": 2}
    said = "1,200 images imported; 20 left out: 12 TIFF, 5 without a view, 2 reports without film, 1 dead link"
    assert api.ImportReport("x", 1200, [], left_out=left_out).sentence() == said


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Three films among files of other formats."""
    folder = tmp_path / "in"
    for number in range(3):
        miniatures.film(folder / f"{number}.png", number)
    for number, kind in enumerate(("TIFF", "TIFF", "WebP", "BMP")):
        Image.new("L", (16, 16), 9).save(folder / f"x{number}.{kind.lower()}", format=kind)
    (folder / "notes.txt").write_text("x")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "Thumbs.db").write_bytes(b"x")
    return folder


@pytest.mark.parametrize("copy", [True, False])
def test_files_of_other_formats_are_counted(workspace: Workspace, mixed: Path, copy: bool):
    report = api.import_images("mine", mixed, None, "real", copy=copy)
    assert (report.imported, report.left_out) == (3, {"TIFF": 2, "WebP": 1, "BMP": 1, ".txt file(s)": 1})
    assert api.import_of("mine") == report


def test_a_folder_of_other_formats_says_what_is_there(workspace: Workspace, mixed: Path):
    for film in mixed.glob("*.png"):
        film.unlink()
    with pytest.raises(TableError, match="no PNG, JPEG or DICOM file.*2 TIFF"):
        api.import_images("mine", mixed, None, "real")


def test_links_of_a_folder_are_counted_and_the_way_is_named(workspace: Workspace, mixed: Path):
    (mixed / "dead.png").symlink_to(mixed.parent / "store" / "gone")
    miniatures.film(mixed.parent / "store" / "a.png", 9)
    (mixed / "away.png").symlink_to(mixed.parent / "store" / "a.png")
    (mixed / "below").symlink_to(mixed.parent / "store")
    with pytest.raises(TableError) as refused:
        api.import_images("mine", mixed, None, "real")
    assert [p.split(": ")[0] for p in refused.value.problems] == ["file away.png", "file dead.png"]
    assert "1 dead link: the content was not fetched; git annex get" in refused.value.hint
    assert f"the folder that holds both, {str(mixed.parent)!r}" in refused.value.hint
    report = api.import_images("mine", mixed, None, "real", skip_bad=True)
    assert report.left_out == {
        "link(s) out of the folder": 1, "dead link(s)": 1, "linked folder(s)": 1, "TIFF": 2, "WebP": 1, "BMP": 1, ".txt file(s)": 1,
    }  # fmt: skip


@pytest.mark.parametrize("copy", [True, False])
def test_rows_of_a_table_are_counted_by_what_is_wrong(workspace: Workspace, mixed: Path, copy: bool):
    (mixed / "dead.png").symlink_to(mixed.parent / "gone")
    (mixed / "broken.png").write_bytes(b"<html>")
    names = ["0.png", "1.png", "1.png", "gone.png", "dead.png", "broken.png", "notes.txt", ""]
    table = csv(mixed, [{"path": name, "Edema": ""} for name in names] + [{"path": "2.png", "Edema": "often"}])
    table.write_text(table.read_text() + "2.png,1,2\n")
    report = api.import_images("mine", mixed, table, "real", skip_bad=True, copy=copy)
    assert report.imported == 2
    assert report.left_out == {
        "repeated file(s)": 1, "missing file(s)": 1, "dead link(s)": 1, "web page(s)": 1, ".txt file(s)": 1,
        "row(s) that are wrong": 1, "row(s) that do not fit the header": 1,
    }  # fmt: skip


@pytest.mark.parametrize("copy", [True, False])
def test_what_is_no_image_is_counted_as_what_it_is(workspace: Workspace, mixed: Path, copy: bool):
    for name, data in {"p.png": b"version https://git-lfs.github.com/spec/v1", "e.png": b"", "z.jpg": b"PK\x03\x04"}.items():
        (mixed / name).write_bytes(data)
    Image.new("L", (16, 16)).save(mixed / "w.png", format="WebP")
    with pytest.raises(TableError, match="1 git-lfs pointer: git lfs pull in that folder"):
        api.import_images("mine", mixed, None, "real", copy=copy)
    left_out = api.import_images("mine", mixed, None, "real", copy=copy, skip_bad=True).left_out
    assert {k: v for k, v in left_out.items() if k not in ("TIFF", "BMP", ".txt file(s)")} == {
        "git-lfs pointer(s)": 1, "empty file(s)": 1, "ZIP archive(s)": 1, "WebP": 2,
    }  # fmt: skip


def test_an_upload_counts_what_it_does_not_take(workspace: Workspace, mixed: Path):
    (mixed / "large.txt").write_text("x" * 10_000)
    files = [(path.name, path.read_bytes()) for path in sorted(mixed.iterdir())]
    with received(workspace, files) as put:
        assert sum(path.stat().st_size for path in put.images.glob("*.txt")) < 1_000
    report = api.import_upload("mine", files, "real")
    assert report.left_out == {"TIFF": 2, "WebP": 1, "BMP": 1, ".txt file(s)": 2}


def test_uploaded_films_that_the_table_does_not_name_are_counted(workspace: Workspace, mixed: Path):
    files = [(path.name, path.read_bytes()) for path in sorted(mixed.iterdir())]
    upload = [*files, ("t.csv", b"path,Edema\n0.png,1\n1.png,often\n")]
    report = api.import_upload("mine", upload, "real", skip_bad=True)
    assert report.imported == 1
    assert report.left_out == {
        "row(s) that are wrong": 1, "film(s) that the table does not name": 1, "TIFF": 2, "WebP": 1, "BMP": 1, ".txt file(s)": 1,
    }  # fmt: skip


def test_columns_that_are_not_read_are_named(workspace: Workspace, mixed: Path):
    report = api.import_images("mine", mixed, csv(mixed, [{"path": "0.png", "Weight": 50, "Edema": 1, "PatientID": "p"}]), "real")
    assert report.notes == ["Columns of the table that an import does not read: 'Weight'."]
    assert list(api.find_set("mine").table["subject_id"]) == ["p"]


def test_the_command_line_ends_in_that_sentence(workspace: Workspace, mixed: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["import", "--name", "mine", "--images", str(mixed)]) == 0
    assert capsys.readouterr().out.startswith("3 images imported; 5 left out: 2 TIFF, 1 .txt file, 1 WebP, 1 BMP. Set 'mine'")
