"""The columns of runs are fields of the record of one run, and what the database holds or the queue works out."""

import dataclasses

from bench_core.frames import RUNS
from bench_core.records import Run
from bench_core.store import schema

WORKED_OUT = {"progress", "seconds", "eta_seconds", "position", "starts_in"}


def test_every_column_is_a_field_of_a_run() -> None:
    assert set(RUNS.names) <= {f.name for f in dataclasses.fields(Run)}
    assert set(RUNS.names) - WORKED_OUT <= set(schema.runs.columns.keys())
