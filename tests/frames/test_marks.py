"""The columns of marks are what the database holds, and what is looked up."""

from bench_core.frames import MARKS
from bench_core.store import schema


def test_marks_are_told_with_what_the_database_holds() -> None:
    assert set(MARKS.names) - {"set_name", "train_name", "stands"} == set(schema.marks.columns.keys()) - {"id", "synthetic", "train"}
