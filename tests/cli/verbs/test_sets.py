"""Verbs about sets of images."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.store.workspace import Workspace
from tests.fakes import write_images
from tests.intake import miniatures


def test_generating_again(workspace: Workspace, tmp_path: Path, capsys):
    command = ["generate", "--generator", "tiny", "--prompt", "Edema.", "--count", "4", "--name", "made"]
    assert main(command) == 0
    assert main(command) == 0
    assert "4 of which were there" in capsys.readouterr().out
    assert main([*command, "--seed", "1"]) == 2
    assert "belongs to another request" in capsys.readouterr().err
    assert main([*command[:-1], "other", "--set", "fail_at_seed=0"]) == 2
    assert "error: The tiny generator fails." in capsys.readouterr().err
    assert main([*command[:-1], "third", "--set", "stepz"]) == 2
    assert main([*command[:5], "--count", "999999", "--name", "huge"]) == 2


def test_prompts_from_a_table(workspace: Workspace, tmp_path: Path):
    (tmp_path / "p.csv").write_text("text,Edema\none,1\ntwo,0\n")
    assert main(["generate", "--generator", "tiny", "--prompts", str(tmp_path / "p.csv"), "--count", "2", "--name", "made"]) == 0
    table = api.find_set("made").table
    assert list(table["prompt"]) == ["one", "one", "two", "two"]
    assert list(table["Edema"]) == [1, 1, 0, 0]


def test_import_lists_problems(workspace: Workspace, tmp_path: Path, capsys):
    write_images(tmp_path / "images", 2)
    (tmp_path / "t.csv").write_text("path\nfilm_0.png\ngone.png\n")
    command = ["import", "--name", "mine", "--images", str(tmp_path / "images"), "--table", str(tmp_path / "t.csv")]
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "line 3: there is no file 'gone.png'" in said
    assert "--skip-bad" in said
    assert main([*command, "--skip-bad"]) == 0
    assert "left out: line 3" in capsys.readouterr().err
    assert len(api.find_set("mine")) == 1


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
