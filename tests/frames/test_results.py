"""The columns of numbers are those of `Result` and of the database."""

import dataclasses
import typing

from bench_core.data import Result
from bench_core.frames import RESULTS
from bench_core.store import schema

OF_THE_SET = {"set_name", "generator", "generator_title"}
"""Looked up when rows are read, so that a set may get another name."""
OF_THE_STORE = {"id", "step_key", "encoder_key"}
"""What decides whether a number is computed again."""
CALLED = {"run": "run_id", "null": "null_value"}
"""Names that the database uses instead (`null` is a word of SQL)."""
TYPES = {"str": "VARCHAR TEXT", "object": "VARCHAR TEXT", "float64": "DOUBLE", "int64": "INTEGER", "Int64": "INTEGER"}


def test_every_field_of_a_result_is_a_column_of_its_kind() -> None:
    hints = typing.get_type_hints(Result)
    fields = {f.name for f in dataclasses.fields(Result)}
    assert fields <= set(RESULTS.names)
    for name in fields:
        numbers = {float: "float64", int: "Int64" if type(None) in typing.get_args(hints[name]) else "int64"}
        kinds = {k for k in (hints[name], *typing.get_args(hints[name])) if k in numbers}
        expected = numbers[kinds.pop()] if kinds else ("object" if name == "settings" else "str")
        assert RESULTS.dtypes[name] == expected, name


def test_the_database_holds_every_column() -> None:
    stored = {c.name: str(c.type) for c in schema.results.columns}
    assert set(stored) == {CALLED.get(n, n) for n in RESULTS.names if n not in OF_THE_SET} | OF_THE_STORE
    for column in RESULTS.columns:
        if column.name not in OF_THE_SET | {"created"}:
            assert stored[CALLED.get(column.name, column.name)] in TYPES[column.dtype], column.name
