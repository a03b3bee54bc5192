"""The font of icons with those icons alone that are used: 12 kB in place of Streamlit's 376, which a page waits for.

`scripts/make_icons.py` makes it. An icon is a ligature of its name; one that is not in the font would be drawn as that name, so that it
stands in for Streamlit's only where that is the very file that it was made of, and a test looks for names that it lacks.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pages.components.site.scripts import FOLDER

HERE = Path(__file__).parent
NAME = re.compile(r":material/([a-z0-9_]+):")
WORD = re.compile(r"""(["'`])([a-z0-9_]*[a-z][a-z0-9_]*)\1""")


@dataclass(frozen=True)
class Icons:
    """What is in the font.

    Attributes:
        source: SHA-256 of Streamlit's font that it was made of.
        names: icons in it.
        others: icons of that font that are not.
    """

    source: str
    names: frozenset[str]
    others: frozenset[str]


def listed() -> Icons:
    """What `scripts/make_icons.py` wrote beside the font."""
    read = json.loads((HERE / "icons.json").read_text(encoding="utf-8"))
    return Icons(read["source"], frozenset(read["names"]), frozenset(read["others"].split()))


def streamlits_font(folder: Path = FOLDER) -> Path | None:
    """Streamlit's own font of icons; None where it has none of that name any more."""
    return next(iter((folder / "static" / "media").glob("MaterialSymbols-Rounded.*.woff2")), None)


@cache
def small_font(path: str, folder: Path = FOLDER) -> bytes | None:
    """What is sent in place of the file at a path below Streamlit's folder; None: that file."""
    font = streamlits_font(folder) if path.startswith("static/media/MaterialSymbols") else None
    if font is None or font.relative_to(folder).as_posix() != path:
        return None
    same = hashlib.sha256(font.read_bytes()).hexdigest() == listed().source
    return (HERE / "icons.woff2").read_bytes() if same else None


def used(pages: Path, folder: Path = FOLDER) -> set[str]:
    """Names of icons that pages and Streamlit's scripts ask for by name."""
    return {name for text in _texts(pages, folder) for name in NAME.findall(text)}


def words(pages: Path) -> set[str]:
    """All strings in the code of the pages that may be the name of an icon: a component draws icons by their plain names."""
    found = (path.read_text(encoding="utf-8") for ending in ("*.py", "*.js") for path in pages.rglob(ending))
    return {word for text in found for _, word in WORD.findall(text)}


def _texts(pages: Path, folder: Path) -> Iterator[str]:
    for path in (*pages.rglob("*.py"), *(folder / "static" / "js").glob("*.js")):
        yield path.read_text(encoding="utf-8")
