"""Which page an address means: every spelling of a page's name leads there, and one that is no page's name is said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import parse_qsl, urlencode

from pages.components.frame.menu import MENU
from pages.components.frame.problems import ASKED, LONGEST

FIRST = "overview"
"""The page that has the address of the site itself."""


@dataclass(frozen=True)
class Meant:
    """What a path means: the page (empty: the first one), and whether the path is its one address.

    Attributes:
        unknown: the path as it was asked for, where there is no such page.
    """

    page: str
    exact: bool = False
    unknown: str = ""


def pages() -> Mapping[str, str]:
    """Title by name of all pages, in the order of the menu."""
    return {name: title for group in MENU.values() for name, title, *_ in group}


def meant(path: str) -> Meant:
    """The page that a path (relative to the site, decoded) means."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return Meant("", exact=path == "/")
    by_letters = {_letters(word): name for name, title in pages().items() for word in (name, title)}
    by_letters |= dict.fromkeys(("index", "indexhtml", "home", "app"), FIRST)
    found = next((by_letters[_letters(p)] for p in (parts[0], parts[-1]) if _letters(p) in by_letters), None)
    if found and len(parts) == 1:
        page = "" if found == FIRST else found
        return Meant(page, exact=path == f"/{page}")
    asked = "/".join(parts)[:LONGEST]
    if found and parts[0] == "pages":  # where the script of a page lies
        return Meant("" if found == FIRST else found)
    close = get_close_matches(_letters(parts[-1]), by_letters, n=1, cutoff=0.75)
    near = found or (by_letters[close[0]] if close else "")
    return Meant("" if near == FIRST else near, unknown=asked)


def address(where: Meant, up: int, query: str) -> str:
    """The relative address of a page, `up` folders above; what was asked for goes along where it does not exist."""
    kept = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if k != ASKED]
    kept += [(ASKED, where.unknown)] if where.unknown else []
    return ("../" * up or "./") + where.page + (f"?{urlencode(kept)}" if kept else "")


def _letters(word: str) -> str:
    """A word by its letters and digits alone: `Trade-offs`, `trade_offs` and `TRADE OFFS` are one."""
    return re.sub(r"[^a-z0-9]", "", word.lower().removesuffix(".py"))
