"""Files of predictions: what is read, and what is wrong with a line."""

import json
from pathlib import Path

import pytest

from bench_core.downstream.reports.predictions import predictions_in, read_predictions
from bench_core.errors import InputError, TableError


def lines(*rows: object) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


PAIR = {"prediction": "Edema.", "reference": "No edema."}


def test_ids_and_patients_are_read_under_their_usual_names() -> None:
    found = predictions_in(
        lines({**PAIR, "image_id": "a", "subject_id": 7, "model": "m"}, "", {**PAIR, "image_id": "b", "subject_id": 7}), "f"
    )
    assert (found.ids, found.patients, found.not_read) == (["a", "b"], ["7", "7"], ["model"])
    assert found.units.tolist() == [0, 0] and len(found) == 2
    assert predictions_in(lines(PAIR, {**PAIR, "prediction": ""}), "f").units.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((PAIR, "{nothing"), "f line 2: this is no JSON"),
        ((PAIR, "[1]"), "an object is needed, and this is \\[1\\]"),
        (({"prediction": "x"}, PAIR), "line 1: there is no 'reference'; its columns are prediction"),
        (({**PAIR, "prediction": None}, PAIR), "prediction is null, and text is needed"),
        (({**PAIR, "reference": " "}, PAIR), "reference is empty"),
        (({**PAIR, "id": 1}, {**PAIR, "id": "1"}), "id '1' is there more than once"),
        (({**PAIR, "patient": "a"}, PAIR), "there is no 'patient', which other rows have"),
        ((PAIR,), "has 1 pairs"),
        ((), "has 0 pairs"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(rows: tuple[object, ...], said: str) -> None:
    with pytest.raises(TableError, match=said):
        predictions_in(lines(*rows), "f")


def test_files_that_are_no_text_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no UTF-8 text"):
        predictions_in(b"\xff\xfe", "f")
    with pytest.raises(InputError, match="No such file"):
        read_predictions(tmp_path / "none.jsonl")
