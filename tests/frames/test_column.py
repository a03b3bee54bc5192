"""Rows become the declared frame, whatever pandas would have made of them, and also where there are none."""

import pandas as pd
import pytest

from bench_core.frames.column import COUNT, COUNT_OR_NA, FLAG, FLOAT, LIST, TEXT, TEXT_OR_NONE, TIME, Column, Frame

KINDS = {"name": TEXT, "maker": TEXT_OR_NONE, "parts": LIST, "whole": FLAG, "n": COUNT, "place": COUNT_OR_NA, "value": FLOAT, "made": TIME}
FRAME = Frame(tuple(Column(name, dtype, "") for name, dtype in KINDS.items()))
ROW = {"name": "a", "maker": None, "parts": ["x"], "whole": True, "n": 1, "place": None, "value": None, "made": 1.5}


def kinds(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(dtype) for name, dtype in frame.dtypes.items()}


@pytest.mark.parametrize(
    "rows", [[], pd.DataFrame(), [ROW], [ROW, ROW | {"maker": "m", "place": 3, "value": 1, "made": 2}], pd.DataFrame([ROW, ROW])]
)
def test_columns_and_dtypes_do_not_depend_on_the_rows(rows) -> None:
    frame = FRAME.of(rows)
    assert kinds(frame) == KINDS and list(frame.index) == list(range(len(rows)))


def test_what_is_missing_is_none_na_nan_or_nat() -> None:
    frame = FRAME.of([ROW, ROW | {"maker": "m", "place": 3, "value": 2.5}])
    assert frame["maker"].tolist() == [None, "m"] and frame["parts"].tolist() == [["x"], ["x"]]
    assert frame["place"].tolist() == [pd.NA, 3] and frame["value"].isna().tolist() == [True, False]
    assert frame["made"].iat[0] == pd.Timestamp("1970-01-01 00:00:01.5", tz="UTC")
    assert FRAME.of([ROW | {"made": None}])["made"].isna().all()


def test_what_rows_hold_besides_is_left_out_unless_more_columns_are_foreseen() -> None:
    assert kinds(FRAME.of([ROW | {"key": 1}])) == KINDS
    open_frame = Frame((Column("name", TEXT, ""),), more="one column per metric")
    assert kinds(open_frame.of([{"recall": 0.5, "name": "a"}])) == {"name": "str", "recall": "float64"}


def test_rows_without_a_declared_column_are_an_error() -> None:
    for rows in ([{"name": "a"}], pd.DataFrame([{"name": "a"}])):
        with pytest.raises(KeyError, match="maker, parts"):
            FRAME.of(rows)
    with pytest.raises((TypeError, ValueError)):  # pandas itself
        FRAME.of([ROW | {"n": None}])


def test_a_frame_with_further_columns_keeps_its_own() -> None:
    longer = FRAME.with_columns(Column("share", FLOAT, ""))
    assert longer.names == [*KINDS, "share"] and FRAME.names == list(KINDS)
