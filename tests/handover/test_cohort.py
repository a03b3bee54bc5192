"""A simulated cohort as files: into an empty folder only, and read back by the import."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.errors import InputError
from bench_core.handover.cohort import export_cohort
from bench_core.store.workspace import Workspace


def test_what_is_written_is_imported_as_it_is(workspace: Workspace, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    films = export_cohort(1, 3, tmp_path / "cohort", lambda done, total, what: told.append((done, total)))
    assert told == [(0, 1), (1, 1)]
    report = api.import_images("cohort", tmp_path / "cohort", tmp_path / "cohort" / "table.csv", "real")
    assert report.imported == films >= 1 and api.find_set("cohort").table["subject_id"].nunique() == 1


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    for place in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(InputError, match="not an empty folder"):
            export_cohort(1, 3, place, None)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
