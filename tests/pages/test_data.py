"""Data: imports, mean images, deletion."""

import pytest

from bench_core import api
from tests.chexgenbench_files import WHOLE
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_data_imports_from_a_server_folder_and_lists_what_is_wrong(filled: Fake, open_page: Opener) -> None:
    at = open_page("data", tab="Import")
    at.segmented_control(key="import-where").set_value("Folder on the server").run()
    at.text_input(key="import-name").set_value("mine").run()
    at.text_input(key="import-folder").set_value("/data/films").run()
    press = lambda: next(b for b in at.button if b.label == "Import").click().run()
    press()
    assert "row 3: there is no file 'a.png'" in at.error[0].value and "row 7" in at.error[0].value
    at.checkbox(key="import-skip").check().run()
    press()
    assert filled.imported[-1][0] == "mine" and filled.imported[-1][3:] == ("real", True, True)
    assert "8 images imported; 13 left out: 12 TIFF, 1 missing file." in at.success[0].value and "row 3" in at.warning[0].value
    assert at.text_input(key="import-name").value == at.text_input(key="import-folder").value == "", "the form is empty again"
    assert next(b for b in at.button if b.label == "Import").disabled
    at.text_input(key="import-name").set_value("mine").run()
    at.text_input(key="import-folder").set_value("/data/films").run()
    at.checkbox(key="import-copy-own").uncheck().run()
    press()
    assert filled.imported[-1][3:] == ("real", True, False)


def test_data_reads_no_path_where_no_folder_is_open_to_pages(filled: Fake, open_page: Opener) -> None:
    filled.roots = ()
    at = open_page("data", tab="Import")
    for where in ("Folder on the server", "Public data set on the server"):
        at.segmented_control(key="import-where").set_value(where).run()
        assert "BENCH_DATA_ROOTS" in words_of(at) and not [i for i in at.text_input if i.key in ("import-folder", "import-root")]
        assert next(b for b in at.button if b.label == "Import").disabled


def test_data_shows_what_the_import_of_a_set_left_out(filled: Fake, open_page: Opener) -> None:
    filled.add_set("mine", "real", 8, 99)
    at = open_page("data", {"look": "mine"})
    assert "8 images imported; 15 left out: 12 TIFF, 3 dead links. 2 films are nearly one grey." in words_of(at) and not errors_of(at)


def test_data_averages_the_images_of_a_set_when_asked(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def mean_image(set_id: str, real_pixels: bool = False) -> bytes:
        asked.append(set_id)
        return filled.image_png(set_id, "mean")

    monkeypatch.setattr(api, "mean_image", mean_image)
    at = open_page("data", {"look": "copycat"})
    assert not asked
    at.toggle(key="mean").set_value(True).run()
    assert asked == ["id-copycat"]
    assert not errors_of(at)


def test_data_imports_a_public_data_set(filled: Fake, open_page: Opener) -> None:
    at = open_page("data", tab="Import")
    at.segmented_control(key="import-where").set_value("Public data set on the server").run()
    at.selectbox(key="import-layout").set_value("mimic-cxr-jpg").run()
    at.text_input(key="import-name").set_value("mimic-test").run()
    at.text_input(key="import-root").set_value("/data/mimic").run()
    at.text_input(key="import-split").set_value("test").run()
    at.selectbox(key="import-view").set_value("frontal").run()
    next(b for b in at.button if b.label == "Import").click().run()
    assert filled.imported[-1] == ("mimic-test", "mimic-cxr-jpg", "/data/mimic", "real", "test", "frontal", False, False)
    assert "8 images imported" in at.success[0].value


def test_data_deletes_only_after_a_second_word(filled: Fake, open_page: Opener) -> None:
    at = open_page("data", {"look": "copycat"})
    at.button(key="delete").click().run()
    assert filled.deleted == [] and "cannot be undone" in words_of(at)
    assert "12 numbers are about them" in words_of(at) and not errors_of(at)


def test_data_deletes_one_name_of_several_and_says_so(filled: Fake, open_page: Opener) -> None:
    filled.set_rows.append({**next(r for r in filled.set_rows if r["name"] == "copycat"), "name": "the same"})
    at = open_page("data", {"look": "the same"})
    at.button(key="delete").click().run()
    assert "Only the name goes: images and numbers stay as **copycat**" in words_of(at) and not errors_of(at)


def test_data_page_imports_result_files_and_deletes_them(filled: Fake, open_page: Opener) -> None:
    at = open_page("data", {"bring": "numbers"}, tab="Import")
    at.text_input(key="results-name").set_value("rerun").run()
    at.file_uploader(key="results-files").upload("m.csv", WHOLE.replace("54.225", "x").encode()).run()
    press = lambda: next(b for b in at.button if b.label == "Import numbers").click().run()
    press()
    assert "line 2, column 'FID (RadDino)': 'x' is no number" in at.error[0].value
    at.checkbox(key="results-skip").check().run()
    press()
    assert "9 numbers imported" in at.success[0].value and "line 2" in at.warning[0].value
    assert "9 numbers of 1 models" in words_of(at)
    assert at.text_input(key="results-name").value == "" and not at.file_uploader(key="results-files-1").value
    at.button(key="delete-rerun").click().run()
    assert filled.deleted == ["rerun"] and "9 numbers of 1 models" not in words_of(at) and not errors_of(at)


def test_a_set_is_exported_as_it_is_asked_and_films_of_patients_after_a_tick(filled: Fake, open_page: Opener) -> None:
    at = open_page("data", {"look": "phantom-gan"})
    button = lambda key: next(b for b in at.get("download_button") if b.proto.id.endswith(f"-{key}"))
    assert not button("zip").proto.disabled and not [box for box in at.checkbox if box.key.startswith("may-")]
    said = words_of(at)
    next(c for c in at.segmented_control if c.label == "Files").set_value("dicom").run()
    assert "Secondary Capture" in words_of(at) and "Secondary Capture" not in said and not errors_of(at)
    at = open_page("data", {"look": "phantom-real"})
    assert button("zip").proto.disabled and "No prompts" not in words_of(at) and "tell of a patient" in words_of(at)
    next(box for box in at.checkbox if box.key.startswith("may-")).check().run()
    assert not button("zip").proto.disabled and not errors_of(at)
