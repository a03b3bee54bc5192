"""Layouts of public data sets: one file, one function."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bench_core.errors import UnknownName
from bench_core.registry.plugins import Function, plugins_in


@dataclass(frozen=True)
class Layout:
    """How a public data set lies on disk; made by `layout`, read by the import.

    Attributes:
        read: from the data set's folder and what is asked of it to one row per image; see `intake/columns.py`.
        looks_like: the files that are read, in one line.
        takes: what of `labels` and `annotations` can be asked.
    """

    id: str
    title: str
    looks_like: str
    takes: tuple[str, ...]
    read: Callable[..., Any]
    summary: str


def layout(id: str, *, title: str, looks_like: str, takes: tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """Makes a function the reader of a data set's layout."""

    def decorate(function: Function) -> Function:
        summary = (inspect.getdoc(function) or "").split("\n\n")[0]
        function.plugin = Layout(id, title, looks_like, takes, function, summary)  # type: ignore[attr-defined]
        return function

    return decorate


@cache
def layouts() -> Mapping[str, Layout]:
    """Layouts of public data sets by id."""
    found = [f.plugin for f in plugins_in("bench_core.intake.layouts")]
    return {one.id: one for one in sorted(found, key=lambda one: one.id)}


def find_layout(name: str) -> Layout:
    """The layout of that id.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    if name not in layouts():
        raise UnknownName("layout", name, layouts())
    return layouts()[name]
