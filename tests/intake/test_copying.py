"""Copied or in place is one switch with one meaning in every import: of the facade and of the command line."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.store.workspace import Workspace
from tests.intake import miniatures


@pytest.mark.parametrize("copy", [None, False, True])
def test_copy_is_one_switch_with_one_meaning(workspace: Workspace, tmp_path: Path, copy):
    root = miniatures.nih(tmp_path / "nih")
    api.import_images("own", root, None, "real", copy=copy)
    api.import_data_set("public", "nih", root, "real", copy=copy)
    copied = {name: api.find_set(name).root != root for name in ("own", "public")}
    assert copied == ({"own": True, "public": False} if copy is None else {"own": copy, "public": copy})


def test_a_selection_that_is_none_is_refused(workspace: Workspace, tmp_path: Path):
    with pytest.raises(TypeError, match="splt"):
        api.import_data_set("mine", "nih", miniatures.nih(tmp_path / "nih"), "real", splt="test")  # type: ignore[call-arg]
    assert len(api.sets()) == 0


@pytest.mark.parametrize("option", [None, "--in-place", "--copy"])
def test_import_in_place_or_copied(workspace: Workspace, tmp_path: Path, option):
    root = miniatures.nih(tmp_path / "nih")
    more = [option] if option else []
    assert main(["import", "--name", "own", "--images", str(root), *more]) == 0
    assert main(["import", "--name", "public", "--layout", "nih", "--root", str(root), *more]) == 0
    copied = {name: api.find_set(name).root != root for name in ("own", "public")}
    assert (
        copied
        == {None: {"own": True, "public": False}, "--in-place": {"own": False, "public": False}, "--copy": {"own": True, "public": True}}[
            option
        ]
    )
    with pytest.raises(SystemExit):
        main(["import", "--name", "both", "--images", str(root), "--copy", "--in-place"])
