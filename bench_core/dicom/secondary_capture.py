"""Films written as DICOM Secondary Captures, and what such a file says of its making.

Secondary Capture, not Digital X-Ray: that object (PS3.3 A.26) must describe an acquisition (detector, positioner, pixel spacing), and all
of it would be invented for a film that no detector made. A Secondary Capture has a word for it, Conversion Type `SYN` (PS3.3 C.8.6.1).
`SyntheticData (0008,001C)` says the same in the SOP Common Module of every object; older checkers and dictionaries do not know it.
"""

import io
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench_core.errors import MissingPackage

CREATOR = "TRIADCXR"
"""Names the block (0099,xx) of elements of our own, the first of which holds the provenance as JSON (PS3.5, 7.8.1)."""
GROUP, JSON_ELEMENT = 0x0099, 0x01
_SPACE = uuid.UUID("5b1d7f0e-6c0a-4d55-9a49-0c6f2b7f3a11")
_SHORT, _LONG, _NAME = 1024, 10240, 64
"""Characters that ST, LT and LO take (PS3.5, 6.2); here bytes, as checkers count them."""
_VIEWS = ("PA", "AP", "LL", "RL")


@dataclass(frozen=True)
class Capture:
    """What a file says besides its pixels.

    Attributes:
        names: what the identifiers of the instance, its series and its study are made of; films of one study share the last two.
        synthetic: whether its content was made artificially; None: not said, since it is neither made freely nor faithful.
        patient: Patient ID, empty where there is none to be told.
        number: of the instance in its series.
        title: what made it, for people.
        version: revision or version of that.
        origin: where that is from: a repository.
        derivation: how the film came to be, in a sentence.
        contribution: seed and settings in a line.
        comment: the prompt.
        view: in DICOM's words; empty where unknown.
        provenance: all that is told, as JSON.
        software: name and version of the program that writes it.
    """

    names: tuple[str, str, str]
    synthetic: bool | None
    patient: str = ""
    number: int = 1
    title: str = ""
    version: str = ""
    origin: str = ""
    derivation: str = ""
    contribution: str = ""
    comment: str = ""
    view: str = ""
    provenance: Mapping[str, Any] | None = None
    software: tuple[str, str] = field(default=("TriadCXR", ""))


def uid_of(name: str) -> str:
    """A unique identifier that is the same whenever it is made of the same name: `2.25.` and a name-based UUID (PS3.5, B.2)."""
    return f"2.25.{uuid.uuid5(_SPACE, name).int}"


def secondary_capture(pixels: np.ndarray, capture: Capture) -> bytes:
    """A grey image (H, W) uint8 as a DICOM file that shows those greys as they are."""
    try:
        from pydicom.dataset import Dataset, FileMetaDataset
        from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage
    except ModuleNotFoundError:
        raise MissingPackage("DICOM files are written with pydicom, which is not installed.", "pip install pydicom==3.0.2") from None
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 192"
    data.SOPClassUID = SecondaryCaptureImageStorage
    instance, series, study = capture.names
    data.SOPInstanceUID, data.SeriesInstanceUID, data.StudyInstanceUID = uid_of(instance), uid_of(series), uid_of(study)
    _say_whose(data, capture)
    _say_how(data, capture)
    data.Rows, data.Columns = pixels.shape
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PixelRepresentation = 1, "MONOCHROME2", 0
    data.BitsAllocated, data.BitsStored, data.HighBit = 8, 8, 7
    data.WindowCenter, data.WindowWidth = 128, 256  # LINEAR: 0 stays 0 and 255 stays 255 (PS3.3 C.11.2.1.2.1)
    grey = np.ascontiguousarray(pixels, np.uint8).tobytes()
    data.add_new("PixelData", "OB", grey + b"\0" * (len(grey) % 2))
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.ImplementationClassUID = UID(uid_of("implementation"))
    data.file_meta.ImplementationVersionName = CREATOR
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _say_whose(data: Any, capture: Capture) -> None:
    """Patient, study and series: of a synthetic film there is nobody, and its name says so in any list."""
    data.PatientName = "SYNTHETIC^IMAGE" if capture.synthetic else ""
    data.PatientID = _cut(capture.patient, _NAME)
    data.PatientBirthDate = data.PatientSex = data.StudyDate = data.StudyTime = ""
    data.AccessionNumber = data.ReferringPhysicianName = data.StudyID = ""
    data.Modality = "OT"
    data.BodyPartExamined = "CHEST"
    data.SeriesNumber, data.InstanceNumber = 1, capture.number
    data.PatientOrientation = ""
    if capture.synthetic:
        data.BurnedInAnnotation = "NO"
    else:
        data.PatientIdentityRemoved = "YES"
        data.DeidentificationMethod = "Written anew from pixels: no attribute of the film's file"
    if capture.view in _VIEWS:
        data.ViewPosition = capture.view  # beyond the object, as PS3.2 allows; it is where readers look for it


def _say_how(data: Any, capture: Capture) -> None:
    """What made the film: each thing where the standard has a place for it, and all of it in a private element."""
    from pydicom.dataset import Dataset

    if capture.synthetic is not None:
        data.SyntheticData = "YES" if capture.synthetic else "NO"
    data.ImageType = ["DERIVED", "SECONDARY"]
    data.ConversionType = "SYN" if capture.synthetic else "WSD"
    data.Manufacturer = data.SecondaryCaptureDeviceManufacturer = capture.software[0]
    data.SecondaryCaptureDeviceSoftwareVersions = _cut(capture.software[1], _NAME)
    data.DerivationDescription = _cut(capture.derivation, _SHORT)
    if capture.title:
        data.SeriesDescription = data.SecondaryCaptureDeviceManufacturerModelName = _lo(capture.title)
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "109102", "DCM", "Processing Equipment"
        made = Dataset()
        made.PurposeOfReferenceCodeSequence = [code]
        made.Manufacturer = _lo(capture.origin) or "not stated"
        made.ManufacturerModelName, made.SoftwareVersions = _lo(capture.title), _lo(capture.version)
        if capture.contribution:
            made.ContributionDescription = _cut(capture.contribution, _SHORT)
        data.ContributingEquipmentSequence = [made]
    if capture.comment:
        data.ImageComments = _cut(capture.comment, _LONG)
    if capture.provenance is not None:
        block = data.private_block(GROUP, CREATOR, create=True)
        block.add_new(JSON_ELEMENT, "UT", json.dumps(capture.provenance, ensure_ascii=False, sort_keys=True))


def _lo(text: str) -> str:
    """As an LO takes it: no line break, no backslash, which would part it in two."""
    return _cut(" ".join(text.replace("\\", "/").split()), _NAME)


def _cut(text: str, most: int) -> str:
    """The beginning of a text that has at most so many bytes, whole characters."""
    return text.encode()[:most].decode(errors="ignore").strip()


def read_capture(data: bytes) -> dict[str, Any] | None:
    """The provenance in a DICOM file of ours, None where there is none."""
    import pydicom
    from pydicom.errors import InvalidDicomError

    try:
        found = pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True)
        told = json.loads(found.private_block(GROUP, CREATOR)[JSON_ELEMENT].value)
    except (InvalidDicomError, OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, NotImplementedError):
        return None
    return told if isinstance(told, dict) else None
