"""From the pixels of a file to 8-bit grey: the one way, for imports and for every later read."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from bench_core.dicom.reading import read_dicom
from bench_core.errors import ImageUnreadable
from bench_core.pixels.formats import IMAGES, format_of

STORED_AS = "stored_as"
"""Column of a set's table: how the values of a row's file are meant, where the file does not say it (`12 bits`, `12 bits inverted`)."""
READING = 2
"""How files are read; raised when `read_grey` gives other pixels of the same file: what was computed from the old ones is made anew.

2: what is transparent lies on black, EXIF turns are followed, padding of DICOM is dark, useless windows are not believed.
"""
_ORIENTATION = 0x0112
_WORDS = re.compile(r"(?:(\d+) bits)?\s*(inverted)?")


@dataclass(frozen=True)
class Storage:
    """How values in a PNG or JPEG are meant, where it does not say it itself.

    Attributes:
        bits: what a file of 16 bits uses of them, from 0 up. None: 16, or 8 where no value is above 255.
        inverted: whether white is the lowest value (MONOCHROME1).
    """

    bits: int | None = None
    inverted: bool = False

    def __str__(self) -> str:
        return " ".join(filter(None, [f"{self.bits} bits" if self.bits else "", "inverted" if self.inverted else ""]))

    @classmethod
    def of(cls, text: object) -> "Storage":
        """From a cell of the column STORED_AS; what is no text (None, NaN) says nothing."""
        found = _WORDS.fullmatch(text) if isinstance(text, str) else None
        return cls(int(found[1]) if found[1] else None, bool(found[2])) if found else cls()


AS_IT_SAYS = Storage()


def read_grey(path: Path, storage: Storage = AS_IT_SAYS) -> np.ndarray:  # (H, W) uint8
    """Reads a PNG, JPEG or DICOM as 8-bit grey, as a viewer shows it.

    16-bit files keep their range (0..65535, or what `storage` says, becomes 0..255), not their low byte; colour becomes luminance, what is
    transparent lies on black, and a photograph that was stored sideways (EXIF) is turned.

    Raises:
        ImageUnreadable: it is something else, or holds values beyond the bits that it is said to have.
        OSError, SyntaxError, Image.DecompressionBombError: it is damaged or too large.
    """
    if check_format(path) == "DICOM":
        return read_dicom(path)
    with Image.open(path, formats=("PNG", "JPEG")) as image:
        grey = _deep(image, path, storage) if is_deep(image) else _eight_bits(image)
    return 255 - grey if storage.inverted else grey


def check_format(path: Path) -> str:
    """PNG, JPEG or DICOM, by the file's first bytes.

    Raises:
        ImageUnreadable: it is none of these; says what it is.
        OSError: it cannot be opened.
    """
    found = format_of(path)
    if found in IMAGES:
        return found
    if path.suffix.lower() in (".dcm", ".dicom"):
        raise ImageUnreadable(f"{path.name} is no DICOM file; it is {found}.", "Fetch or export it again.")
    raise ImageUnreadable(
        f"{path.name} cannot be read as PNG, JPEG or DICOM: it is {found}.", "Save it as one of these, or fetch it again."
    )


def is_deep(image: Image.Image) -> bool:
    """Whether an image has grey values of more than 8 bits."""
    return image.mode.startswith("I") or image.mode == "F"


def says_all(path: Path) -> bool:
    """Whether every program reads the pixels of that file as `read_grey` does without being told: 8 bits, opaque, not turned."""
    if format_of(path) == "DICOM":
        return False
    with Image.open(path, formats=("PNG", "JPEG")) as image:
        return not is_deep(image) and not _see_through(image) and image.getexif().get(_ORIENTATION, 1) == 1


def highest_value(path: Path) -> int | None:
    """The highest value in a PNG of 16 bits; None in all other files, and in one with more pixels than Pillow opens without a warning."""
    if format_of(path) != "PNG":
        return None
    with Image.open(path, formats=("PNG",)) as image:
        too_large = Image.MAX_IMAGE_PIXELS is not None and image.width * image.height > Image.MAX_IMAGE_PIXELS
        return int(np.asarray(image).max()) if is_deep(image) and not too_large else None


def _deep(image: Image.Image, path: Path, storage: Storage) -> np.ndarray:  # (H, W) uint8
    values = np.asarray(image, dtype=np.float64)
    top = 65535.0 if values.max() > 255 else 255.0
    if storage.bits:
        top = 2.0**storage.bits - 1
        if values.max() > top:
            raise ImageUnreadable(
                f"{path.name} holds values up to {values.max():.0f}, more than the {storage.bits} bits that it is said to use.",
                "Import the set again with --copy, which looks at every file; where a table says the bits, mend them there.",
            )
    grey = np.clip(values * (255.0 / top) + 0.5, 0, 255).astype(np.uint8)
    turn = image.getexif().get(_ORIENTATION, 1)
    return grey if turn == 1 else np.asarray(turned(Image.fromarray(grey), turn))


def _eight_bits(image: Image.Image) -> np.ndarray:  # (H, W) uint8
    turn = image.getexif().get(_ORIENTATION, 1)
    if _see_through(image):
        whole = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", whole.size, (0, 0, 0, 255)), whole)
    grey = image.convert("L")
    return np.asarray(grey if turn == 1 else turned(grey, turn))


def _see_through(image: Image.Image) -> bool:
    if image.mode not in ("RGBA", "LA", "PA") and "transparency" not in image.info:
        return False
    return bool(np.asarray(image.convert("RGBA").getchannel("A")).min() < 255)


def turned(grey: Image.Image, turn: int) -> Image.Image:
    """An image as EXIF's orientation says that it is meant."""
    grey.getexif()[_ORIENTATION] = turn
    return ImageOps.exif_transpose(grey)
