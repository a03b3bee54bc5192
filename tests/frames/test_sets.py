"""The columns of sets are what the database holds and what their description says; a map has one column per finding."""

from bench_core.data import FINDINGS
from bench_core.frames import NEIGHBOURS, NEIGHBOURS_AND_HELD_OUT, PROJECTION, SETS
from bench_core.store import schema

DESCRIBED = {"name", "root", "prompts_are_reports", "simulated"}


def test_sets_are_listed_with_what_the_database_holds() -> None:
    assert set(SETS.names) - DESCRIBED <= set(schema.image_sets.columns.keys())


def test_a_map_has_one_column_per_finding() -> None:
    assert PROJECTION.names[-len(FINDINGS) :] == list(FINDINGS)


def test_held_out_images_add_columns() -> None:
    assert NEIGHBOURS_AND_HELD_OUT.names == [*NEIGHBOURS.names, "held_out_share", "patients_as_near", "p_value"]
