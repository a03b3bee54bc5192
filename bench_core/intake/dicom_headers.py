"""Patients, studies and views of DICOM films that no table gives: taken from their headers.

Names of patients and studies leave this module as keyed hashes only. Pixels, and how they become grey, are those of `dicom.reading`.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from bench_core.cells import blank, view_word
from bench_core.intake.tables import Listing, Row
from bench_core.pixels.formats import format_of
from bench_core.records import counted
from bench_core.store.workspace import Workspace

COLUMNS = {"subject_id": "patient", "study_id": "study", "view": "view"}
_OTHERS = (".png", ".jpg", ".jpeg")
_THREADS = 8
NOBODY = frozenset({"anonymous", "anonymized", "anonymised", "anon", "unknown", "deidentified", "de-identified", "removed", "none", "0"})
"""What programs that make films anonymous write in place of a PatientID, in small letters."""
_TAGS = ["PatientID", "StudyInstanceUID", "ViewPosition", "SyntheticData"]


@dataclass(frozen=True)
class Header:
    """Hashes of patient and study, and the view; None where the film does not say it."""

    patient: str | None
    study: str | None
    view: str | None


def read_header(path: Path, key: bytes) -> Header | None:
    """What a DICOM file says, without its pixels; None where it cannot be read. A film that says it is synthetic has no patient.

    Args:
        key: of the hashes. One key gives one patient the same hash in all sets; without the key nobody can try which PatientID it was.
    """
    import pydicom
    from pydicom.errors import InvalidDicomError

    try:
        data = pydicom.dcmread(path, stop_before_pixels=True, force=True, specific_tags=_TAGS)
        patient, study, view, synthetic = (str(data.get(tag) or "").strip() for tag in _TAGS)
    except (InvalidDicomError, OSError, EOFError, AttributeError, KeyError, ValueError, TypeError, NotImplementedError):
        return None
    if synthetic.upper() == "YES":
        return Header(None, None, view_word(view) or None)
    known = not blank(patient) and patient.lower() not in NOBODY
    return Header(
        _hashed("patient", patient, key) if known else None,
        _hashed("study", study, key) if not blank(study) else None,
        view_word(view) or None,
    )


def _hashed(what: str, name: str, key: bytes) -> str:
    return f"{what}-{blake2b(f'{what}:{name}'.encode(), key=key, digest_size=8).hexdigest()}"


def fill_from_headers(workspace: Workspace, listing: Listing) -> None:
    """Gives the rows what their films say of patient, study and view: each of the three only where no row has it.

    A column that a table gives for some rows is left alone: its names and our hashes would be two patients where there is one.
    """
    lacking = [name for name in COLUMNS if not any(row.columns.get(name) for row in listing.rows)]
    if not lacking or not any(not row.file.name.lower().endswith(_OTHERS) for row in listing.rows):
        return
    key = workspace.patient_key()

    def look(row: Row) -> Header | None:
        try:
            return read_header(row.file, key) if format_of(row.file) == "DICOM" else None
        except OSError:
            return None  # told of when its pixels are read

    with ThreadPoolExecutor(_THREADS) as pool:
        headers = list(pool.map(look, listing.rows))
    for row, header in zip(listing.rows, headers, strict=True):
        row.columns |= {name: value for name in lacking if header and (value := getattr(header, COLUMNS[name]))}
    listing.notes += _said(listing.rows, lacking)


def _said(rows: list[Row], names: list[str]) -> list[str]:
    """What is said of it: how many patients, studies and films with a view were found."""
    found = {name: [row.columns[name] for row in rows if row.columns.get(name)] for name in names}
    patients, studies, views = len(set(found.get("subject_id", []))), len(set(found.get("study_id", []))), len(found.get("view", []))
    parts = [f"{patients} {counted('patient(s)', patients)}"] if patients else []
    parts += [f"{studies} {'study' if studies == 1 else 'studies'}"] if studies else []
    parts += [f"the view of {views} {counted('film(s)', views)}"] if views else []
    if not parts:
        return []
    told = ", ".join(parts)
    alone = found.get("subject_id", [])
    one = (
        " All films have one PatientID and count as one patient: if they are of several, give subject_id in a table."
        if len(alone) > 1 and len(set(alone)) == 1 else ""
    )  # fmt: skip
    return [f"Taken from the headers of DICOM films: {told}. Patients and studies are kept as hashes.{one}"]
