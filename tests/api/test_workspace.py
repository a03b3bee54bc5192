"""Which paths of the server pages may read."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench_core import api
from bench_core.config import Config
from bench_core.errors import InputError
from bench_core.store.workspace import Workspace


@pytest.fixture
def opened(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data" / "films").mkdir(parents=True)
    monkeypatch.setattr(workspace, "config", replace(workspace.config, data_roots=(tmp_path / "data",)))
    return tmp_path / "data"


def test_what_lies_in_an_open_folder_may_be_read(opened: Path):
    assert api.data_roots() == (opened,)
    assert api.path_for_pages(f" {opened}/films ") == opened / "films"
    assert api.path_for_pages(f"{opened}/films/table.csv") == opened / "films" / "table.csv"


@pytest.mark.parametrize("typed", ["/etc/shadow", "{data}/../secret", "{data}x", "films", "~/films", "{data}/link/passwd", "{data}/a\0b"])
def test_nothing_else_may_be_and_its_content_is_not_quoted(opened: Path, typed: str):
    (opened / "link").symlink_to("/etc")
    with pytest.raises(InputError, match=r"is not for pages to read\. Pages may read .*data") as told:
        api.path_for_pages(typed.format(data=opened))
    assert "BENCH_DATA_ROOTS" in told.value.hint


def test_without_open_folders_none_may_be(workspace: Workspace, tmp_path: Path):
    with pytest.raises(InputError, match="Pages may read no folder of the server"):
        api.path_for_pages(str(tmp_path))


def test_the_configuration_names_folders(tmp_path: Path):
    assert Config.from_environment({"BENCH_DATA_ROOTS": f"{tmp_path}, /tmp"}).data_roots == (tmp_path.resolve(), Path("/tmp").resolve())
    with pytest.raises(InputError, match="BENCH_DATA_ROOTS holds 'films'"):
        Config.from_environment({"BENCH_DATA_ROOTS": "films"})
