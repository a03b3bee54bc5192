"""What a file of ours says of its making, whatever format it has: PNG, JPEG or DICOM."""

from typing import Any

from bench_core.dicom.secondary_capture import read_capture
from bench_core.pixels.formats import HEAD, format_of_bytes
from bench_core.store.jpeg import read_jpeg_provenance
from bench_core.store.png import read_png_provenance

_READERS = {"PNG": read_png_provenance, "JPEG": read_jpeg_provenance, "DICOM": read_capture}


def read_provenance(data: bytes) -> dict[str, Any] | None:
    """The provenance in an image file of ours, None where there is none (no image, another program's, damaged)."""
    read = _READERS.get(format_of_bytes(data[:HEAD]))
    return read(data) if read else None
