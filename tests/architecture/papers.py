"""What the project's own pages say of its files, settings and commands."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.architecture.tree import PROJECT, Module

PATH = re.compile(r"`([\w./<>*-]+?(?:\.py|\.toml|\.md|/))`")
IN_CODE = re.compile(r"(?<![\w./<{])((?:[a-z_]+/)+[a-z_0-9]+\.(?:py|md|toml))\b")
MODULE = re.compile(r"\b((?:bench_core|pages)(?:\.[a-z_0-9]+)+)\b")
VARIABLE = re.compile(r"BENCH_[A-Z_]*[A-Z]")
VERB = re.compile(r"python -m\s+bench_core\s+([a-z][a-z-]*)")
TARGET = re.compile(r"\bmake ([a-z-]+)")

OF_OTHERS: dict[str, str] = {
    "card.md": "written beside exported images",
    "cards/": "in the workspace",
    "checkpoints/": "made by training, not committed",
    "docs/encoding_speed.md": "written by its benchmark on a machine with a GPU",
    "docs/generation_speed.md": "written by its benchmark on a machine with a GPU",
    "encoders/*.toml": "in a folder of the user's cards",
    "generators/*.toml": "in a folder of the user's cards",
    "combine_shards.py": "of CheXGenBench",
    "metrics/fid.py": "of CheXGenBench",
    "metrics/img_text_alignment_scores.py": "of CheXGenBench",
    "workspace/": "made by the program, not committed",
    "weights/": "in the workspace",
    "checkpoints/utility/": "in the workspace",
}
"""Paths that are not the project's own."""


def pages(root: Path = PROJECT) -> list[Path]:
    """The pages that name files and commands; docs/methods.md is written by a script from docstrings."""
    return [root / "README.md", root / "CONTRIBUTING.md", root / "bench_core" / "README.md", *sorted((root / "docs").glob("*.md"))]


def lost_paths(page: Path, root: Path = PROJECT) -> list[str]:
    """Paths in backticks on a page that lead nowhere.

    A path starts at the project, at `bench_core/`, or at a folder above the page; a name alone may lie anywhere below `bench_core/`. A part
    in angle brackets stands for any name.
    """
    named = dict.fromkeys(PATH.findall(page.read_text(encoding="utf-8")))
    return [f"{page.relative_to(root)}: {path}" for path in named if path not in OF_OTHERS and not _exists(path, page, root)]


def lost_words(module: Module, root: Path = PROJECT) -> list[str]:
    """Paths with a folder in them that a module's docstrings and comments name and that lead nowhere."""
    named = dict.fromkeys(IN_CODE.findall(module.text))
    page = root / module.path
    return [f"{module.path}: {path}" for path in named if path not in OF_OTHERS and not _exists(path, page, root)]


def lost_modules(module: Module, known: Iterable[str], root: Path = PROJECT) -> list[str]:
    """Modules, or names in them, that a string or a docstring of a module names and that are not there."""
    texts = [node.value for node in ast.walk(module.syntax) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    named = dict.fromkeys(name for text in texts for name in MODULE.findall(text))
    there = set(known)
    return [f"{module.path}: {name}" for name in named if not {name, name.rpartition(".")[0]} & there and not (root / name).exists()]


def _exists(path: str, page: Path, root: Path) -> bool:
    pattern = re.sub(r"<[^>]*>", "*", path).rstrip("/")
    starts = [root, root / "bench_core", *(folder for folder in page.parents if folder.is_relative_to(root))]
    found = [hit for start in starts for hit in start.glob(pattern)]
    if "/" not in pattern:
        found += (root / "bench_core").rglob(pattern)
    return any(place.is_dir() if path.endswith("/") else place.is_file() for place in found)


def map_rows(root: Path = PROJECT) -> list[str]:
    """The first column of the map's table."""
    lines = (root / "bench_core" / "README.md").read_text(encoding="utf-8").splitlines()
    return [line.split("|")[1].strip() for line in lines if line.startswith("| `")]


def rooms_off_the_map(root: Path = PROJECT) -> list[str]:
    """Folders of code in `bench_core/` that have no row."""
    named = {name for row in map_rows(root) for name in re.findall(r"`([\w]+)/", row)}
    rooms = {path.parent.name for path in (root / "bench_core").glob("*/__init__.py")}
    return sorted(rooms - named)


def settings_table(root: Path = PROJECT) -> list[str]:
    """The variables in the first column of the README's table of settings, in order."""
    lines = (root / "README.md").read_text(encoding="utf-8").splitlines()
    return [name for line in lines if line.startswith("| `BENCH_") for name in VARIABLE.findall(line.split("|")[1])]


def variables_read(modules: Iterable[Module]) -> set[str]:
    """Variables of the environment that the code names as a whole string."""
    strings = (node.value for module in modules for node in ast.walk(module.syntax) if isinstance(node, ast.Constant))
    return {text for text in strings if isinstance(text, str) and VARIABLE.fullmatch(text)}


def verbs(*arguments: Module) -> set[str]:
    """The verbs of the command line: the first argument of each call of `verb`."""
    calls = [node for one in arguments for node in ast.walk(one.syntax) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return {str(ast.literal_eval(call.args[0])) for call in calls if isinstance(call.func, ast.Name) and call.func.id == "verb"}


def targets(root: Path = PROJECT) -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z][a-z-]*):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def commands(pattern: re.Pattern[str], root: Path = PROJECT) -> Iterator[tuple[str, str]]:
    """Page and command of each that a page's code names; prose may say "make of" without meaning a target."""
    for page in pages(root):
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"```.*?```", text, re.DOTALL)
        code = "\n".join([*blocks, *re.findall(r"`[^`]+`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))])
        yield from ((page.name, found) for found in pattern.findall(code))
