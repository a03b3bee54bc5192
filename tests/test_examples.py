"""The notebooks in examples/ run as they are, cell after cell."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench_core import api
from tests.architecture.tree import PROJECT

NOTEBOOKS = sorted((PROJECT / "examples").glob("*.ipynb"))


def code_of(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_printed(notebook: Path) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def test_the_first_steps(capsys: pytest.CaptureFixture[str]) -> None:
    before, names = api.workspace._current, dict[str, Any]()
    try:
        for source in code_of(PROJECT / "examples" / "first_steps.ipynb"):
            exec(source, names)
        numbers = api.run_results(names["run"].id)
        assert set(numbers["metric"]) == {"kernel_distance", "coverage"} and (numbers["status"] == "ok").all()
        assert (numbers["low"] <= numbers["value"]).all() and (numbers["value"] <= numbers["high"]).all()
        assert numbers[["matched", "null_low", "null_high"]].notna().all(axis=None), "enough patients and prompts for a range"
        assert len(list((names["place"] / "handed-over").glob("*.dcm"))) == len(names["synthetic"]) == 20
    finally:
        api.workspace._current = before
    said = capsys.readouterr().out
    assert "20 images exported; none left out" in said and "# Synthetic-data card" in said
