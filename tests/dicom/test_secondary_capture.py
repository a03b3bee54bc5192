"""DICOM files that are written here: what they say, and what checkers of others say of them."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest

from bench_core.dicom.film import read_dicom_film
from bench_core.dicom.reading import read_dicom
from bench_core.dicom.secondary_capture import Capture, read_capture, secondary_capture, uid_of

ODD = np.arange(7 * 9, dtype=np.uint8).reshape(7, 9) * 4
MADE = {"generator": "tiny", "prompt": "Erguß", "seed": 3, "settings": {"steps": 2}}
WHOLE = Capture(
    ("instance/a", "series/a", "study/a"), True, "SYN-1", 5, "Tiny \\ model", "abc", "lab/tiny", "Synthetic image.", "seed 3",
    "Erguß " * 3000, "PA", MADE, ("TriadCXR", "0.1.0"),
)  # fmt: skip
BARE = Capture(("instance/b", "series/b", "study/b"), True)
OF_PATIENT = Capture(("instance/c", "series/c", "study/c"), False, "anna", derivation="Film of a patient.")
UNSAID = Capture(("instance/d", "series/d", "study/d"), None)
KINDS = {"whole": WHOLE, "bare": BARE, "of a patient": OF_PATIENT, "of a copy": UNSAID}


def written(folder: Path, capture: Capture, pixels: np.ndarray = ODD) -> Path:
    path = folder / "film.dcm"
    path.write_bytes(secondary_capture(pixels, capture))
    return path


@pytest.mark.parametrize("pixels", [ODD, np.eye(8, dtype=np.uint8) * 255, np.full((8, 8), 77, np.uint8)], ids=["ramp", "two greys", "flat"])
def test_the_greys_come_back(tmp_path: Path, pixels: np.ndarray) -> None:
    path = written(tmp_path, WHOLE, pixels)
    np.testing.assert_array_equal(read_dicom(path), pixels)
    assert read_dicom_film(path).windows[0].width == 256


def test_each_thing_is_where_the_standard_has_a_place_for_it(tmp_path: Path) -> None:
    data = pydicom.dcmread(written(tmp_path, WHOLE))
    assert (data.SyntheticData, data.ConversionType, data.Modality) == ("YES", "SYN", "OT")
    assert ("Erguß " * 3000).startswith(data.ImageComments) and 10230 < len(data.ImageComments.encode()) <= 10240
    made = data.ContributingEquipmentSequence[0]
    assert (made.Manufacturer, made.ManufacturerModelName, made.SoftwareVersions) == ("lab/tiny", "Tiny / model", "abc")
    assert made.ContributionDescription == "seed 3" and data.SOPInstanceUID == uid_of("instance/a")
    assert read_capture((tmp_path / "film.dcm").read_bytes()) == MADE


def test_other_files_have_no_provenance(tmp_path: Path) -> None:
    assert read_capture(written(tmp_path, BARE).read_bytes()) is None
    assert read_capture(b"no DICOM") is None


def test_what_is_of_a_patient_is_not_called_synthetic(tmp_path: Path) -> None:
    data = pydicom.dcmread(written(tmp_path, OF_PATIENT))
    assert (data.SyntheticData, data.PatientIdentityRemoved, data.ConversionType) == ("NO", "YES", "WSD")
    assert "SyntheticData" not in pydicom.dcmread(written(tmp_path, UNSAID))


def said_by(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60, check=False)
    return done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("dciodvfy"), reason="dicom3tools is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_dciodvfy_finds_no_error(tmp_path: Path, kind: str) -> None:
    """Its dictionary may be older than `SyntheticData (0008,001C)`; that it does not know it is all that it may say."""
    path = written(tmp_path, KINDS[kind])
    errors = [line for line in said_by("dciodvfy", "-new", str(path)).splitlines() if line.startswith("Error")]
    unknown = "Error - </(0008,001c)> - Attribute with an even group number is not a recognized standard attribute"
    assert [line for line in errors if line.strip() != unknown] == []
    data = pydicom.dcmread(path)
    if "SyntheticData" in data:
        del data.SyntheticData
        data.save_as(path)
    heard = said_by("dciodvfy", "-new", str(path))
    assert "SCImage" in heard and "Error" not in heard


@pytest.mark.skipif(not shutil.which("dcmdump") or not shutil.which("dcmftest"), reason="dcmtk is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_dcmtk_reads_it(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, KINDS[kind])
    assert said_by("dcmftest", str(path)).startswith("yes:")
    heard = said_by("dcmdump", "+L", "+Un", str(path))
    assert not re.search(r"^[EW]: ", heard, re.MULTILINE)
    assert "SecondaryCaptureImageStorage" in heard
    assert ("[YES]" in next((line for line in heard.splitlines() if line.startswith("(0008,001c)")), "")) is bool(KINDS[kind].synthetic)
