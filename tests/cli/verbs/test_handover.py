"""The verbs that hand something over."""

import json
from pathlib import Path

import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.store.workspace import Workspace
from tests.fakes import request, write_images


def test_a_set_and_its_card(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    api.wait(api.submit(request()))
    assert main(["export", "--set", "set", "--format", "dicom", "--out", str(tmp_path / "out"), "--json", str(tmp_path / "r.json")]) == 0
    assert "4 images exported; none left out" in capsys.readouterr().out
    assert json.loads((tmp_path / "r.json").read_text())["exported"] == 4 and (tmp_path / "out" / "card.md").exists()
    assert main(["card", "--set", "set"]) == 0
    assert capsys.readouterr().out == (tmp_path / "out" / "card.md").read_text()
    assert main(["card", "--set", "set", "--out", str(tmp_path / "c.md")]) == 0
    assert main(["card", "--set", "set", "--out", str(tmp_path / "c.md")]) == 2
    assert "is there already" in capsys.readouterr().err


def test_films_of_patients_are_refused(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_images(tmp_path / "films", 1)
    api.import_images("clinic", tmp_path / "films", None, "real")
    command = ["export", "--set", "clinic", "--format", "png", "--out", str(tmp_path / "out")]
    assert main(command) == 2
    assert "--patients" in capsys.readouterr().err and not (tmp_path / "out").exists()
    assert main([*command, "--patients"]) == 0
