"""The columns of others' numbers are those of the records that are read and of the database."""

import dataclasses

from bench_core.frames import IMPORTED_RESULTS, PUBLISHED, STATEMENTS
from bench_core.published import PrintedNumber, Statement
from bench_core.store import schema


def test_printed_numbers_and_statements_have_the_fields_of_their_records() -> None:
    assert PUBLISHED.names == [f.name for f in dataclasses.fields(PrintedNumber)]
    assert STATEMENTS.names == [f.name for f in dataclasses.fields(Statement)]


def test_the_database_holds_every_column_of_imported_numbers() -> None:
    assert [c.name for c in schema.imported_results.columns] == ["id", *IMPORTED_RESULTS.names]
