"""Cells in every spelling: nothing, ids, labels; hostile ones."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench_core.cells import blank, identifier, likeness, number_advice, read_label, read_label_cell, view_word
from bench_core.store.workspace import Workspace
from tests.fakes import write_images
from tests.intake.imported import ALL, load, problems


@pytest.fixture
def images(tmp_path: Path) -> Path:
    write_images(tmp_path / "images", 1)
    return tmp_path / "images"


@pytest.mark.parametrize("word", ["", " ", "nan", "NaN", "None", "null", "NULL", "NA", "N/A", "#N/A", "<NA>", "NaT"])
def test_words_for_nothing(word: str) -> None:
    assert blank(word) and identifier(word) == "" and read_label(word) is None


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("10000032", "10000032"), ("10000032.0", "10000032"), (" 10000032.00 ", "10000032"), ("00017", "00017"), ("00017.0", "00017"),
        ("s50414267", "s50414267"), ("1.2.840.0", "1.2.840.0"), ("02aa804e-bde0", "02aa804e-bde0"), ("1e5", "1e5"), ("0", "0"),
        ("0.5", "0.5"), ("Nancy", "Nancy"), ("patient 0", "patient 0"),
        ("20536686640136348236148679891455886468", "20536686640136348236148679891455886468"),
    ],
)  # fmt: skip
def test_ids_that_are_whole_numbers_are_those_numbers(cell: str, stored: str) -> None:
    assert identifier(cell) == stored


@pytest.mark.parametrize(("cell", "told"), [("1.2E+17", "shortened"), ("1,2e+17", "shortened"), ("#REF!", "error of a spreadsheet")])
def test_ids_that_a_spreadsheet_lost_are_refused_with_the_fix(cell: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        identifier(cell)
    assert repr(cell) in str(caught.value) and "export" in str(caught.value)


def test_ids_that_look_alike() -> None:
    assert len({likeness(name) for name in ("17", "00017", "17.0")}) == 1 and likeness("P10") == likeness("p10")
    assert likeness("0") == likeness("00") == "0" and likeness("17") != likeness("170") != likeness("17.5")


def test_a_decimal_comma_is_named_with_the_point_that_it_should_be() -> None:
    assert "write 12.5" in number_advice("12,5") and number_advice("12;5") == number_advice("abc") == ""
    with pytest.raises(ValueError, match=r"'1,0' is none of 1, 0, -1 and blank, write 1\.0"):
        read_label("1,0")


@pytest.mark.parametrize(
    ("cell", "edema", "fracture"),
    [
        (str({**ALL, "Edema": 1, "Fracture": -1}), 1, -1),
        (str({**ALL, "Edema": 1.0, "Fracture": None}), 1, None),
        ("{'Edema': 1, 'Fracture': nan}", 1, None),
        (json.dumps({**ALL, "Edema": 1, "Fracture": None}), 1, None),
        ('{"Edema": 1.0, "Fracture": NaN}', 1, None),
        ("{'edema': '1', 'fracture': ''}", 1, None),
        ("", None, None),
        ("nan", None, None),
    ],
)
def test_every_form_of_chexpert_labels(workspace: Workspace, images: Path, cell, edema, fracture):
    found, _ = load(images, [{"path": "film_0.png", "chexpert_labels": cell}])
    for finding, wanted in (("Edema", edema), ("Fracture", fracture)):
        value = found.table[finding].iat[0]
        assert np.isnan(value) if wanted is None else value == wanted


@pytest.mark.parametrize("cell", ["__import__('os').system('true')", "{'Edema': [1]}", "[1, 2]", "{" * 5000, "{'a': 1}" * 5000, "{1: 2}"])
def test_hostile_label_cells_are_problems(workspace: Workspace, images: Path, cell):
    assert problems(images, [{"path": "film_0.png", "chexpert_labels": cell}])[0].startswith("line 2: chexpert_labels")


def test_scalars_of_numpy_2_are_read_in_a_dict() -> None:
    cell = "{'Fracture': np.float64(1.0), 'Edema': np.int64(-1), 'Pneumonia': nan, 'Mass': np.float64(nan), 'Lung Lesion': np.False_}"
    assert read_label_cell(cell.replace("'Mass'", "'Consolidation'")) == {"Fracture": 1, "Edema": -1, "Lung Lesion": 0}


@pytest.mark.parametrize(("word", "number"), [("yes", "1"), ("Negative", "0"), ("uncertain", "-1")])
def test_a_label_in_words_is_named_with_the_number_to_write(word: str, number: str) -> None:
    with pytest.raises(ValueError, match=f"'{word}' is none of 1, 0, -1 and blank, write {number}$"):
        read_label(word)


def test_views_are_compared_without_case_and_space() -> None:
    assert [view_word(text) for text in ("PA", " pa ", "nan", "", None, float("nan"))] == ["PA", "PA", "", "", "", ""]
