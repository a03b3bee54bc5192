"""Streamlit's own scripts and styles, compressed: it sends them as they are, nine megabytes for a page with a chart.

Each is compressed once, when it is first asked for, and kept: their names change with their content.
"""

import mimetypes
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock

import pyarrow
import streamlit

FOLDER = Path(streamlit.__file__).parent / "static"
WORDS = (".js", ".css", ".svg", ".json", ".map", ".wasm", ".ttf", ".txt")
"""Endings of what gets smaller; pictures and WOFF2 fonts are compressed already."""
FOREVER = "public, immutable, max-age=31536000"
GZIP = 16 + zlib.MAX_WBITS
BROTLI_LEVEL = 5
"""A seventh smaller than the best gzip in the same time; 11 takes 20 s for the code of charts and gains as much again."""


class Scripts:
    """The compressed files below a folder; safe to ask from several threads."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._kept: dict[tuple[str, str], bytes] = {}
        self._locks: dict[str, Lock] = {}
        self._guard = Lock()

    def get(self, path: str, coding: str) -> bytes | None:
        """The file at a path below the folder (`static/js/index.js`), compressed; None where it is no such file."""
        if path not in listed(self._folder):
            return None
        with self._guard:
            lock = self._locks.setdefault(path, Lock())
        with lock:
            if (path, coding) not in self._kept:
                self._kept[path, coding] = compressed((self._folder / path).read_bytes(), coding)
            return self._kept[path, coding]

    @staticmethod
    def headers(path: str, coding: str) -> Mapping[str, str]:
        """What is said of the file at a path."""
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        kind = "text/javascript; charset=utf-8" if path.endswith(".js") else kind
        return {"content-type": kind, "content-encoding": coding, "vary": "Accept-Encoding", "cache-control": FOREVER}


@cache
def listed(folder: Path) -> frozenset[str]:
    """Paths of the files that get smaller, with forward slashes: only what is listed here is ever opened."""
    files = (folder / "static").rglob("*")
    return frozenset(p.relative_to(folder).as_posix() for p in files if p.suffix in WORDS and p.is_file())


def coding_for(accepted: str) -> str | None:
    """The best coding of those that a browser accepts (its header Accept-Encoding); None: it takes none of ours."""
    known = {part.partition(";")[0].strip() for part in accepted.split(",") if not part.replace(" ", "").endswith(";q=0")}
    return next((coding for coding in ("br", "gzip") if coding in known), None)


def compressed(data: bytes, coding: str) -> bytes:
    """The same in a coding of `coding_for`; the same bytes for the same data."""
    if coding == "br":
        return bytes(pyarrow.Codec("brotli", compression_level=BROTLI_LEVEL).compress(data, asbytes=True))
    work = zlib.compressobj(9, zlib.DEFLATED, GZIP)
    return work.compress(data) + work.flush()
