"""Sets as files: they come back as they were, say what they are, and overwrite nothing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pydicom
import pytest
from PIL import Image

from bench_core import api
from bench_core.config import Config
from bench_core.errors import ImageUnreadable, InputError, NotAllowed, StoreError, UnknownName
from bench_core.handover.export import JOURNAL
from bench_core.store.png import digest_of
from bench_core.store.workspace import Workspace
from tests.fakes import fresh_database, install, request, write_images

TEXT = "Erguß links | =1+1"
SECRET = ("secret", "anna", "film_0")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """One for all: exports change nothing in it."""
    folder = tmp_path_factory.mktemp("export")
    install(folder / "cards")
    before = api.workspace._current
    database = fresh_database(folder / "home")
    opened = api.open_workspace(Config(home=folder / "home", database_url=database, device="cpu", cards=folder / "cards"))
    yield opened
    opened.database.engine.dispose()
    api.workspace._current = before


@pytest.fixture(scope="module")
def made(workspace: Workspace) -> api.ImageSet:
    spec = request().model_copy(update={"prompts": [api.PromptSpec(text=TEXT, labels={"Edema": 1, "view": "PA"})], "count": 3})
    return api.find_set(api.wait(api.submit(spec)).set_id)


@pytest.fixture(scope="module")
def clinic(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> api.ImageSet:
    tmp_path = tmp_path_factory.mktemp("clinic")
    names = write_images(tmp_path / "films", 2)
    table = {"path": names, "prompt": ["secret one", "secret two"], "subject_id": ["anna", "anna"]}
    pd.DataFrame(table).to_csv(tmp_path / "t.csv", index=False)
    return api.find_set(str(api.import_images("clinic", tmp_path / "films", tmp_path / "t.csv", "real").set_id))


def everything(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("form", ["png", "dicom", "zip"])
def test_what_is_exported_comes_back(made: api.ImageSet, tmp_path: Path, form: str) -> None:
    report = api.export_set(made.name, form, tmp_path / "out")
    assert report.exported == 3
    if form == "zip":
        back = api.import_upload(f"back {form}", [("set.zip", Path(report.place).read_bytes())], "synthetic")
    else:
        back = api.import_images(f"back {form}", tmp_path / "out", tmp_path / "out" / "table.csv", "synthetic")
    assert back.imported == 3 and not back.problems
    again = api.find_set(f"back {form}")
    for row in range(3):
        np.testing.assert_array_equal(again.read(row), made.read(row))
    for column in ("image_id", "prompt", "seed", "Edema", "view"):
        assert again.table[column].tolist() == made.table[column].tolist(), column
    assert again.table["subject_id"].isna().all(), "nobody's patient is made of a synthetic film"
    assert again.meta["generator"] == "tiny", "the files themselves say what made them"


def test_a_zip_of_dicom_files_is_imported_without_its_table(made: api.ImageSet, tmp_path: Path) -> None:
    api.export_set(made.name, "dicom", tmp_path / "out")
    packed = shutil.make_archive(str(tmp_path / "films"), "zip", tmp_path / "out", ".")
    (tmp_path / "out" / "table.csv").unlink()
    bare = shutil.make_archive(str(tmp_path / "bare"), "zip", tmp_path / "out", ".")
    for name, archive in (("packed", packed), ("bare", bare)):
        assert api.import_upload(name, [("films.zip", Path(archive).read_bytes())], "synthetic").imported == 3
        found = api.find_set(name)
        assert found.table["image_id"].tolist() == made.table["image_id"].tolist()
        assert found.table["view"].tolist() == ["PA"] * 3 and found.table[["subject_id", "study_id"]].isna().all(axis=None)
        for row in range(3):
            np.testing.assert_array_equal(found.read(row), made.read(row))


def test_the_table_has_hashes_of_files_and_of_pixels(made: api.ImageSet, tmp_path: Path) -> None:
    from hashlib import sha256

    api.export_set(made.name, "jpeg", tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "table.csv", dtype=str)
    assert table["file"].tolist() == ["000000.jpg", "000001.jpg", "000002.jpg"]
    for row in table.itertuples():
        assert sha256((tmp_path / "out" / row.file).read_bytes()).hexdigest() == row.sha256
    assert table["pixels"].tolist() == [digest_of(made.read(row)) for row in range(3)] == made.table["digest"].tolist()
    assert json.loads(table["settings"][0])["num_inference_steps"] == 2 and set(table["generator"]) == {"tiny"}
    with Image.open(tmp_path / "out" / "000001.jpg") as image:
        assert np.abs(np.asarray(image).astype(int) - made.read(1)).mean() < 8, "lossy, and near"


def test_each_level_tells_less(made: api.ImageSet, tmp_path: Path) -> None:
    for level, told in (("full", True), ("redacted", False), ("none", False)):
        for form in ("png", "jpeg", "dicom"):
            api.export_set(made.name, form, tmp_path / form / level, provenance=level)
            raw = everything(tmp_path / form / level)
            assert ("Erguß".encode() in raw) is told, (form, level)
            assert (b"num_inference_steps" in raw) is (level != "none"), (form, level)
            first = next(p for p in sorted((tmp_path / form / level).iterdir()) if p.suffix in (".png", ".jpg", ".dcm"))
            found = api.read_provenance(first.read_bytes()) or {}
            assert found.get("prompt") == (TEXT if told else None) and found.get("seed") == (5 if level != "none" else None), (form, level)


def test_a_film_of_a_patient_leaves_only_where_asked_and_never_as_synthetic(clinic: api.ImageSet, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match=r"'clinic' holds films of patients .*--patients"):
        api.export_set("clinic", "dicom", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    for form in ("png", "jpeg", "dicom"):
        api.export_set("clinic", form, tmp_path / form, patients=True)
        raw = everything(tmp_path / form)
        assert not [word for word in SECRET if word.encode() in raw], form
        assert b"trainedAlgorithmicMedia" not in raw and b"SYNTHETIC" not in raw, form
    data = pydicom.dcmread(tmp_path / "dicom" / "000000.dcm")
    assert (data.SyntheticData, data.ConversionType, data.PatientID, str(data.PatientName)) == ("NO", "WSD", "", "")
    api.export_set("clinic", "dicom", tmp_path / "whole", patients=True, provenance="full")
    told = [pydicom.dcmread(tmp_path / "whole" / f"00000{row}.dcm") for row in range(2)]
    assert [d.PatientID for d in told] == ["anna", "anna"] and told[0].StudyInstanceUID == told[1].StudyInstanceUID
    assert {d.SyntheticData for d in told} == {"NO"} and told[0].SOPInstanceUID != data.SOPInstanceUID


def test_copies_of_patients_films_are_neither_synthetic_nor_faithful(workspace: Workspace, clinic: api.ImageSet, tmp_path: Path) -> None:
    spec = request("copies", count=1).model_copy(update={"generator": api.Choice(id="copycat"), "train": clinic.id})
    images = api.find_set(api.wait(api.submit(spec)).set_id)
    with pytest.raises(NotAllowed, match="hands on films of patients"):
        api.export_set("copies", "dicom", tmp_path / "out")
    api.export_set("copies", "dicom", tmp_path / "out", patients=True)
    data = pydicom.dcmread(tmp_path / "out" / "000000.dcm")
    assert "SyntheticData" not in data and "it may show one" in data.DerivationDescription and len(images)


def test_identifiers_are_those_of_the_image(made: api.ImageSet, tmp_path: Path) -> None:
    for place in ("one", "two"):
        api.export_set(made.name, "dicom", tmp_path / place)
    films = {place: [pydicom.dcmread(tmp_path / place / f"00000{row}.dcm") for row in range(3)] for place in ("one", "two")}
    for name in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "PatientID"):
        values = [str(film[name].value) for film in films["one"]]
        assert values == [str(film[name].value) for film in films["two"]] and len(set(values)) == 3, name
        assert name == "PatientID" or all(v.startswith("2.25.") and len(v) <= 64 for v in values)
    table = pd.read_csv(tmp_path / "one" / "table.csv", dtype=str)
    assert table["sop_instance_uid"].tolist() == [film.SOPInstanceUID for film in films["one"]]


def interrupted(after: int) -> Any:
    def tell(done: int, total: int, what: str) -> None:
        if done - total // 2 == after:
            raise KeyboardInterrupt

    return tell


@pytest.mark.parametrize("cut", [b"", b'{"number": 1, "file": "0000'])
def test_the_same_request_goes_on_where_it_stopped(made: api.ImageSet, tmp_path: Path, cut: bytes) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        api.export_set(made.name, "dicom", out, on_progress=interrupted(1))
    assert not (out / "table.csv").exists() and (out / "000000.dcm").exists()
    with (out / JOURNAL).open("ab") as journal:
        journal.write(cut)
    before = (out / "000000.dcm").stat().st_mtime_ns
    with pytest.raises(InputError, match="unfinished export of something else"):
        api.export_set(made.name, "png", out)
    report = api.export_set(made.name, "dicom", out)
    assert (report.exported, report.already) == (3, 1) and "(1 of them earlier)" in report.sentence()
    assert (out / "000000.dcm").stat().st_mtime_ns == before
    api.export_set(made.name, "dicom", tmp_path / "whole")
    assert sorted(p.name for p in out.iterdir()) == sorted(p.name for p in (tmp_path / "whole").iterdir()), "and nothing else stays"
    for path in out.glob("*.dcm"):
        assert path.read_bytes() == (tmp_path / "whole" / path.name).read_bytes()
    assert (out / "table.csv").read_bytes() == (tmp_path / "whole" / "table.csv").read_bytes()


def test_nothing_is_overwritten(made: api.ImageSet, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    for _ in range(2):
        with pytest.raises(InputError, match="not empty; nothing in it is overwritten"):
            api.export_set(made.name, "png", tmp_path / "full")
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["thesis.txt"]
    with pytest.raises(InputError, match="is a file"):
        api.export_set(made.name, "png", tmp_path / "full" / "thesis.txt")
    api.export_set(made.name, "zip", tmp_path / "full")
    with pytest.raises(InputError, match=r"set\.zip' is there already"):
        api.export_set(made.name, "zip", tmp_path / "full")
    with pytest.raises(UnknownName, match="'tiff'"):
        api.export_set(made.name, "tiff", tmp_path / "new")


@pytest.fixture
def damaged(workspace: Workspace, tmp_path: Path) -> Iterator[str]:
    write_images(tmp_path / "films", 3)
    api.import_images("damaged", tmp_path / "films", None, "synthetic")
    images = api.find_set("damaged")
    images.path(1).write_bytes(b"no image")
    images.path(2).unlink()
    yield "damaged"


def test_what_cannot_be_read_stops_it_or_is_counted(damaged: str, tmp_path: Path) -> None:
    with pytest.raises((ImageUnreadable, StoreError), match=r"film_1|000001"):
        api.export_set(damaged, "png", tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    report = api.export_set(damaged, "png", tmp_path / "out", skip_bad=True)
    assert report.sentence() == "1 image exported; 2 left out: 1 unreadable, 1 gone or changed"
    assert [problem.split(":")[0] for problem in report.problems] == ["image film_1", "image film_2"]
    assert json.loads((tmp_path / "out" / "set.json").read_text())["left_out"] == {"unreadable": 1, "gone or changed": 1}
    assert pd.read_csv(tmp_path / "out" / "table.csv")["image_id"].tolist() == ["film_0"]


def test_films_of_simulated_patients_are_of_nobody(workspace: Workspace, made: api.ImageSet) -> None:
    simulated, of_these, of_others = "a" * 16, "b" * 16, "c" * 16
    workspace.sets.write(simulated, "train", made.table, {"simulated": {"seed": 1, "films": 3}})
    workspace.sets.write(of_these, "synthetic", made.table, {"train": simulated})
    workspace.sets.write(of_others, "synthetic", made.table, {"planted": {"train": simulated, "real": "f" * 16}})
    for set_id, patients in ((simulated, False), (of_these, False), (of_others, True)):
        rules = api.export_rules(set_id)
        assert (rules.patients, rules.synthetic, rules.provenance) == (
            patients,
            None if patients else True,
            "redacted" if patients else "full",
        )
