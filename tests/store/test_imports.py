"""Imported numbers: kept under the name of their import, never overwritten."""

import pytest

from bench_core.errors import NameTaken, UnknownName
from bench_core.store.workspace import Workspace

ROW = {
    "file": "f.csv", "row": 1, "model": "Sana", "metric": "FID", "metric_id": "frechet_distance", "encoder": "inception-fid",
    "better": "lower", "mode": "compatible", "subgroup": "all", "caption": "", "value": 54.2, "n": 100, "warning": "",
}  # fmt: skip


def test_the_same_rows_again_are_left_as_they_are_and_others_refused(workspace: Workspace) -> None:
    workspace.imports.add("theirs", [ROW])
    workspace.imports.add("theirs", [ROW])
    assert [found["value"] for found in workspace.imports.rows()] == [54.2]
    with pytest.raises(NameTaken, match="'theirs'"):
        workspace.imports.add("theirs", [{**ROW, "value": 1.0}])
    workspace.imports.remove("theirs")
    assert workspace.imports.rows() == []
    with pytest.raises(UnknownName, match="import named 'theirs'"):
        workspace.imports.remove("theirs")
