"""The project as text: every file is parsed, none is imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench_core.config import PROJECT

__all__ = ["PROJECT", "Function", "Module", "functions", "modules"]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file. `name` is the dotted name it is imported by, `path` is relative to the project and has forward slashes."""

    name: str
    path: str
    text: str

    @cached_property
    def syntax(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return self.text.count("\n")

    @property
    def is_package(self) -> bool:
        """Whether this is a folder's `__init__.py`."""
        return self.path.endswith("__init__.py")


def modules(*folders: str, root: Path = PROJECT) -> dict[str, Module]:
    """All modules below some folders of the project, by dotted name; a folder's `__init__.py` has the name of the folder."""
    found = {}
    for path in sorted(p for folder in folders for p in (root / folder).rglob("*.py")):
        relative = path.relative_to(root)
        parts = relative.with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, relative.as_posix(), path.read_text(encoding="utf-8"))
    return found


def functions(module: Module) -> Iterator[tuple[str, Function, bool]]:
    """Every function of a module: its name (`Class.method`, `outer.inner`), its syntax, and whether it is a method."""

    def walk(node: ast.AST, prefix: str, in_class: bool) -> Iterator[tuple[str, Function, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield prefix + child.name, child, in_class
                yield from walk(child, f"{prefix}{child.name}.", False)
            elif isinstance(child, ast.ClassDef):
                yield from walk(child, f"{prefix}{child.name}.", True)
            else:
                yield from walk(child, prefix, in_class)

    return walk(module.syntax, "", False)
