"""Messages of the engine in the words of pages."""

import ast
import re

from bench_core.config import PROJECT
from pages.components.frame.problems import OPTIONS, in_words_of_pages

SHELL = ("pip install", "hf download", "curl ", "ray start", "python -m", "docker ")
DOORS = ("intake", "engine", "pixels", "generators", "prompts", "store", "data.py", "table_files.py", "cells.py")


def hints() -> list[str]:
    """Texts of the parts of the engine that pages ask, docstrings left out."""
    found = []
    for part in DOORS:
        path = PROJECT / "bench_core" / part
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            found += [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in bare]
    return [text for text in found if not any(command in text for command in SHELL) and not text.startswith((" --", "--"))]


def test_no_option_of_the_command_line_reaches_a_page():
    texts = hints()
    assert any("--skip-bad" in text for text in texts)
    assert [text for text in texts if re.search(r"(?<![\w-])--[a-z]", in_words_of_pages(text))] == []


def test_an_option_is_called_what_its_field_is_called():
    said = in_words_of_pages("Mend them, or import the other 3 images with --skip-bad.")
    assert said == f"Mend them, or import the other 3 images with {OPTIONS['--skip-bad']}."
