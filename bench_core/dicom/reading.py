"""DICOM radiographs as 8-bit grey. Only pixels are read: no name, number or date of a patient leaves this module.

The order is that of the standard (DICOM PS3.3 C.11, C.7.6.3): stored values, modality rescale, VOI table or window, polarity.
"""

import re
import warnings
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from bench_core.errors import ImageUnreadable, MissingPackage

LARGEST_BYTES = 2**29
"""Of a deflated data set, inflated."""
LARGEST_PIXELS = 100_000_000
PREAMBLE = 128
META_LENGTH = 12
"""Bytes of the element that says how long the file meta information is, which the length leaves out (PS3.10, 7.1)."""
PERCENTILES = (0.5, 99.5)
"""The window of a film that says none: what lies between these shares of its pixels, padding left out."""
SEEN, SEEN_WITHOUT = 0.05, 0.5
"""A stored window is not believed (the preset of a CT, a leftover) where less than the first share of the film has other greys than two in
it, and at least the second share between percentiles."""
Made = TypeVar("Made")


@dataclass(frozen=True)
class Window:
    """What becomes black and what white, in values of the modality.

    Attributes:
        function: LINEAR (of DICOM, ends half a value off), LINEAR_EXACT or SIGMOID.
        stored: whether the file says it; else it lies between percentiles.
    """

    function: str
    centre: float
    width: float
    stored: bool = True


def read_dicom(path: Path) -> np.ndarray:  # (H, W) uint8
    """The film as it is meant to be looked at: windowed, air dark (MONOCHROME1 is inverted).

    Raises:
        ImageUnreadable: see `decoded`.
    """
    return decoded(path, _shown)


def decoded(path: Path, make: Callable[[np.ndarray, Any], Made]) -> Made:
    """What `make` makes of the stored values, (H, W) or (H, W, 3), and the data set of a file.

    Raises:
        ImageUnreadable: no DICOM, no pixels, several frames, text burned into the pixels, or an encoding without a decoder here.
    """
    try:
        import pydicom
        from pydicom.errors import InvalidDicomError
    except ModuleNotFoundError:
        raise MissingPackage("DICOM files are read with pydicom, which is not installed.", "pip install pydicom==3.0.2") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # values that break the standard's letter, not the pixels
            _check_inflated(path)
            data = pydicom.dcmread(path, force=True)
            _check(data)
            _name_syntax(data)
            return make(_stored(data), data)
    except InvalidDicomError:
        raise ImageUnreadable(f"{path.name} is no DICOM file.") from None
    except ImageUnreadable as error:
        raise ImageUnreadable(f"{path.name} {error.message}", error.hint) from None
    except (OSError, EOFError, AttributeError, KeyError, ValueError, TypeError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise ImageUnreadable(f"{path.name} cannot be read as DICOM ({type(error).__name__}: {str(error)[:160]}).") from None


def _check_inflated(path: Path) -> None:
    """Refuses a deflated data set that would fill the memory; pydicom inflates it whole before it can be asked anything."""
    from pydicom.filereader import read_file_meta_info
    from pydicom.uid import DeflatedExplicitVRLittleEndian

    with path.open("rb") as file:
        file.seek(PREAMBLE)
        if file.read(4) != b"DICM":
            return
    meta = read_file_meta_info(path)
    if meta.get("TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
        return
    inflate, total = zlib.decompressobj(-zlib.MAX_WBITS), 0
    with path.open("rb") as file:
        file.seek(PREAMBLE + 4 + META_LENGTH + int(meta.FileMetaInformationGroupLength))
        while packed := file.read(2**16):
            total += len(inflate.decompress(packed, LARGEST_BYTES))
            if total > LARGEST_BYTES or inflate.unconsumed_tail:
                raise ImageUnreadable(f"has more than {LARGEST_BYTES:,} bytes once inflated; no film is that large.")


def _check(data: Any) -> None:
    if "PixelData" not in data:
        raise ImageUnreadable("is DICOM without pixels.")
    if (pixels := int(data.get("Rows") or 0) * int(data.get("Columns") or 0)) > LARGEST_PIXELS:
        raise ImageUnreadable(f"has {pixels:,} pixels; no film has more than {LARGEST_PIXELS:,}.")
    frames = int(data.get("NumberOfFrames") or 1)
    if frames != 1:
        raise ImageUnreadable(f"has {frames} frames; a film has one.", "Export single frames.")
    if str(data.get("BurnedInAnnotation", "")).upper() == "YES":
        raise ImageUnreadable("says that text is burned into its pixels (BurnedInAnnotation YES); it may show a patient's name.")
    shape = str(data.get("PhotometricInterpretation", ""))
    if int(data.get("SamplesPerPixel", 1)) == 1 and shape not in ("MONOCHROME1", "MONOCHROME2"):
        raise ImageUnreadable(f"has the photometric interpretation {shape!r}; a film has MONOCHROME1 or MONOCHROME2.")


def _name_syntax(data: Any) -> None:
    """Names the encoding of a data set without file meta header, as it was found when it was read: such files are never compressed."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    if "TransferSyntaxUID" in getattr(data, "file_meta", {}):
        return
    implicit, little = data.original_encoding
    if not hasattr(data, "file_meta"):
        data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian if little else ExplicitVRBigEndian


def grey_of_colour(stored: np.ndarray, data: Any) -> np.ndarray:  # (H, W) uint8, of (H, W, 3)
    """Luminance; of more than 8 bits stored the upper ones count."""
    bits = int(data.get("BitsStored", 8))
    if bits > 8:
        stored = np.clip(stored * (255.0 / (2**bits - 1)) + 0.5, 0, 255)
    return np.asarray(Image.fromarray(stored.astype(np.uint8)).convert("L"))


def _stored(data: Any) -> np.ndarray:  # (H, W) or (H, W, 3)
    """Pixel values as stored; says which decoder is missing."""
    from pydicom.pixels.decoders.base import get_decoder

    syntax = data.file_meta.TransferSyntaxUID
    if syntax.is_compressed:
        try:
            decoder = get_decoder(syntax)
        except NotImplementedError:
            raise ImageUnreadable(f"is encoded as {syntax.name}, which no decoder here reads.") from None
        lacking = _lacking(decoder.missing_dependencies)
        if not decoder.is_available:
            raise ImageUnreadable(
                f"is encoded as {syntax.name}; its decoder is not installed: {' with '.join(lacking)}.", f"pip install {' '.join(lacking)}"
            )
        try:
            return np.asarray(data.pixel_array)
        except RuntimeError as error:
            if not lacking:
                raise
            why = " ".join(str(error).split(":", 1)[-1].split())[:160]
            raise ImageUnreadable(
                f"is encoded as {syntax.name}, which no decoder here could read ({why}); one is not installed: {' with '.join(lacking)}.",
                f"pip install {' '.join(lacking)}",
            ) from None
    return np.asarray(data.pixel_array)


def _lacking(missing: Sequence[str]) -> list[str]:
    """The packages that would decode, of pydicom's lines such as `pylibjpeg - requires pylibjpeg>=2.0 and pylibjpeg-libjpeg>=2.1`."""
    line = next((line for line in missing if line.startswith("pylibjpeg")), "")
    return re.findall(r"[\w-]+(?=>=)", line) or [line.partition(" ")[0] for line in missing]


def _shown(stored: np.ndarray, data: Any) -> np.ndarray:  # (H, W) uint8
    if stored.ndim == 3:
        return grey_of_colour(stored, data)
    values = modality_values(stored, data)
    padding = padded(stored, data)
    grey = grey_by_table(values, data)
    if grey is None:
        grey = window_of(values.astype(np.float64), data, padding)[1]
    grey = np.clip(grey, 0, 1)
    if data.PhotometricInterpretation == "MONOCHROME1":
        grey = 1 - grey
    if not padding.all():
        grey[padding] = 0
    shown: np.ndarray = (grey * 255 + 0.5).astype(np.uint8)
    return shown


def modality_values(stored: np.ndarray, data: Any) -> np.ndarray:  # (H, W)
    """Stored values rescaled, or by the modality's table."""
    from pydicom.pixels.processing import apply_modality_lut

    if data.get("RescaleSlope") == 0 and not data.get("ModalityLUTSequence"):  # would make one grey of every film
        return stored
    return np.asarray(apply_modality_lut(stored, data))


def grey_by_table(values: np.ndarray, data: Any) -> np.ndarray | None:  # like values, in 0..1
    """By the file's VOI table; None where it has none."""
    if not data.get("VOILUTSequence"):
        return None
    table = data.VOILUTSequence[0]
    count, first, bits = (int(v) for v in table.LUTDescriptor)
    count = count or 2**16
    if isinstance(table.LUTData, bytes):  # OW: two bytes an entry, one where only that fits
        entries = np.frombuffer(table.LUTData, "<u2" if len(table.LUTData) >= 2 * count else "u1")
    else:
        entries = np.asarray(table.LUTData)
    if len(entries) < count:
        raise ImageUnreadable(f"has a VOI table of {len(entries)} entries where {count} are announced.")
    at = np.clip(np.rint(values).astype(np.int64) - first, 0, count - 1)
    grey: np.ndarray = entries[at].astype(np.float64) / (2**bits - 1)
    return grey


def padding_range(data: Any) -> tuple[int, int] | None:
    """The lowest and the highest stored value that is no part of the film."""
    value = data.get("PixelPaddingValue")
    if value is None:
        return None
    other = data.get("PixelPaddingRangeLimit", value)
    return min(value, other), max(value, other)


def padded(stored: np.ndarray, data: Any) -> np.ndarray:  # (H, W) bool
    """Pixels that are no part of the film."""
    ends = padding_range(data)
    if ends is None:
        return np.zeros(stored.shape, bool)
    found: np.ndarray = (stored >= ends[0]) & (stored <= ends[1])
    return found


def window_of(values: np.ndarray, data: Any, padding: np.ndarray) -> tuple[Window, np.ndarray]:  # (H, W), in 0..1 once clipped
    """The first stored window, unless next to nothing of the film would be seen in it, else the one between percentiles; and the greys."""
    film = ~padding if not padding.all() else padding
    centre, width = _first(data.get("WindowCenter")), _first(data.get("WindowWidth"))
    grey = None
    if centre is not None and width is not None and width > 0:
        stored = Window(str(data.get("VOILUTFunction") or "LINEAR").upper(), centre, width)
        grey = _windowed(values, stored.centre, stored.width, stored.function)
        if _share_beyond_two(grey[film]) >= SEEN:
            return stored, grey
    low, high = np.percentile(values[film], PERCENTILES)
    wide = (values - low) / (high - low) if high > low else np.where(values > low, 1.0, 0.5)
    if grey is None or _share_beyond_two(wide[film]) >= SEEN_WITHOUT:
        return Window("LINEAR_EXACT", float(low + high) / 2, float(high - low), stored=False), wide
    return stored, grey


def _windowed(values: np.ndarray, centre: float, width: float, function: str) -> np.ndarray:  # (H, W), in 0..1 once clipped
    if function == "SIGMOID":
        return 1 / (1 + np.exp(np.clip(-4 * (values - centre) / width, -500, 500)))
    if function == "LINEAR_EXACT":
        return (values - centre) / width + 0.5
    return (values - (centre - 0.5)) / max(width - 1, 1e-9) + 0.5


def _share_beyond_two(grey: np.ndarray) -> float:
    """The share of pixels that have none of the two commonest of 256 greys."""
    counts = np.bincount((np.clip(grey, 0, 1) * 255 + 0.5).astype(np.uint8), minlength=256)
    return 1 - float(np.sort(counts)[-2:].sum()) / max(len(grey), 1)


def _first(value: Any) -> float | None:
    """The first of several values (a film may offer more than one window)."""
    if value is None or value == "":
        return None
    if isinstance(value, str | int | float):
        return float(value)
    return float(value[0]) if len(value) else None
