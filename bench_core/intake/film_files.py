"""The files of a folder of images, as tables name them: found, or said where and why not."""

import os
import stat
from functools import cached_property
from pathlib import Path
from unicodedata import normalize

from bench_core.cells import blank
from bench_core.errors import InputError
from bench_core.files import inside
from bench_core.pixels.formats import IMAGES, SUFFIXES, format_of, is_hidden, without_suffix

NOT_FETCHED = "the content was not fetched; git annex get or dvc pull in that folder brings it."
POINTER = "git-lfs pointer"
_NO_NAMES = ("", ".", "..")
_MOST_LOOKED_THROUGH = 500_000
"""Files below the folder among which one that is not at its place is looked for."""


class FilmNotFound(ValueError):
    """A name that leads to no film; says why.

    Attributes:
        reason: in the words of `Omissions`.
        advice: what can be done, where it can be known.
    """

    def __init__(self, message: str, reason: str, advice: str = "") -> None:
        super().__init__(message)
        self.reason, self.advice = reason, advice


def is_film(file: Path) -> bool:
    """Whether a file is called an image or, where its name does not say it (`IM000001` of a PACS), is one."""
    if file.suffix.lower() in SUFFIXES:
        return True
    try:
        return format_of(file) in IMAGES
    except OSError:
        return False


def kind_of(file: Path) -> str:
    """What a file that is not imported is counted as, by its content, or by its suffix where that says nothing."""
    try:
        found = format_of(file)
    except OSError:
        return "unreadable file(s)"
    if found in IMAGES:
        return "image(s) that cannot be used"
    if POINTER in found:
        return f"{POINTER}(s)"
    if found.startswith(("a ", "an ", "the ")):
        return found.partition(" ")[2].partition(",")[0] + "(s)"
    return found if found[0].isupper() else f"{file.suffix.lower() or 'other'} file(s)"


def advice_on(kind: str) -> str:
    """What can be done about files of a kind, where it can be known."""
    return "git lfs pull in that folder brings the content." if POINTER in kind else ""


def leads_outside(link: Path, root: Path) -> FilmNotFound:
    """What is said of a link in the folder that leads to a file elsewhere."""
    target = link.resolve()
    both = os.path.commonpath([root.resolve(), target])
    return FilmNotFound(
        f"is a link that leaves the image folder: it leads to {str(target)!r}", "link(s) out of the folder",
        f"copy the folder with its links followed (cp -rL), or name the films in a table and give the folder that holds both, {both!r}.",
    )  # fmt: skip


def leads_nowhere(link: Path) -> FilmNotFound:
    """What is said of a link whose target is not there."""
    return FilmNotFound(f"is a link that leads nowhere ({str(link.readlink())!r})", "dead link(s)", NOT_FETCHED)


class FilmFiles:
    """Looks for the files that cells name below a folder.

    In plain text, with what was found of the folders above: following all links of each path, or 400,000 Path objects, would cost more
    than all else of an import.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders: dict[str, str] = {}
        self._listings: dict[str, _Names] = {}

    def find(self, text: str) -> Path:
        """The film that a cell names, links followed.

        A name that is not there as it is written may lack its suffix, or have its accents written in another way (Macs take them apart).

        Raises:
            FilmNotFound: there is none, or not one alone; or it lies outside of the folder, or is no film.
        """
        text = text.strip()
        if blank(text):
            raise FilmNotFound("names no image file", "without a file")
        relative = text.replace("\\", "/")
        try:
            path, there = self._placed(relative)
            if not there:
                path = self._alike(text, relative)
        except (InputError, OSError, ValueError) as error:
            raise error if isinstance(error, FilmNotFound) else self._outside(text, relative) from None
        if not path.lower().endswith(SUFFIXES) and not is_film(Path(path)):
            kind = kind_of(Path(path))
            raise FilmNotFound(
                f"{text[:200]!r} is no PNG, JPEG or DICOM file; it is {format_of(Path(path))}", kind, advice_on(kind)
            )  # fmt: skip
        return Path(path)

    def _placed(self, relative: str) -> tuple[str, bool]:
        """`inside(root, relative)`, and whether a file is there."""
        above, _, name = relative.rpartition("/")
        if name not in _NO_NAMES and "\x00" not in name and (above or not relative.startswith("/")):
            path = f"{self._folder(above)}/{name}"
            mode = _mode(path)
            if not stat.S_ISLNK(mode):
                return path, stat.S_ISREG(mode)
            if not os.path.exists(path):  # noqa: PTH110 - plain text, as all here
                raise FilmNotFound(f"{relative[:200]!r} {leads_nowhere(Path(path))}", "dead link(s)", NOT_FETCHED)
        place = inside(self.root, relative)
        return str(place), os.path.isfile(place)  # noqa: PTH113 - False for names that are too long

    def _folder(self, relative: str) -> str:
        """`inside(root, relative)`: one look per folder, since the one above it was looked at before."""
        if relative not in self._folders:
            above, _, name = relative.rpartition("/")
            path = ""
            if name not in _NO_NAMES and "\x00" not in name and not relative.startswith("/"):
                path = f"{self._folder(above)}/{name}"
            self._folders[relative] = path if path and not stat.S_ISLNK(_mode(path)) else str(inside(self.root, relative))
        return self._folders[relative]

    def _outside(self, text: str, relative: str) -> FilmNotFound:
        link = self.root / relative
        if not relative.startswith("/") and ".." not in relative.split("/") and link.is_symlink():
            away = leads_outside(link, self.root)
            return FilmNotFound(f"path {text[:200]!r} {away}", away.reason, away.advice)
        return FilmNotFound(
            f"path {text[:200]!r} leaves the image folder", "outside of the folder",
            "paths in a table are relative to the folder of images: give the folder that they begin in.",
        )  # fmt: skip

    def _alike(self, text: str, relative: str) -> str:
        """The one film in that folder that can be meant.

        Raises:
            FilmNotFound: there is none, or several; says which film comes nearest.
        """
        above, _, name = relative.rpartition("/")
        folder = self._folder(above)
        names = self._listings.setdefault(folder, _Names(folder))
        name = normalize("NFC", name)
        meant = names.by_name.get(name, []) or names.by_stem.get(name, [])
        if len(meant) == 1:
            path, there = self._placed(f"{above}/{meant[0]}" if above else meant[0])
            if there:
                return path
        said = f"there is no file {text[:200]!r} in the image folder"
        if len(meant) > 1:
            raise FilmNotFound(f"{said}, but {' and '.join(map(repr, sorted(meant)[:3]))}: write which", "ambiguous name(s)")
        near = names.by_case.get(name.casefold()) or names.by_stem.get(without_suffix(name))
        if near:
            raise FilmNotFound(f"{said}; {near[0]!r} is there", "missing file(s)")
        elsewhere = self._everywhere.get(name) or self._everywhere.get(without_suffix(name), [])
        if elsewhere:
            more = f" (and {len(elsewhere) - 1} more of that name)" if len(elsewhere) > 1 else ""
            raise FilmNotFound(f"{said}; {elsewhere[0]!r} is there{more}", "missing file(s)")
        raise FilmNotFound(said, "missing file(s)")

    @cached_property
    def _everywhere(self) -> dict[str, list[str]]:
        """Paths below the folder by name, and by name without its suffix; looked for once, and only when a file is missing."""
        found: dict[str, list[str]] = {}
        count = 0
        for folder, folders, names in os.walk(self.root):
            folders.sort()
            relative = os.path.relpath(folder, self.root)
            for name in sorted(names):
                path = name if relative == "." else f"{relative}/{name}"
                if name.lower().endswith(SUFFIXES) and not is_hidden(path):
                    for key in {normalize("NFC", name), without_suffix(normalize("NFC", name))}:
                        found.setdefault(key, []).append(path)
            count += len(names)
            if count > _MOST_LOOKED_THROUGH:
                break
        return found


class _Names:
    """The names in one folder, by what may be written for them."""

    def __init__(self, folder: str) -> None:
        self.by_name: dict[str, list[str]] = {}
        self.by_stem: dict[str, list[str]] = {}
        self.by_case: dict[str, list[str]] = {}
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208 - names, not Path objects
        except OSError:
            names = []
        for name in names:
            whole = normalize("NFC", name)
            self.by_name.setdefault(whole, []).append(name)
            self.by_case.setdefault(whole.casefold(), []).append(name)
            if name.lower().endswith(SUFFIXES) and not is_hidden(name):
                self.by_stem.setdefault(without_suffix(whole), []).append(name)


def _mode(path: str) -> int:
    """What lies at a path (a link itself, not where it leads); 0 where nothing does."""
    try:
        return os.lstat(path).st_mode
    except (OSError, ValueError):
        return 0
