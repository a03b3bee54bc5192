"""One image as a file of each form that an export has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from bench_core.dicom.secondary_capture import secondary_capture, uid_of
from bench_core.errors import UnknownName
from bench_core.handover.disclosure import SOFTWARE, Disclosure
from bench_core.store.jpeg import jpeg_bytes
from bench_core.store.png import digest_of, png_bytes


@dataclass(frozen=True)
class Form:
    """A form of image files.

    Attributes:
        write: the file's bytes, of a disclosure, the row, its number in the export and the pixels; and what the table says of them besides.
    """

    suffix: str
    title: str
    write: Callable[[Disclosure, int, int, np.ndarray], tuple[bytes, Mapping[str, Any]]]


def _png(told: Disclosure, row: int, number: int, pixels: np.ndarray) -> tuple[bytes, Mapping[str, Any]]:
    return png_bytes(pixels, told.provenance(row)), {}


def _jpeg(told: Disclosure, row: int, number: int, pixels: np.ndarray) -> tuple[bytes, Mapping[str, Any]]:
    return jpeg_bytes(pixels, told.provenance(row), told.synthetic, SOFTWARE), {}


def _dicom(told: Disclosure, row: int, number: int, pixels: np.ndarray) -> tuple[bytes, Mapping[str, Any]]:
    capture = told.capture(row, number + 1)
    return secondary_capture(pixels, capture), {"sop_instance_uid": uid_of(capture.names[0])}


FORMS: Mapping[str, Form] = {
    "png": Form(".png", "PNG", _png),
    "jpeg": Form(".jpg", "JPEG", _jpeg),
    "dicom": Form(".dcm", "DICOM", _dicom),
}


def find_form(name: str) -> Form:
    """The form of that name.

    Raises:
        UnknownName: there is none.
    """
    if name not in FORMS:
        raise UnknownName("form of image files", name, FORMS)
    return FORMS[name]


def file_of(told: Disclosure, form: Form, row: int, number: int) -> tuple[str, bytes, dict[str, Any]]:
    """Name and bytes of the image of a row, and its cells of the table.

    Raises:
        StoreError, ImageUnreadable: see `ImageSet.read`.
    """
    pixels = told.pixels(row)
    data, more = form.write(told, row, number, pixels)
    name = f"{number:06d}{'-blurred' if told.withheld else ''}{form.suffix}"
    return name, data, {"file": name, **more, "sha256": sha256(data).hexdigest(), "pixels": digest_of(pixels)}
