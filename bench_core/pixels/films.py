"""Films with the values of their files: read from PNG, JPEG and DICOM, kept beside a converted copy, sent to a browser.

One binary format does both: `MAGIC`, the length of the header (uint32), the header as JSON, the table (one byte a value) where there is
one, then the values row by row; all little-endian, table and values begin at an even byte.
"""

import json
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench_core.dicom.film import LEVELS, Film, plain_film, read_dicom_film
from bench_core.dicom.reading import Window
from bench_core.errors import ImageUnreadable
from bench_core.files import write_whole
from bench_core.pixels.grey import AS_IT_SAYS, Storage, check_format, is_deep, read_grey, turned

MAGIC = b"TCXF"
SUFFIX = ".film"
"""Of the file beside a converted copy that keeps the values of its source; compressed by zlib."""
_DAMAGED = "Import the set again."
_HEADER_ONLY = ("width", "height", "deep", "table", "windows")


def read_film(path: Path, storage: Storage = AS_IT_SAYS) -> Film:
    """The film of an image file.

    Raises:
        ImageUnreadable: it is something else, or damaged.
        OSError, SyntaxError, Image.DecompressionBombError: it is damaged or too large.
    """
    if check_format(path) == "DICOM":
        return read_dicom_film(path)
    with Image.open(path, formats=("PNG", "JPEG")) as image:
        if is_deep(image):
            return _deep_film(image, path, storage)
    return plain_film(read_grey(path, storage))


def says_more_than_grey(path: Path) -> bool:
    """Whether a file says more of its film than 8-bit greys do: more bits, or millimetres."""
    if check_format(path) == "DICOM":
        return True
    with Image.open(path, formats=("PNG", "JPEG")) as image:
        return is_deep(image)


def keep_values(source: Path, storage: Storage, copy: Path) -> None:
    """Keeps, beside the 8-bit copy of an image file, what the file says more; nothing where it says no more."""
    if says_more_than_grey(source):
        data = zlib.compress(packed(read_film(source, storage)), 4)
        write_whole(copy.with_suffix(SUFFIX), lambda part: part.write_bytes(data))


def read_kept(copy: Path) -> Film | None:
    """What `keep_values` kept beside a copy; None where it kept nothing.

    Raises:
        ImageUnreadable: it is damaged.
    """
    kept = copy.with_suffix(SUFFIX)
    if not kept.exists():
        return None
    try:
        return unpacked(zlib.decompress(kept.read_bytes()))
    except zlib.error:
        raise ImageUnreadable(f"{kept.name} is damaged.", _DAMAGED) from None


def packed(film: Film, more: Mapping[str, Any] | None = None) -> bytes:
    """A film in the format above; `more` goes into the header, under `about`."""
    header = json.dumps({**film.facts(), "about": more or {}}, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 4)
    table = b"" if film.table is None else film.table.tobytes()
    return MAGIC + struct.pack("<I", len(header)) + header + table + np.ascontiguousarray(film.values).tobytes()


def unpacked(data: bytes) -> Film:
    """The film that `packed` wrote.

    Raises:
        ImageUnreadable: it is none.
    """
    try:
        if data[:4] != MAGIC:
            raise ValueError("no film")
        (length,) = struct.unpack("<I", data[4:8])
        header = json.loads(data[8 : 8 + length])
        at, kind = 8 + length, np.dtype("<u2") if header["deep"] else np.dtype("u1")
        table = None
        if header["table"]:
            table = np.frombuffer(data, np.uint8, LEVELS if header["deep"] else 256, at)
            at += len(table)
        values = np.frombuffer(data, kind, header["width"] * header["height"], at).reshape(header["height"], header["width"])
        windows = tuple(Window(**w) for w in header["windows"])
        known = {k: v for k, v in header.items() if k not in _HEADER_ONLY and k != "about"}
        known |= {name: tuple(known[name]) for name in ("padding", "spacing", "orientation") if known.get(name)}
        return Film(values, windows=windows, table=table, **known)
    except (ValueError, KeyError, TypeError, struct.error) as error:
        raise ImageUnreadable(f"The kept values of a film are damaged ({type(error).__name__}).", _DAMAGED) from None


def _deep_film(image: Image.Image, path: Path, storage: Storage) -> Film:
    """A PNG of 16 bits; its window is the range that `read_grey` makes 0..255 of."""
    values = np.asarray(image)
    top = (65535 if values.max() > 255 else 255) if storage.bits is None else 2**storage.bits - 1
    if values.max() > top:
        read_grey(path, storage)  # says so
    turn = image.getexif().get(0x0112, 1)
    values = values.astype(np.uint16)
    values = values if turn == 1 else np.asarray(turned(Image.fromarray(values), turn))
    bits = storage.bits or int(top).bit_length()
    return Film(values, windows=(Window("LINEAR_EXACT", top / 2, float(top)),), inverted=storage.inverted, bits=bits)
