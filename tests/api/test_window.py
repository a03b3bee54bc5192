"""The facade's own rules: what it hands out are records of the layers below, and every text stands where its code is."""

import ast
import inspect
from pathlib import Path

import pytest

from bench_core import api, records

ROOT = Path(api.__file__).parent.parent.parent
FACADE = sorted((ROOT / "bench_core" / "api").glob("*.py"))
FUNCTIONS = {name: value for name in api.__all__ if inspect.isfunction(value := getattr(api, name))}
RECORDS = {name for name, value in vars(records).items() if inspect.isclass(value) and value.__module__ == records.__name__}


def unpacking(source: str) -> list[str]:
    """Calls of a record with fields that another function named or ordered: `Run(**fields)`, `Run(*row)`, `Run(None, *row)`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in RECORDS:
            starred = any(isinstance(argument, ast.Starred) for argument in node.args)
            if starred or any(keyword.arg is None for keyword in node.keywords):
                found.append(ast.unparse(node))
    return found


def referring(source: str) -> list[str]:
    """First lines of docstrings that send the reader to the facade before they say anything."""
    documented = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)]
    texts = [ast.get_docstring(node) or "" for node in documented]
    return [text.splitlines()[0] for text in texts if text.startswith("See `api.")]


def test_records_come_from_below():
    assert {path.name: found for path in FACADE if (found := unpacking(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize("call", ["Run(**fields)", "records.ImportReport(None, *made)", "Reference(*row)"])
def test_an_unpacked_record_is_found(call: str):
    assert unpacking(f"def ask():\n    return {call}") == [call]


def test_no_docstring_only_points_at_the_facade():
    files = [path for folder in ("bench_core", "pages") for path in (ROOT / folder).rglob("*.py")]
    assert {path.name: found for path in files if (found := referring(path.read_text(encoding="utf-8")))} == {}
    assert referring('def ask():\n    """See `api.ask`."""') == ["See `api.ask`."]


def test_the_window_hands_on_what_it_names():
    named = {alias.asname or alias.name for node in ast.parse(FACADE[0].read_text(encoding="utf-8")).body
             if isinstance(node, ast.ImportFrom) for alias in node.names}  # fmt: skip
    assert sorted(api.__all__) == sorted(named)
    assert all(function.__doc__ for function in FUNCTIONS.values())
    assert {name for name in RECORDS if name not in api.__all__} == set()
