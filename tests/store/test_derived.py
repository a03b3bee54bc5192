"""What was computed from sets: found by its key, forgotten with any of its sets."""

import pandas as pd
import pytest

from bench_core.store.derived import KnownNulls, StoredNulls
from bench_core.store.workspace import Workspace


def test_tables_and_values_are_kept_and_go_with_any_of_their_sets(workspace: Workspace) -> None:
    store = workspace.derived
    table = pd.DataFrame({"a": [1, 2]})
    store.write_table("t", "neighbours", table, ["x", "y"])
    store.write_value("v", "null", {"mean": 0.1}, ["y", "y"])
    pd.testing.assert_frame_equal(store.table("t"), table)  # type: ignore[arg-type]
    assert store.value("v") == {"mean": 0.1} and store.bytes() > 0
    assert store.values("null", ["y", "z"]) == {"v": {"mean": 0.1}} and store.values("null", ["x"]) == {}
    store.forget_set("x")
    assert store.table("t") is None and store.bytes() == 0 and store.count("null") == 1
    store.forget_set("y")
    assert store.value("v") is None


def test_what_is_written_again_replaces_what_was_there(workspace: Workspace) -> None:
    for value, sets in ((1, ["x"]), (2, ["y"])):
        workspace.derived.write_value("v", "null", value, sets)
    assert workspace.derived.values("null", ["y"]) == {"v": 2} and workspace.derived.values("null", ["x"]) == {}


def test_nulls_outlive_the_process_and_travel_without_a_database(workspace: Workspace) -> None:
    nulls = StoredNulls(workspace.derived, ["real"])
    nulls["frechet, 100"] = (1.0, 2.0)
    again = StoredNulls(workspace.derived, ["real"])
    assert again["frechet, 100"] == [1.0, 2.0] and "other" not in again
    with pytest.raises(TypeError, match="with their sets"):
        del again["frechet, 100"]
    away = KnownNulls(again.stored())
    assert "frechet, 100" in away and away["frechet, 100"] == [1.0, 2.0] and "other" not in away
    away["other"] = 3
    assert away["other"] == 3 and dict(away) == {"other": 3}  # only what was made there goes back
