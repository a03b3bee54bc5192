"""How long files and functions may be, and how many parameters a function may have."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch

from tests.architecture.tree import Function, Module, functions

FILE, FUNCTION, PARAMETERS, WINDOW = 300, 60, 7, 80

LONG_BY_NATURE: dict[str, str] = {
    "bench_core/encoders/*_networks.py": "a network reads like the paper's figure: one layer after the other",
    "bench_core/encoders/inception_network.py": "a network reads like the paper's figure: one layer after the other",
    "bench_core/generators/latent_networks.py": "a network reads like the paper's figure: one layer after the other",
    "bench_core/store/migrations/m*.py": "a migration that was released is never edited",
}
"""Files whose functions may be longer, by the reason."""

MANY_BY_NATURE: dict[str, str] = {
    "bench_core/features/tiles.py *": "compiled code takes arrays, not objects that hold them",
    "bench_core/features/base.py Features.__init__": "a notebook makes a set of features so: each keyword is one of its columns",
    "bench_core/registry/attacks.py attack": "it declares a plug-in, as `metric` does",
    "bench_core/registry/faults.py fault": "it declares a plug-in, as `metric` does",
    "bench_core/registry/metrics.py metric": "it declares a plug-in: each keyword is a field of the record that it makes",
    "bench_core/api/intake.py import_data_set": "the facade's own keywords, each an option of the command line and a widget",
    "tests/pages/fake/sets.py Sets.import_data_set": "the facade's own arguments",
}
"""Functions that may have more parameters, by the reason."""

FILES_TO_MEND: dict[str, int] = {}
FUNCTIONS_TO_MEND: dict[str, int] = {}
PARAMETERS_TO_MEND: dict[str, int] = {}
"""What is larger than the rules allow, with its size: it may shrink and not grow, and no entry may be added."""


def long_files(modules: Iterable[Module]) -> dict[str, int]:
    """Files of more than 300 lines."""
    return {module.path: module.lines for module in modules if module.lines > FILE}


def long_functions(modules: Iterable[Module]) -> dict[str, int]:
    """Functions of more than 60 lines, from `def` to their last line."""
    return {
        f"{module.path} {name}": lines
        for module in modules
        if not any(fnmatch(module.path, pattern) for pattern in LONG_BY_NATURE)
        for name, function, _ in functions(module)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION
    }


def wide_functions(modules: Iterable[Module]) -> dict[str, int]:
    """Functions of more than 7 parameters, `self` and `cls` not counted."""
    found = {f"{module.path} {name}": _parameters(function, method) for module in modules for name, function, method in functions(module)}
    return {place: count for place, count in found.items() if count > PARAMETERS and not any(fnmatch(place, p) for p in MANY_BY_NATURE)}


def _parameters(function: Function, method: bool) -> int:
    given = function.args
    static = any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)
    return len([*given.posonlyargs, *given.args, *given.kwonlyargs]) - int(method and not static)


def faults_of_windows(modules: Iterable[Module]) -> Iterator[str]:
    """What is wrong with the `__init__.py` files that hand names on: too long, or more in them than imports and `__all__`."""
    for module in modules:
        if not module.is_package or module.path in LATE_WINDOWS or not _hands_on(module):
            continue
        if module.lines >= LARGE_WINDOWS.get(module.path, WINDOW):
            yield f"{module.path} has {module.lines} lines"
        for node in module.syntax.body[1:]:
            if not isinstance(node, ast.Import | ast.ImportFrom) and not _is_all(node):
                yield f"{module.path}:{node.lineno} is no import"


LARGE_WINDOWS = {"bench_core/api/__init__.py": 250}
"""The facade has a hundred names, one per line where they do not fit on one."""
LATE_WINDOWS = {"bench_core/phantom/__init__.py": "it loads its names when they are first used, so that its version costs no import"}


def _hands_on(module: Module) -> bool:
    return any(_is_all(node) for node in module.syntax.body)


def _is_all(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)


def beyond(found: Mapping[str, int], known: Mapping[str, int]) -> list[str]:
    """What is larger than allowed and than it was; what is on the list and no longer occurs."""
    grown = [f"{place}: {size}" for place, size in found.items() if size > known.get(place, 0)]
    return grown + [f"{place}: it is mended, take it off the list" for place in known if place not in found]
