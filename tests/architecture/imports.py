"""Who imports whom, imports inside functions included; what only type checkers read (`if TYPE_CHECKING:`) does not count."""

import ast
from collections.abc import Collection, Iterator, Mapping

from tests.architecture.tree import Module

Graph = dict[str, set[str]]


def import_graph(modules: Mapping[str, Module]) -> Graph:
    """For every module the modules that it imports.

    A name that a package's window hands on counts as an import of the module behind the window, and so does an attribute of the
    window (`api.submit`): otherwise every module of a package would import every other one.
    """
    return {name: set(_imported(module, modules)) - {name} for name, module in modules.items()}


def circles(graph: Graph) -> list[list[str]]:
    """Groups of modules that reach each other, each sorted."""
    reach = {name: _reachable(graph, name) for name in graph}
    mutual = {name: {other for other in reach[name] if name in reach.get(other, ())} for name in graph}
    groups = {tuple(sorted({name} | others)) for name, others in mutual.items() if others}
    return [list(group) for group in sorted(groups)]


def without(graph: Graph, edges: Collection[tuple[str, str]]) -> Graph:
    """The graph without some imports."""
    return {name: {other for other in imported if (name, other) not in edges} for name, imported in graph.items()}


def _reachable(graph: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += graph.get(name, ())
    return seen


def _imported(module: Module, modules: Mapping[str, Module]) -> Iterator[str]:
    windows: dict[str, str] = {}  # local name: package
    for node in _run(module.syntax):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module in modules:
            for alias in node.names:
                target = f"{node.module}.{alias.name}"
                if target in modules and modules[target].is_package:
                    windows[alias.asname or alias.name] = target
                else:
                    yield _home(node.module, alias.name, modules)
    for local, package in windows.items():
        yield from _through(module, local, package, modules)


def _through(module: Module, local: str, package: str, modules: Mapping[str, Module]) -> Iterator[str]:
    """What a module reads off a package that it imported as a whole."""
    nodes = list(_run(module.syntax))
    attributes = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == local]
    named = {id(node.value) for node in attributes}
    yield from (_home(package, node.attr, modules) for node in attributes)
    if any(isinstance(node, ast.Name) and node.id == local and id(node) not in named for node in nodes):
        yield package


def _home(package: str, name: str, modules: Mapping[str, Module]) -> str:
    """The module in which a name of a package is made: the package itself, a module in it, or what its window takes it from."""
    if f"{package}.{name}" in modules:
        return f"{package}.{name}"
    if modules[package].is_package:
        for node in ast.walk(modules[package].syntax):  # with TYPE_CHECKING: a window that loads late lists its names there
            if isinstance(node, ast.ImportFrom) and node.module in modules:
                for alias in node.names:
                    if (alias.asname or alias.name) == name:
                        return _home(node.module, alias.name, modules)
    return package


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """All that is run, which leaves out what stands under `if TYPE_CHECKING:`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            for other in child.orelse:
                yield from _run(other)
            continue
        yield child
        yield from _run(child)
