"""Every exception that the engine raises on purpose, drawn as a tree.

An error has a message (what is wrong, naming the thing and its value) and a hint (what to do about it). Pages show
both in a box, the command line prints both to standard error, a result row stores both: an error is data.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError


class BenchError(Exception):
    """Something that the user can read, understand and mend."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.__dict__)  # another process gets it as it is; `__init__` of some makes the message


def _again(kind: type[BenchError], state: dict[str, object]) -> BenchError:
    error = kind.__new__(kind, state["message"], state["hint"])
    error.__dict__.update(state)
    return error


class InputError(BenchError):
    """The request is wrong as it stands."""


class UnknownName(InputError):
    """A name that is not there; the hint offers the closest one that is."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        close = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(known) or 'none'}."
        super().__init__(f"There is no {kind} named {name!r}.", hint)


class SettingError(InputError):
    """A setting that is unknown or out of its range."""


class TableError(InputError):
    """A table that cannot be imported; `problems` has one line a bad row or column."""

    def __init__(self, message: str, problems: list[str], hint: str = "") -> None:
        super().__init__(message, hint)
        self.problems = problems


class OutOfMemory(BenchError):
    """A batch did not fit into the memory of the device."""


class QuotaReached(InputError):
    """A user asks for more than the shared queue grants one."""


class NotAllowed(InputError):
    """Somebody asks for what only others may do."""


class NameTaken(InputError):
    """The same name was given to another request."""


class NotPossible(InputError):
    """A metric was asked for that cannot run with the sets that were given."""


class TooFewImages(BenchError):
    """A metric has too few images in one of its sets; its row becomes `skipped`."""


class TooSmallImages(TooFewImages):
    """Images have too few pixels a side for a metric; its row becomes `skipped`."""


class CardError(BenchError):
    """A card that does not say what it must; names file and field."""

    def __init__(self, file: object, field: str, problem: str) -> None:
        super().__init__(f"Card {file}: field {field!r} {problem}.", "Mend the card; CONTRIBUTING.md shows a whole one.")


class MissingWeights(BenchError):
    """The weights that a card names are not on this machine."""


class MissingPackage(BenchError):
    """An optional package is not installed; the hint has the install line."""


class StoreError(BenchError):
    """What is on disk or in the database is not what it should be."""


class StoreUnavailable(StoreError):
    """The disk or the database cannot be used at the moment. Nothing that is there is lost, and the same can be tried again."""


class ShardLost(BenchError):
    """A part of a run was lost with the node that worked on it, and lost again when it was repeated."""


class ImageUnreadable(BenchError):
    """An image file that cannot be decoded, or may not be used; names the reason."""


class Cancelled(BenchError):
    """The user cancelled the run; what was finished is kept."""


def fault_of(error: ValidationError) -> str:
    """What pydantic found first, in a sentence that names the field, its value (of a long one the beginning) and what is wrong with it."""
    first = error.errors()[0]
    where, problem = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ").rstrip(".")
    if first["type"] == "missing":
        return f"{where} is missing."
    return f"{where} = {repr(first.get('input'))[:80]}: {problem}." if where else f"{problem}."


FULL = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory")
"""How torch says it: on a GPU (with a class of its own), in cuBLAS and cuDNN, and on a processor (a plain RuntimeError)."""


def is_full(error: BaseException) -> bool:
    """Whether this says that the memory was full."""
    said = str(error).lower()
    return (
        isinstance(error, MemoryError)
        or "OutOfMemoryError" in type(error).__name__
        or (isinstance(error, RuntimeError) and any(words in said for words in FULL))
    )
