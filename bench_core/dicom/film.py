"""A film with the values that its file holds, and what is needed to look at them: nothing is cut to 8 bits.

Of a DICOM file only pixels, windows and spacing are read: no name, number or date of a patient.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench_core.dicom.reading import Window, decoded, grey_by_table, grey_of_colour, modality_values, padded, padding_range, window_of

LEVELS = 2**16


@dataclass(frozen=True)
class Film:
    """Values (H, W) uint8 or uint16 and how they are meant: `value * slope + intercept` is what a window speaks of.

    Attributes:
        windows: the file's own, the one that it is first shown in before all others.
        inverted: whether the lowest value is white (MONOCHROME1).
        table: grey (0..255) of every value, before `inverted`, where the file has a table in place of a window.
        padding: lowest and highest value that is no part of the film, always black.
        spacing: millimetres from row to row and from column to column.
        spacing_at: `patient` where the file says that the spacing is corrected for magnification, else `detector`.
        orientation: what of the patient lies where a row ends and where a column ends, in DICOM's letters: often ("L", "F").
        bits: how many bits of a value the file uses.
        note: what must be said of it.
    """

    values: np.ndarray
    slope: float = 1.0
    intercept: float = 0.0
    windows: tuple[Window, ...] = ()
    inverted: bool = False
    table: np.ndarray | None = None
    padding: tuple[int, int] | None = None
    spacing: tuple[float, float] | None = None
    spacing_at: str = "detector"
    bits: int = 8
    note: str = ""
    orientation: tuple[str, str] | None = None

    def facts(self) -> Mapping[str, Any]:
        """All but the arrays, as JSON writes it."""
        return {
            "width": self.values.shape[1], "height": self.values.shape[0], "deep": self.values.dtype == np.uint16, "bits": self.bits,
            "slope": self.slope, "intercept": self.intercept, "inverted": self.inverted, "note": self.note,
            "windows": [{"function": w.function, "centre": w.centre, "width": w.width, "stored": w.stored} for w in self.windows],
            "padding": self.padding, "spacing": self.spacing, "spacing_at": self.spacing_at, "table": self.table is not None,
            "orientation": self.orientation,
        }  # fmt: skip


def plain_film(grey: np.ndarray) -> Film:
    """A film of 8-bit greys (H, W) that are shown as they are."""
    return Film(grey, windows=(Window("LINEAR_EXACT", 127.5, 255.0),))


def read_dicom_film(path: Path) -> Film:
    """The film of a DICOM file, its values as they are stored.

    Raises:
        ImageUnreadable: see `reading.decoded`.
    """
    return decoded(path, _film)


def _film(stored: np.ndarray, data: Any) -> Film:
    if stored.ndim == 3:
        return plain_film(grey_of_colour(stored, data))
    values, slope, intercept = _linear(stored, data)
    padding = padded(stored, data)
    ends = padding_range(data)
    levels, offset, step, note = _levels(values)
    if ends is not None and values is stored:
        ends = max(round((ends[0] - offset) / step), 0), min(round((ends[1] - offset) / step), LEVELS - 1)
    else:
        ends = None
    slope, intercept = slope * step, slope * offset + intercept
    chosen = window_of(modality_values(stored, data).astype(np.float64), data, padding)[0]
    table, said = None, _every_value(levels, slope, intercept)
    greys = grey_by_table(said, data)
    if greys is not None:
        table = (np.clip(greys, 0, 1) * 255 + 0.5).astype(np.uint8)
    notes = [note, _of_windows(data, chosen, table is not None)]
    spacing, at = _spacing(data)
    return Film(
        levels, slope, intercept, (chosen, *(w for w in _stored_windows(data) if w != chosen)),
        data.PhotometricInterpretation == "MONOCHROME1", table, ends, spacing, at, int(data.get("BitsStored", 8)),
        " ".join(filter(None, notes)), _orientation(data),
    )  # fmt: skip


def _linear(stored: np.ndarray, data: Any) -> tuple[np.ndarray, float, float]:
    """Values, slope and intercept; by the modality's table where the file has one, which no line describes."""
    if data.get("ModalityLUTSequence"):
        return modality_values(stored, data), 1.0, 0.0
    slope = float(data.get("RescaleSlope") or 1)
    return stored, slope, float(data.get("RescaleIntercept") or 0) if data.get("RescaleSlope") not in (None, 0) else 0.0


def _levels(values: np.ndarray) -> tuple[np.ndarray, float, float, str]:
    """Values as uint8 or uint16, with `value = level * step + offset`; and what is to be said where 16 bits do not hold them."""
    if values.dtype in (np.uint8, np.uint16):
        return values, 0.0, 1.0, ""
    low, high = float(values.min()), float(values.max())
    if np.issubdtype(values.dtype, np.integer) and high - low < LEVELS:
        offset = min(low, 0.0) if high - min(low, 0.0) < LEVELS else low
        return (values - int(offset)).astype(np.uint16), offset, 1.0, ""
    step = (high - low) / (LEVELS - 1) or 1.0
    levels = np.rint((values.astype(np.float64) - low) / step).astype(np.uint16)
    return levels, low, step, f"The file's values need more than 16 bits; they are shown in steps of {step:.3g}."


def _every_value(levels: np.ndarray, slope: float, intercept: float) -> np.ndarray:
    return np.arange(LEVELS if levels.dtype == np.uint16 else 256) * slope + intercept


def _stored_windows(data: Any) -> list[Window]:
    function = str(data.get("VOILUTFunction") or "LINEAR").upper()
    centres, widths = (_numbers(data.get(name)) for name in ("WindowCenter", "WindowWidth"))
    return [Window(function, c, w) for c, w in zip(centres, widths, strict=False) if w > 0]


def _of_windows(data: Any, chosen: Window, by_table: bool) -> str:
    """What is to be said of windows that are not used."""
    if by_table or chosen.stored:
        return ""
    widths = _numbers(data.get("WindowWidth"))
    if widths and widths[0] <= 0:
        return f"The file says a window of width {widths[0]:g}, in which nothing can be seen; the one between its percentiles is used."
    if widths:
        return "In the window that the file says next to nothing can be seen; the one between its percentiles is used."
    return ""


def _spacing(data: Any) -> tuple[tuple[float, float] | None, str]:
    """Millimetres (down, across), and where they hold: PS3.3 10.7.1.3; only a calibrated spacing is that of the patient."""
    pixel, imager = _numbers(data.get("PixelSpacing")), _numbers(data.get("ImagerPixelSpacing"))
    found = pixel if len(pixel) == 2 else imager
    if len(found) != 2 or min(found) <= 0:
        return None, "detector"
    calibrated = bool(data.get("PixelSpacingCalibrationType")) or (len(pixel) == 2 and len(imager) == 2 and pixel != imager)
    return (found[0], found[1]), "patient" if calibrated and len(pixel) == 2 else "detector"


def _orientation(data: Any) -> tuple[str, str] | None:
    """Patient Orientation, PS3.3 C.7.6.1.1.1; None where the file does not say it, or says something else."""
    found = data.get("PatientOrientation") or ()
    letters = [] if isinstance(found, str) else [str(letter) for letter in found]
    said = len(letters) == 2 and all(re.fullmatch("[LRAPHF]{1,3}", letter) for letter in letters)
    return (letters[0], letters[1]) if said else None


def _numbers(value: Any) -> list[float]:
    if value is None or value == "":
        return []
    if isinstance(value, str | int | float):
        return [float(value)]
    return [float(v) for v in value]
