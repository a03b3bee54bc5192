"""What leaves as CSV runs nothing in a spreadsheet, and what comes back is what it was."""

import ast
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench_core.spreadsheets import MARK, as_written, csv_of, guarded, unguarded
from bench_core.table_files import read_table_bytes
from tests.architecture.tree import modules

FORMULAS = ["=1+1", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", " =1", "\t=1", "\r=1", "'=1", "''-x", "' +1", "-", "-1"]
PLAIN = ["plain", "a=b", "1-2", "'quoted'", "", "no acute process", "−1"]
OWN_FILES = {
    "bench_core/spreadsheets.py": "the door",
    "bench_core/phantom/files.py": "simulated films: texts and ids are ours",
    "bench_core/training/": "tables and logs of the bundled models",
    "bench_core/engine/scoring/uncertainty.py": "bytes for a content key",
    "bench_core/features/base.py": "bytes for a content key",
    "bench_core/table_files.py": "the words of an error",
}
"""What else makes CSV, and why no formula can be in it or no spreadsheet sees it."""


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe_that_comes_off_again(text: str) -> None:
    assert guarded(text) == f"'{text}" and unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_stays(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


@given(st.text(st.sampled_from("'=+-@ a1\t\r\n")))
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip(" ").startswith(("=", "+", "-", "@"))


def test_numbers_stay_numbers() -> None:
    written = csv_of(pd.DataFrame({"value": [-0.5, 1.0], "text": ["-0.5", "-0.5 worse"], "=x": ["+2%", "=1"]})).decode()
    assert written.splitlines() == ["value,text,'=x", "-0.5,-0.5,+2%", "1.0,'-0.5 worse,'=1"]


def test_a_table_that_says_so_is_read_as_it_was_and_others_as_they_are() -> None:
    frame = pd.DataFrame({"file": [f"{i}.png" for i in range(len(FORMULAS + PLAIN))], "prompt": [t.strip() for t in FORMULAS + PLAIN]})
    data = csv_of(frame, read_back=True)
    read = read_table_bytes("table.csv", data)
    assert read.header == ("file", "prompt") and read.frame["prompt"].tolist() == frame["prompt"].tolist()
    assert read_table_bytes("table.csv", data, ["prompt"]).frame["prompt"].tolist() == frame["prompt"].tolist()
    shown = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    assert not shown["prompt"].str.lstrip().str.startswith(("=", "+", "-", "@")).any() and set(shown[MARK]) == {"formulas"}
    theirs = b"file,prompt\na.png,'=1\n"
    assert read_table_bytes("t.csv", theirs).frame["prompt"].tolist() == ["'=1"]
    assert MARK not in csv_of(pd.DataFrame({"prompt": ["plain"]}), read_back=True).decode()
    assert as_written(shown.assign(**{MARK: ["else"] * len(shown)})).equals(shown.assign(**{MARK: ["else"] * len(shown)}))


def test_csv_goes_out_through_one_door() -> None:
    """Nothing else writes CSV, and what a page offers as CSV comes from there."""
    offered = []
    for module in modules("bench_core", "pages").values():
        for node in ast.walk(module.syntax):
            called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            if called in ("to_csv", "writer", "DictWriter"):
                assert module.path.startswith(tuple(OWN_FILES)), f"{module.path}:{node.lineno} writes CSV; use spreadsheets.csv_of"
            name = getattr(node.func, "id", called) if isinstance(node, ast.Call) else ""
            if called == "download_button" and not module.path.endswith("tables/downloads.py"):
                assert "csv" not in ast.unparse(node).lower(), f"{module.path}:{node.lineno} offers CSV; use downloads.file_button"
            if name == "file_button" and ".csv" in ast.unparse(node):
                offered.append(module.path)
                assert "api.csv_of(" in ast.unparse(node), f"{module.path}:{node.lineno}"
    assert len(offered) >= 2, offered
