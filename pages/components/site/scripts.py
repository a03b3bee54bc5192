"""Streamlit's own scripts and styles, compressed: it sends them as they are, nine megabytes for a page with a chart.

Each is compressed once, when it is first asked for, and kept: their names change with their content. What was asked for, and what nearly
every first visit asks for, is compressed again as well as can be, once nobody asks for anything: a page with a chart takes a tenth less
then. That is kept in the workspace, for the first visit after the next start.
"""

import hashlib
import logging
import mimetypes
import os
import threading
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock

import pyarrow
import streamlit

from bench_core import api

log = logging.getLogger("triadcxr.pages")
FOLDER = Path(streamlit.__file__).parent / "static"
WORDS = (".js", ".css", ".svg", ".json", ".map", ".wasm", ".ttf", ".txt")
"""Endings of what gets smaller; pictures and WOFF2 fonts are compressed already."""
FOREVER = "public, immutable, max-age=31536000"
GZIP = 16 + zlib.MAX_WBITS
FAST, BEST = 5, 11
"""Levels of Brotli: the first is a seventh smaller than the best gzip in the same time; the other takes 8 s for the code of charts."""
QUIET = 15.0
"""Seconds without a request after which files are compressed again."""
FIRST = ("PlotlyChart", "index", "protobuf", "StreamlitMarkdown", "react-dom", "arrowFormatUtils", "DataFrame")
"""Beginnings of the names of what most of a first visit's bytes are."""


class Scripts:
    """The compressed files below a folder; safe to ask from several threads.

    Args:
        quiet: see QUIET.
        keep: in the workspace too, and those of `FIRST` before anybody asked for them.
    """

    def __init__(self, folder: Path = FOLDER, quiet: float | None = None, *, keep: bool = False) -> None:
        self._folder, self._quiet, self._keep, self._asked = folder, QUIET if quiet is None else quiet, keep, time.monotonic()
        self._waiting: list[str] = []
        self._second: threading.Thread | None = None
        self._kept: dict[tuple[str, str], bytes] = {}
        self._locks: dict[str, Lock] = {}
        self._guard = Lock()
        for path in sorted(listed(folder)) if keep else ():
            if Path(path).name.partition(".")[0] in FIRST:
                self._compress_again_later(path)

    def get(self, path: str, coding: str) -> bytes | None:
        """The file at a path below the folder (`static/js/index.js`), compressed; None where it is no such file."""
        if path not in listed(self._folder):
            return None
        with self._guard:
            lock, self._asked = self._locks.setdefault(path, Lock()), time.monotonic()
        with lock:
            if (path, coding) not in self._kept:
                data = (self._folder / path).read_bytes()
                best = self._stored(data) if coding == "br" else None
                self._kept[path, coding] = best or compressed(data, coding)
                if coding == "br" and not best:
                    self._compress_again_later(path)
            return self._kept[path, coding]

    def _compress_again_later(self, path: str) -> None:
        with self._guard:
            if path not in self._waiting:
                self._waiting.append(path)
            if self._second is None:
                self._second = threading.Thread(target=self._compress_again, name="scripts", daemon=True)
                self._second.start()

    def _compress_again(self) -> None:
        """Takes what waits, one after the other, whenever it is quiet; ends when nothing waits."""
        with suppress(AttributeError, OSError):  # only Linux has a niceness for threads
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        while True:
            with self._guard:
                pause = self._asked + self._quiet - time.monotonic()
                path = self._waiting.pop(0) if pause <= 0 and self._waiting else None
                if pause <= 0 and path is None:
                    self._second = None
                    return
            if path is None:
                time.sleep(pause)
            else:
                data = (self._folder / path).read_bytes()
                self._kept[path, "br"] = self._stored(data) or self._store(data, compressed(data, "br", BEST))

    def _stored(self, data: bytes) -> bytes | None:
        """The same, compressed as well as can be by whoever served this workspace before; what cannot be read back is made again."""
        if not self._keep:
            return None
        try:
            best = api.packed(key_of(data))
            same = best and pyarrow.Codec("brotli").decompress(best, decompressed_size=len(data), asbytes=True) == data
        except (api.BenchError, OSError):  # pyarrow says so of what is no such file
            return None
        return best if same else None

    def _store(self, data: bytes, best: bytes) -> bytes:
        if self._keep:
            try:
                api.keep_packed(key_of(data), best)
            except api.BenchError as error:  # it is there while this process lives
                log.warning("a packed script is not kept: %s", error)
        return best

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


def key_of(data: bytes) -> str:
    """What a file is kept under, compressed as well as can be."""
    return f"{hashlib.sha256(data).hexdigest()}.br{BEST}"


def compressed(data: bytes, coding: str, level: int = FAST) -> bytes:
    """The same in a coding of `coding_for`; the same bytes for the same data. `level`: of Brotli."""
    if coding == "br":
        return bytes(pyarrow.Codec("brotli", compression_level=level).compress(data, asbytes=True))
    work = zlib.compressobj(9, zlib.DEFLATED, GZIP)
    return work.compress(data) + work.flush()
