"""What a file is, by its first bytes: the name is not asked, for names are changed and files are not."""

from pathlib import Path, PurePosixPath

SUFFIXES = (".png", ".jpg", ".jpeg", ".dcm", ".dicom")
"""Names that say image: a file of such a name that is none is told of, where others are passed over."""
IMAGES = ("PNG", "JPEG", "DICOM")
HEAD = 512
"""Bytes that tell; the preamble of DICOM takes the first 128."""
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"BM", "BMP"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"), (b"\xff\x4f\xff\x51", "JPEG 2000"), (b"PK\x03\x04", "a ZIP archive"), (b"\x1f\x8b", "gzip"),
    (b"\0\x05\x16\x07", "an AppleDouble file of a Mac, without an image"), (b"%PDF", "PDF"), (b"\x93NUMPY", "a NumPy array"),
    (b"version https://git-lfs", "a git-lfs pointer: the image was not fetched"),
)  # fmt: skip
_DIRECTORY = b"1.2.840.10008.1.3.10"
"""Class of DICOMDIR, the index that every export to a medium holds."""
_SHADOWS = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_VALUES = frozenset({b"UL", b"OB", b"UI", b"CS", b"SH", b"DA", b"TM", b"LO", b"UN"})
"""Value representations that the first element of a DICOM file can have."""


def format_of(file: Path) -> str:
    """What a file is: one of IMAGES, or in words what else.

    Raises:
        OSError: it cannot be opened.
    """
    with file.open("rb") as stream:
        return format_of_bytes(stream.read(HEAD))


def format_of_bytes(head: bytes) -> str:
    """What a file with these first HEAD bytes is: one of IMAGES, or in words what else."""
    if not head:
        return "an empty file"
    if head[128:132] == b"DICM" or _is_bare_dicom(head):
        return "the index of a DICOM export, without an image" if _DIRECTORY in head else "DICOM"
    found = next((name for start, name in _BEGINNINGS if head.startswith(start)), None)
    if found:
        return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "a web page" if text.startswith((b"<!doctype", b"<html")) else "of no format that is known here"


def is_hidden(relative: str) -> bool:
    """Whether a path below a folder is one that systems leave beside files: `.x`, `._x.png`, `__MACOSX/`, `Thumbs.db`, `DICOMDIR`."""
    parts = PurePosixPath(relative).parts
    return parts[-1:] == ("DICOMDIR",) or any(part.startswith(".") or part.lower() in _SHADOWS for part in parts if part not in (".", ".."))


def without_suffix(name: str) -> str:
    """A file's name or path without what says that it is an image: `1.2.840.7` is whole."""
    return name.rsplit(".", 1)[0] if name.lower().endswith(SUFFIXES) else name


def _is_bare_dicom(head: bytes) -> bool:
    """Whether a file is a DICOM data set without preamble: it begins with an element of group 2 or 8, the next one follows."""
    if len(head) < 16 or head[:2] not in (b"\x02\0", b"\x08\0") or head[3] != 0:
        return False
    if head[4:6] in _VALUES:
        return True
    after = 8 + int.from_bytes(head[4:8], "little")  # without value representations a length of four bytes stands there
    return after % 2 == 0 and head[after : after + 2] in (b"\x08\0", b"\x10\0")
