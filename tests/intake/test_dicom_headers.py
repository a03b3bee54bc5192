"""Patients, studies and views that stand in DICOM headers only: as hashes, which group as the names would."""

from pathlib import Path

import numpy as np
import pytest

from bench_core import api
from bench_core.store.workspace import Workspace
from tests.intake.imported import csv
from tests.intake.miniatures import dicom

RAMP = np.arange(256, dtype=np.uint16).reshape(16, 16)


@pytest.fixture
def films(tmp_path: Path) -> Path:
    said = [("P1", "1.2.3", "PA"), ("P1", "1.2.4", "pa"), ("P2", "1.2.5", "LL"), ("Anonymous", "1.2.6", ""), ("", "", "LATERAL")]
    for number, (patient, study, view) in enumerate(said):
        dicom(tmp_path / "in" / f"{number}.dcm", RAMP + number, PatientID=patient, StudyInstanceUID=study, ViewPosition=view)
    return tmp_path / "in"


@pytest.mark.parametrize("copy", [True, False])
def test_headers_group_and_label_where_no_table_does(workspace: Workspace, films: Path, copy: bool):
    report = api.import_images("mine", films, None, "real", copy=copy)
    assert report.notes == [
        "Taken from the headers of DICOM films: 2 patients, 4 studies, the view of 4 films. Patients and studies are kept as hashes."
    ]
    table = api.find_set("mine").table
    assert table["subject_id"].isna().tolist() == [False, False, False, True, True]
    assert table["subject_id"].iat[0] == table["subject_id"].iat[1] != table["subject_id"].iat[2]
    assert table["study_id"].nunique() == 4 and table["study_id"].isna().tolist() == [False] * 4 + [True]
    assert table["view"].fillna("").tolist() == ["PA", "PA", "LL", "", "LATERAL"]
    assert api.members(api.find_set("mine").id, "view=PA") == ["0", "1"]


def test_no_name_of_a_patient_or_study_is_stored(workspace: Workspace, tmp_path: Path):
    dicom(tmp_path / "in" / "a.dcm", RAMP, PatientID="SECRET-4711", StudyInstanceUID="1.22.333.4444")
    api.import_images("mine", tmp_path / "in", None, "real")
    workspace.database.engine.dispose()
    kept = [p.read_bytes() for p in workspace.config.home.rglob("*") if p.is_file()]
    assert kept and not [data for data in kept if b"SECRET-4711" in data or b"1.22.333.4444" in data]


def test_a_patient_is_one_in_all_sets_of_a_workspace_and_another_elsewhere(workspace: Workspace, films: Path, tmp_path: Path):
    api.import_images("one", films, None, "real")
    dicom(tmp_path / "more" / "x.dcm", RAMP, PatientID="P1")
    api.import_images("two", tmp_path / "more", None, "train")
    assert api.find_set("two").table["subject_id"].iat[0] == api.find_set("one").table["subject_id"].iat[0]
    before = workspace.patient_key()
    assert before == workspace.patient_key() and len(before) == 32
    workspace.set_state("patient_key", "00" * 32)
    api.import_images("elsewhere", tmp_path / "more", None, "real")
    assert api.find_set("elsewhere").table["subject_id"].iat[0] != api.find_set("two").table["subject_id"].iat[0]


def test_a_table_goes_before_the_headers(workspace: Workspace, films: Path):
    api.import_images("mine", films, csv(films, [{"path": f"{i}.dcm", "subject_id": "" if i else "mine-1"} for i in range(5)]), "real")
    table = api.find_set("mine").table
    assert table["subject_id"].fillna("").tolist() == ["mine-1", "", "", "", ""], "a hash beside a name would be a second patient"
    assert table["study_id"].notna().sum() == 4


def test_one_patient_id_for_all_films_is_said(workspace: Workspace, tmp_path: Path):
    for number in range(3):
        dicom(tmp_path / "in" / f"{number}.dcm", RAMP + number, PatientID="EXPORT")
    (note,) = api.import_images("mine", tmp_path / "in", None, "real").notes
    assert "films: 1 patient." in note
    assert "All films have one PatientID and count as one patient" in note
